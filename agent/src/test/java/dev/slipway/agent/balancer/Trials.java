package dev.slipway.agent.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What a balancer under test is asked for, and how its answers are read. */
public final class Trials {
  public static final Instance A = new Instance("a", "web", "current");
  public static final Instance B = new Instance("b", "web", "current");
  public static final Instance C = new Instance("c", "web", "current");

  /** An instance that nobody ever described. */
  public static final Instance STRANGER = new Instance("stranger", "web", "current");

  /** The first agent that comes. */
  public static final Epoch EPOCH = new Epoch("store", 1);

  private static final Seen ABSENT =
      new Seen(0, MemberState.OUT, Witness.NONE, OptionalInt.empty());

  private Trials() {}

  /** Returns a traffic of one track with all three members. */
  public static Traffic states(MemberState a, MemberState b, MemberState c) {
    return Traffic.stable(Map.of(A, a, B, b, C, c));
  }

  /** Returns the traffic in which C is on trial with this share, and A and B share the rest. */
  public static Traffic canary(Share candidate) {
    return new Traffic(
        Map.of(
            Traffic.STABLE,
            new Share(Share.ALL.basisPoints() - candidate.basisPoints()),
            Traffic.CANDIDATE,
            candidate),
        Map.of(
            A, new Member(Traffic.STABLE, MemberState.SERVING),
            B, new Member(Traffic.STABLE, MemberState.SERVING),
            C, new Member(Traffic.CANDIDATE, MemberState.SERVING)),
        List.of(),
        Optional.empty(),
        new Nobody.Refuse());
  }

  /** Returns the answer, which must say what is so. */
  public static Answer.Now now(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Now.class);
    return (Answer.Now) answer;
  }

  /** Returns why it was refused, which it must be. */
  public static String refusal(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Refused.class);
    return ((Answer.Refused) answer).reason();
  }

  /** Returns how a member is seen; one that is not seen is out. */
  public static Seen seen(Answer.Now now, Instance instance) {
    return now.observed().members().getOrDefault(instance, ABSENT);
  }

  /** Returns the answer without the balancer's opinion of its members, which changes by itself. */
  public static Answer.Now told(Answer.Now now) {
    var members = new TreeMap<Instance, Seen>();
    now.observed()
        .members()
        .forEach((instance, seen) ->
            members.put(
                instance, new Seen(seen.weight(), seen.state(), Witness.NONE, seen.sessions())));
    return new Answer.Now(new Observed(members), now.generation());
  }

  static MemberState state(String name) {
    return MemberState.valueOf(name);
  }

  /** Returns a member's part of all requests by the weights that were read back. */
  static int part(Answer.Now now, Instance instance) {
    int sum = now.observed().members().values().stream().mapToInt(Seen::weight).sum();
    return sum == 0 ? 0 : Share.ALL.basisPoints() * seen(now, instance).weight() / sum;
  }

  static void assertNear(int points, int wanted, int tolerance) {
    assertThat(points).isBetween(wanted - tolerance, wanted + tolerance);
  }

  /**
   * Asserts the states of all three members. One that is to get nothing has no weight either, and
   * is draining or out, because not every balancer can tell the two apart.
   */
  public static void assertStates(Answer.Now now, Traffic wanted) {
    for (Instance instance : List.of(A, B, C)) {
      Seen seen = seen(now, instance);
      boolean serves = wanted.state(instance) == MemberState.SERVING;
      assertThat(seen.state() == MemberState.SERVING)
          .as("%s serves, seen %s", instance, seen)
          .isEqualTo(serves);
      if (!serves) {
        assertThat(seen.weight()).as("weight of %s, seen %s", instance, seen).isZero();
      }
    }
  }
}
