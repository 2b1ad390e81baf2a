package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import dev.slipway.agent.balancer.edge.Response.MemberView;
import dev.slipway.agent.balancer.edge.Response.PoolView;
import dev.slipway.strategies.traffic.MemberState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The members of one role and the requests that wait for them.
 *
 * <p>A change swaps everything under one lock, and a request is counted at its member under the
 * same lock. So once a change is made no further request can reach a member that it took out, and
 * the count of its sessions only falls.
 */
public final class Pool {
  private final LongSupplier nanos;
  private final Set<Passage> parked = new LinkedHashSet<>();
  private final String name;
  private PoolSpec spec;
  private List<Seat> seats = List.of();

  /** A member with what is wanted of it. */
  private record Seat(Upstream upstream, int weight, MemberState state) {
    boolean serves() {
      return state == MemberState.SERVING && weight > 0;
    }
  }

  /** Where a request is to go. */
  sealed interface Choice {
    /** To this member, where it is counted already. */
    record Chosen(Upstream upstream) implements Choice {}

    /** Nowhere yet: it waits in the pool until then. */
    record Parked(long untilNanos) implements Choice {}

    /** Nowhere. */
    record Nobody(String reason) implements Choice {}
  }

  /** Makes a pool; names of members are looked up here and now. */
  public Pool(PoolSpec spec, LongSupplier nanos) {
    this.nanos = nanos;
    this.name = spec.name();
    this.spec = spec;
    apply(spec);
  }

  /** Makes the pool so, at once, and lets requests that waited go on if somebody serves now. */
  public void apply(PoolSpec wanted) {
    List<Passage> released = List.of();
    // Looking up names of new members may take time, which requests must not wait for.
    var before = seats();
    var after = wanted.members().stream().map(member -> seat(member, before)).toList();
    synchronized (this) {
      seats = after;
      spec = wanted;
      if (seats.stream().anyMatch(Seat::serves)) {
        released = List.copyOf(parked);
        parked.clear();
      }
    }
    var idle = new HashSet<>(before.values().stream().map(Seat::upstream).toList());
    after.stream().filter(Seat::serves).forEach(seat -> idle.remove(seat.upstream()));
    idle.forEach(upstream -> upstream.idle().closeAll());
    released.forEach(Passage::resume);
  }

  private synchronized Map<String, Seat> seats() {
    var byName = new HashMap<String, Seat>();
    seats.forEach(seat -> byName.put(seat.upstream().name(), seat));
    return byName;
  }

  private static Seat seat(MemberSpec member, Map<String, Seat> before) {
    Seat old = before.get(member.name());
    if (old == null || !old.upstream().isAt(member)) {
      return new Seat(new Upstream(member), member.weight(), member.state());
    }
    var seat = new Seat(old.upstream(), member.weight(), member.state());
    if (seat.state() == MemberState.SERVING && old.state() != MemberState.SERVING) {
      seat.upstream().wellness().forgive();
    }
    return seat;
  }

  /** Returns its name, which never changes. */
  public String name() {
    return name;
  }

  /** Returns what is wanted of the pool. */
  public synchronized PoolSpec spec() {
    return spec;
  }

  /** Finds a member for a request, or a place to wait. */
  synchronized Choice choose(Passage passage, Collection<Upstream> tried) {
    long now = nanos.getAsLong();
    boolean anyServes = false;
    var left = new ArrayList<Seat>(seats.size());
    var well = new ArrayList<Seat>(seats.size());
    for (var seat : seats) {
      if (seat.serves()) {
        anyServes = true;
        if (!tried.contains(seat.upstream())) {
          left.add(seat);
          if (seat.upstream().wellness().isWell(now)) {
            well.add(seat);
          }
        }
      }
    }
    if (!left.isEmpty()) {
      // An opinion about health never takes the last member: then all of them are tried.
      var upstream = heaviest(well.isEmpty() ? left : well);
      upstream.sessions().incrementAndGet();
      return new Choice.Chosen(upstream);
    }
    if (anyServes) {
      return new Choice.Nobody("no member could be reached");
    }
    return park(passage);
  }

  private Choice park(Passage passage) {
    if (spec.park().isEmpty()) {
      return new Choice.Nobody("no member serves");
    }
    var limits = spec.park().orElseThrow();
    if (parked.size() >= limits.limit()) {
      return new Choice.Nobody("no member serves and too many requests wait");
    }
    parked.add(passage);
    return new Choice.Parked(nanos.getAsLong() + limits.deadlineMillis() * 1_000_000);
  }

  /** Takes a request out of the waiting ones; false if it was let go before. */
  synchronized boolean unpark(Passage passage) {
    return parked.remove(passage);
  }

  /**
   * The smooth weighted round-robin of nginx: everyone gains its weight, the richest is chosen and
   * pays the sum. So 9:1 is spread over every ten requests.
   */
  private static Upstream heaviest(List<Seat> candidates) {
    long sum = 0;
    Upstream richest = candidates.getFirst().upstream();
    for (Seat seat : candidates) {
      var upstream = seat.upstream();
      upstream.balance(upstream.balance() + seat.weight());
      sum += seat.weight();
      if (upstream.balance() > richest.balance()) {
        richest = upstream;
      }
    }
    richest.balance(richest.balance() - sum);
    return richest;
  }

  /** Returns whether connections to this member are worth keeping. */
  synchronized boolean keeps(Upstream upstream) {
    for (var seat : seats) {
      if (seat.upstream() == upstream) {
        return seat.serves();
      }
    }
    return false;
  }

  synchronized List<Upstream> serving() {
    return seats.stream().filter(Seat::serves).map(Seat::upstream).toList();
  }

  /** Returns whether any member gets requests. */
  public synchronized boolean serves() {
    return seats.stream().anyMatch(Seat::serves);
  }

  /** Closes connections that have been idle too long. */
  public synchronized void tidy(long nowNanos) {
    seats.forEach(seat -> seat.upstream().idle().expire(nowNanos));
  }

  /** Returns what is true of the pool. */
  public synchronized PoolView view() {
    long now = nanos.getAsLong();
    var members = seats.stream().map(seat -> view(seat, now)).toList();
    return new PoolView(spec.name(), members, parked.size());
  }

  private static MemberView view(Seat seat, long now) {
    var upstream = seat.upstream();
    return new MemberView(
        upstream.name(),
        upstream.host(),
        upstream.port(),
        seat.weight(),
        seat.state(),
        upstream.wellness().witness(now),
        upstream.sessions().get(),
        upstream.tally().view());
  }

  Optional<PoolSpec.CheckSpec> check() {
    return spec().check();
  }
}
