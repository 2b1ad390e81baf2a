package dev.slipway.agent.rollout.sight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Traffic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Goal: balancers that disagree agree on what is stable and proven, and lose no capacity by it. */
class AgreementTest {
  private static final ReleaseId OLD = new ReleaseId("1", Digest.of("1"));
  private static final ReleaseId NEW = new ReleaseId("2", Digest.of("2"));
  private static final Instance BLUE = new Instance("web1", "web", "blue");
  private static final Instance GREEN = new Instance("web1", "web", "green");
  private static final Instance OTHER = new Instance("web2", "web", "blue");

  private final Map<Instance, InstanceState> states = new TreeMap<>();
  private final Map<String, Observed> observed = new TreeMap<>();

  AgreementTest() {
    runs(BLUE, OLD, Condition.HEALTHY);
    runs(OTHER, OLD, Condition.HEALTHY);
    runs(GREEN, NEW, Condition.HEALTHY);
  }

  private void runs(Instance instance, ReleaseId release, Condition condition) {
    states.put(
        instance, new InstanceState(new Occupant.Known(release), condition, Environment.CURRENT));
  }

  private static Seen seen(int weight) {
    var state = weight > 0 ? MemberState.SERVING : MemberState.OUT;
    return new Seen(weight, state, Witness.UP, OptionalInt.of(0));
  }

  private void says(String balancer, int blue, int other, int green) {
    observed.put(
        balancer, new Observed(Map.of(BLUE, seen(blue), OTHER, seen(other), GREEN, seen(green))));
  }

  private Map<Instance, Seen> said(String balancer) {
    return Optional.ofNullable(observed.get(balancer)).orElseThrow().members();
  }

  private Agreement agreement() {
    return new Agreement(states, Optional.of(OLD), observed);
  }

  @Test
  void whoSaysTheSameIsNotSplitWhateverTheScale() {
    says("nginx", 1, 1, 0);
    says("haproxy", 256, 256, 0);

    assertThat(agreement().isSplit()).isFalse();
  }

  @Test
  void oneBalancerAloneIsNeverSplit() {
    says("haproxy", 256, 0, 0);

    assertThat(agreement().isSplit()).isFalse();
    assertThat(agreement().members()).containsEntry(OTHER, MemberState.OUT);
  }

  @Test
  void whatItsOwnerKeepsAtNothingOnOneOfThemIsNoSplit() {
    says("front", 1, 1, 0);
    says("reserve", 1, 1, 0);
    var members = new TreeMap<>(said("reserve"));
    members.put(OTHER, new Seen(0, MemberState.SERVING, Witness.UP, OptionalInt.of(0), true));
    observed.put("reserve", new Observed(members));

    assertThat(agreement().isSplit()).isFalse();
  }

  @Test
  void aStableMemberThatOneOfThemDoesNotServeServesOnAll() {
    says("one", 1, 1, 0);
    says("two", 1, 0, 0);

    assertThat(agreement().isSplit()).isTrue();
    assertThat(agreement().members())
        .containsEntry(OTHER, MemberState.SERVING)
        .containsEntry(GREEN, MemberState.OUT);
    assertThat(agreement().unproven()).isEmpty();
  }

  @Test
  void aReleaseOnTrialOfWhichTheyGiveOtherSharesGetsNothing() {
    says("one", 40, 40, 20);
    says("two", 25, 25, 50);

    assertThat(agreement().isSplit()).isTrue();
    assertThat(agreement().endsTrial()).isTrue();
    assertThat(agreement().members()).containsEntry(GREEN, MemberState.DRAINING);
  }

  @Test
  void aReleaseOnTrialOfWhichTheyGiveTheSameShareKeepsIt() {
    says("one", 40, 40, 20);
    says("two", 80, 80, 40);

    assertThat(agreement().isSplit()).isFalse();
    assertThat(agreement().members()).containsEntry(GREEN, MemberState.SERVING);
  }

  @Test
  void aRuleThatOnlyOneOfThemHasEndsTheTrial() {
    says("one", 1, 1, 0);
    says("two", 1, 1, 0);
    var rule = new Rule(new Rule.Match.Header("X-Trial", "yes"), Traffic.CANDIDATE);
    var routing = new Routing(List.of(rule), Optional.empty(), Optional.empty());
    observed.put("two", new Observed(said("two"), routing));

    assertThat(agreement().isSplit()).isTrue();
    assertThat(agreement().endsTrial()).isTrue();
  }

  @Test
  void nobodyLosesAMemberThatTheTrustedOnesCannotStandInFor() {
    runs(OTHER, NEW, Condition.HEALTHY);
    says("one", 1, 1, 0);
    says("two", 1, 0, 0);

    assertThat(agreement().members()).containsEntry(OTHER, MemberState.SERVING);
    assertThat(agreement().unproven()).containsExactly(OTHER);
  }

  @Test
  void aHostThatCannotBeAskedMayServeAsWellAsBefore() {
    runs(OTHER, OLD, Condition.UNREACHABLE);
    says("one", 1, 1, 0);
    says("two", 1, 0, 0);

    assertThat(agreement().unproven()).containsExactly(OTHER);
  }

  @Test
  void whereNothingIsStableNobodyCanTellWhoIsRight() {
    says("one", 1, 1, 0);
    says("two", 0, 0, 1);

    assertThat(new Agreement(states, Optional.empty(), observed).members())
        .containsEntry(BLUE, MemberState.SERVING)
        .containsEntry(GREEN, MemberState.SERVING);
  }
}
