package dev.slipway.strategies.traffic;

import dev.slipway.strategies.fleet.Instance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a balancer says is so: never what was written, always what was read back. */
public record Observed(Map<Instance, Seen> members, Routing routing) {
  public Observed {
    members = Collections.unmodifiableMap(new TreeMap<>(members));
  }

  /** What a balancer shows that does not tell requests apart. */
  public Observed(Map<Instance, Seen> members) {
    this(members, Routing.NONE);
  }

  /**
   * One member as the balancer sees it.
   *
   * @param weight as it is applied now, so 0 unless it serves
   * @param state as it is applied now
   * @param witness what the balancer's own check says
   * @param sessions requests or connections in flight, empty where the balancer cannot count them
   * @param idle whether its owner configured it to get nothing, whatever is wanted
   */
  public record Seen(
      int weight, MemberState state, Witness witness, OptionalInt sessions, boolean idle) {
    /** A member that gets what is wanted. */
    public Seen(int weight, MemberState state, Witness witness, OptionalInt sessions) {
      this(weight, state, witness, sessions, false);
    }

    /** Returns whether whatever is sent to it would reach it, be it nothing for now. */
    public boolean isUp() {
      return state == MemberState.SERVING && witness != Witness.DOWN;
    }

    /** Returns whether new requests really reach this member. */
    public boolean gets() {
      return state == MemberState.SERVING && weight > 0 && witness != Witness.DOWN;
    }
  }

  /** A balancer's own opinion of a member: the second witness, never the only one. */
  public enum Witness {
    UP,
    DOWN,
    /** The balancer does not check. */
    NONE
  }

  /**
   * Returns a member's part of the requests by the weights, in whole percent; a part that is less
   * than one, but not nothing, counts as one.
   */
  public int percent(Instance instance) {
    long all = members.values().stream().mapToLong(Seen::weight).sum();
    Seen seen = members.get(instance);
    return seen == null || seen.weight() == 0
        ? 0
        : (int) Math.max(1, Math.round(100.0 * seen.weight() / all));
  }

  /** Returns those that get no share and are there for what requests carry, or for copies. */
  public Set<Instance> routed() {
    var routed = new TreeSet<Instance>();
    if (!routing.equals(Routing.NONE)) {
      members.forEach((instance, seen) -> {
        if (seen.state() == MemberState.SERVING && seen.weight() == 0 && !seen.idle()) {
          routed.add(instance);
        }
      });
    }
    return routed;
  }

  /** Returns the part of the requests that some members get together, by the weights. */
  public Share share(Set<Instance> some) {
    long all = members.values().stream().mapToLong(Seen::weight).sum();
    long got =
        members.entrySet().stream()
            .filter(entry -> some.contains(entry.getKey()))
            .mapToLong(entry -> entry.getValue().weight())
            .sum();
    return all == 0 ? Share.NONE : new Share((int) (got * Share.ALL.basisPoints() / all));
  }

  /** Returns every difference from what is wanted, as sentences; empty if there is none. */
  public List<String> differences(FlatTraffic wanted) {
    var differences = new ArrayList<String>();
    wanted
        .members()
        .forEach((instance, member) -> {
          Seen seen = members.get(instance);
          if (seen == null) {
            if (member.state() != MemberState.OUT) {
              differences.add("%s is missing, wanted %s".formatted(instance, member.state()));
            }
          } else if (seen.state() != member.state() && !bothGetNothing(seen, member)) {
            differences.add(
                "%s is %s, wanted %s".formatted(instance, seen.state(), member.state()));
          } else if (seen.state() == MemberState.SERVING && seen.weight() != member.weight()) {
            differences.add(
                "%s has weight %d, wanted %d".formatted(instance, seen.weight(), member.weight()));
          }
        });
    differences.addAll(routing.differences(wanted.routing()));
    return List.copyOf(differences);
  }

  /** Balancers that know no third state show {@code OUT} as draining, or the reverse. */
  private static boolean bothGetNothing(Seen seen, FlatTraffic.FlatMember member) {
    return seen.state() != MemberState.SERVING && member.state() != MemberState.SERVING;
  }
}
