package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import dev.slipway.agent.balancer.edge.Response.MemberView;
import dev.slipway.agent.balancer.edge.Response.PoolView;
import dev.slipway.agent.balancer.edge.RoutingSpec;
import dev.slipway.agent.balancer.edge.proxy.comparing.Comparisons;
import dev.slipway.agent.balancer.edge.proxy.comparing.Pending;
import dev.slipway.agent.balancer.edge.proxy.routing.BodyTap;
import dev.slipway.agent.balancer.edge.proxy.routing.Copies;
import dev.slipway.agent.balancer.edge.proxy.routing.Parcel;
import dev.slipway.agent.balancer.edge.proxy.routing.Steering;
import dev.slipway.agent.balancer.edge.proxy.routing.Steering.Course;
import dev.slipway.strategies.traffic.MemberState;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Methods;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
  private final Copies copies;
  private final Comparisons comparisons = new Comparisons();
  private final AtomicInteger copyTurn = new AtomicInteger();
  private PoolSpec spec;
  // Read by the threads that serve, so it is swapped and never changed.
  private volatile Optional<Steering> steering = Optional.empty();
  private List<Seat> seats = List.of();

  /** A member with what is wanted of it. */
  private record Seat(Upstream upstream, int weight, MemberState state, Optional<String> track) {
    boolean serves() {
      return state == MemberState.SERVING && weight > 0;
    }

    /** Whoever serves in a track can be sent to by rule, though its share may be nothing. */
    boolean servesIn(String wanted) {
      return state == MemberState.SERVING && track.filter(wanted::equals).isPresent();
    }

    int part() {
      return Math.max(1, weight);
    }
  }

  /** Where a request is to go. */
  sealed interface Choice {
    /** To this member, where it is counted already; the answer is to set what the course says. */
    record Chosen(Upstream upstream, Course course) implements Choice {}

    /** Nowhere yet: it waits in the pool until then. */
    record Parked(long untilNanos) implements Choice {}

    /** Nowhere. */
    record Nobody(String reason) implements Choice {}
  }

  /** Makes a pool; names of members are looked up here and now. */
  public Pool(PoolSpec spec, LongSupplier nanos) {
    this.nanos = nanos;
    this.name = spec.name();
    this.copies = new Copies(nanos);
    this.spec = spec;
    apply(spec);
  }

  /** Makes the pool so, at once, and lets requests that waited go on if somebody serves now. */
  public void apply(PoolSpec wanted) {
    List<Passage> released = List.of();
    // Looking up names of new members may take time, which requests must not wait for.
    var before = seats();
    var tracks = tracks(wanted);
    var after =
        wanted.members().stream()
            .map(member -> seat(member, before, Optional.ofNullable(tracks.get(member.name()))))
            .toList();
    synchronized (this) {
      seats = after;
      if (!wanted.routing().equals(spec.routing()) || steering.isEmpty()) {
        steering = wanted.routing().map(Steering::new);
      }
      spec = wanted;
      if (seats.stream().anyMatch(Seat::serves)) {
        released = List.copyOf(parked);
        parked.clear();
      }
    }
    var idle = new HashSet<>(before.values().stream().map(Seat::upstream).toList());
    after.stream()
        .filter(seat -> seat.state() == MemberState.SERVING)
        .forEach(seat -> idle.remove(seat.upstream()));
    idle.forEach(upstream -> upstream.idle().closeAll());
    released.forEach(Passage::resume);
  }

  private synchronized Map<String, Seat> seats() {
    var byName = new HashMap<String, Seat>();
    seats.forEach(seat -> byName.put(seat.upstream().name(), seat));
    return byName;
  }

  private static Map<String, String> tracks(PoolSpec spec) {
    var byMember = new HashMap<String, String>();
    spec.routing()
        .ifPresent(routing ->
            routing
                .tracks()
                .forEach((track, names) -> names.forEach(name -> byMember.put(name, track))));
    return byMember;
  }

  private static Seat seat(MemberSpec member, Map<String, Seat> before, Optional<String> track) {
    Seat old = before.get(member.name());
    if (old == null || !old.upstream().isAt(member)) {
      return new Seat(new Upstream(member), member.weight(), member.state(), track);
    }
    var seat = new Seat(old.upstream(), member.weight(), member.state(), track);
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

  private static Course course(Optional<Steering> by, HeaderMap headers) {
    return by.map(one -> one.course(headers)).orElse(Course.FREE);
  }

  /** Finds a member for a request with these headers, or a place to wait. */
  Choice choose(Passage passage, HeaderMap headers, Collection<Upstream> tried) {
    var asked = steering;
    var course = course(asked, headers);
    synchronized (this) {
      // By the weights of one moment and the rules of another, users would go where none belongs.
      return asked.equals(steering)
          ? choose(passage, course, tried)
          : choose(passage, course(steering, headers), tried);
    }
  }

  private Choice choose(Passage passage, Course course, Collection<Upstream> tried) {
    var onTrack = course.track().flatMap(wanted -> wellOn(wanted, tried));
    if (onTrack.isPresent()) {
      return chosen(onTrack.get(), course);
    }
    var serving = seats.stream().filter(Seat::serves).toList();
    var left = untried(serving, tried);
    if (!left.isEmpty()) {
      // An opinion about health never takes the last member: then all of them are tried.
      var well = well(left);
      return chosen(heaviest(well.isEmpty() ? left : well), course);
    }
    return serving.isEmpty() ? park(passage) : new Choice.Nobody("no member could be reached");
  }

  /** Where nobody of the track is well, its requests go by the weights: no user is to suffer. */
  private Optional<Upstream> wellOn(String track, Collection<Upstream> tried) {
    var on = seats.stream().filter(seat -> seat.servesIn(track)).toList();
    var well = well(untried(on, tried));
    return well.isEmpty() ? Optional.empty() : Optional.of(heaviest(well));
  }

  private static List<Seat> untried(List<Seat> among, Collection<Upstream> tried) {
    return among.stream().filter(seat -> !tried.contains(seat.upstream())).toList();
  }

  private List<Seat> well(List<Seat> among) {
    long now = nanos.getAsLong();
    return among.stream().filter(seat -> seat.upstream().wellness().isWell(now)).toList();
  }

  private static Choice chosen(Upstream upstream, Course course) {
    upstream.sessions().incrementAndGet();
    return new Choice.Chosen(upstream, course);
  }

  /**
   * Copies a request that goes to a member already, if it is one of those that are copied.
   *
   * @return what of it is followed for that until it is over
   */
  Mirrored mirror(Upstream chosen, HttpServerExchange exchange, RequestHead head) {
    var to = mirrorOf(chosen, exchange, head);
    if (to.isEmpty()) {
      return Mirrored.NOT;
    }
    boolean isHead = exchange.getRequestMethod().equals(Methods.HEAD);
    var pending =
        steering
            .flatMap(Steering::comparison)
            .flatMap(comparison -> comparisons.begin(comparison, isHead));
    var noise = pending.filter(Pending::wantsNoise).map(_ -> besides(chosen));
    Consumer<byte[]> send = body -> copy(to.get(), noise, head, body, pending);
    if (exchange.isRequestComplete()) {
      send.accept(new byte[0]);
      return new Mirrored(false, pending);
    }
    boolean followed = copies.follow();
    if (followed) {
      BodyTap.follow(exchange, send, copies::drop);
    }
    return new Mirrored(followed, pending);
  }

  /** Returns another member of the same track, or the same one where there is no other. */
  private Upstream besides(Upstream chosen) {
    var on = trackOf(chosen).map(this::on).orElse(List.of());
    var others = on.stream().filter(upstream -> upstream != chosen).toList();
    return others.isEmpty()
        ? chosen
        : others.get(Math.floorMod(copyTurn.getAndIncrement(), others.size()));
  }

  private synchronized Optional<String> trackOf(Upstream upstream) {
    return seats.stream()
        .filter(seat -> seat.upstream() == upstream)
        .findFirst()
        .flatMap(Seat::track);
  }

  private Optional<Upstream> mirrorOf(
      Upstream chosen, HttpServerExchange exchange, RequestHead head) {
    var now = steering;
    var track = now.flatMap(Steering::mirrored);
    if (track.isEmpty() || head.upgrade().isPresent()) {
      return Optional.empty();
    }
    var on = on(track.get());
    if (on.contains(chosen) || !now.get().copies(exchange.getRequestMethod())) {
      return Optional.empty();
    }
    if (on.isEmpty()) {
      copies.drop();
      return Optional.empty();
    }
    return Optional.of(on.get(Math.floorMod(copyTurn.getAndIncrement(), on.size())));
  }

  /** A request whose body was kept is over. */
  void unfollow() {
    copies.unfollow();
  }

  private void copy(
      Upstream to,
      Optional<Upstream> noise,
      RequestHead head,
      byte[] body,
      Optional<Pending> pending) {
    if (to.address().isUnresolved()) {
      copies.drop();
    } else if (pending.isEmpty()) {
      copies.send(parcel(to, head, body));
    } else {
      copies.send(parcel(to, head, body), noise.map(one -> parcel(one, head, body)), pending.get());
    }
  }

  private static Parcel parcel(Upstream to, RequestHead head, byte[] body) {
    return new Parcel(to.address(), head.copyTo(to.authority(), body), to.tally());
  }

  private synchronized List<Upstream> on(String track) {
    return seats.stream().filter(seat -> seat.servesIn(track)).map(Seat::upstream).toList();
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
      upstream.balance(upstream.balance() + seat.part());
      sum += seat.part();
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
        return seat.state() == MemberState.SERVING;
      }
    }
    return false;
  }

  synchronized List<Upstream> serving() {
    return seats.stream().filter(Seat::serves).map(Seat::upstream).toList();
  }

  /** Returns the members that a request may reach, by weight or by rule. */
  synchronized List<Upstream> reachable() {
    return seats.stream()
        .filter(seat -> seat.serves() || seat.track().filter(seat::servesIn).isPresent())
        .map(Seat::upstream)
        .toList();
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
    var mirrored = spec.routing().flatMap(RoutingSpec::mirror).map(_ -> copies.view());
    var compared = steering.flatMap(Steering::comparison).map(_ -> comparisons.view());
    return new PoolView(spec.name(), members, parked.size(), spec.routing(), mirrored, compared);
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
