package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Audience;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: users are divided once, whoever met the release keeps it to the end, and nothing of the
 * division is left after it. Method: whole plans as text.
 */
class AbTestTest {
  private static final Capability[] ABLE = {
    Capability.WEIGHTS, Capability.MATCH, Capability.STICKY
  };

  @Test
  void inSpareSlotsUsersMoveOnceAndOnlyToTheRelease() {
    assertThat(Scene.withSlots(2).able(ABLE).plan(AbTest.DEFAULT).render())
        .containsSubsequence(
            "  prepare web1\n",
            "send 50% of the requests to web1/green; keep users by the cookie slipway-user,"
                + " given to whoever has none\n",
            "compare web1/green with web1/blue, web2/blue by error-rate, for 24h, watched by"
                + " error-rate, latency-p99\n",
            "if it fails\n",
            "switch all requests from web1/green to web1/blue, web2/blue,",
            "  prepare web2\n",
            "switch all requests from web1/blue, web2/blue to web1/green, web2/green,");
  }

  @Test
  void inPlaceUsersKeepWhatTheyMetWhileTheRestIsConverted() {
    assertThat(Scene.of(4).able(ABLE).plan(AbTest.DEFAULT).render())
        .containsSubsequence(
            "send 33% of the requests to web1; keep users by the cookie slipway-user,",
            "send 50% of the requests to web1, web2; keep users by the cookie slipway-user,",
            "compare web1, web2 with web3, web4 by error-rate",
            "send 66% of the requests to web1, web2; keep users by the cookie slipway-user,",
            "switch all requests from web4 to web1, web2, web3,");
  }

  @Test
  void rulesAloneSendOnlyWhoMatches() {
    AbTest test = matching(new Match.Header("X-Beta", "yes"), new Match.Cookie("beta", "1"));
    assertThat(Scene.withSlots(2).able(ABLE).plan(test).render())
        .contains(
            "send requests with X-Beta: yes to web1/green;"
                + " send requests with the cookie beta=1 to web1/green")
        .doesNotContain("keep users");
  }

  @Test
  void whatTheBalancersCannotDoIsRefused() {
    assertThat(refusals(AbTest.DEFAULT, Scene.withSlots(2).able(Capability.MATCH).situation()))
        .containsExactly(
            "not every balancer of role 'web' can keep users where they were drawn, which this"
                + " abTest needs");
    AbTest rules = matching(new Match.Header("X-Beta", "yes"));
    assertThat(refusals(rules, Scene.withSlots(2).able(Capability.STICKY).situation()))
        .containsExactly(
            "not every balancer of role 'web' can tell requests apart by headers and cookies, which"
                + " this abTest needs");
  }

  @Test
  void whereNothingServesYetNobodyIsDivided() {
    assertThat(Scene.withSlots(2).fresh().plan(AbTest.DEFAULT).render())
        .doesNotContain("compare")
        .doesNotContain("keep users");
  }

  @Test
  void whatWasTrustedBeforeIsNotTested() {
    assertThat(Scene.withSlots(2).plan(AbTest.DEFAULT.unattended()).render())
        .doesNotContain("compare");
  }

  @Test
  void oneHostWithOneSlotHasNoTwoReleases() {
    assertThat(refusals(AbTest.DEFAULT, Scene.of(1).able(ABLE).situation()))
        .containsExactly(
            "abTest needs a second host or a second slot: role 'web' has one slot and 1 host"
                + " serving");
  }

  @Test
  void whereAllAreCandidatesNobodyIsLeftToCompareWith() {
    AbTest usual = AbTest.DEFAULT;
    var all =
        new AbTest(
            usual.audience(),
            usual.contest(),
            usual.analysis(),
            Optional.of(3),
            usual.maxUnavailable(),
            usual.progressDeadline());
    assertThat(refusals(all, Scene.of(3).able(ABLE).situation()))
        .containsExactly(
            "canaryScale of 3 leaves 0 of 3 instances for a weight of 50, and that takes 1");
    assertThat(refusals(all, Scene.withSlots(3).able(ABLE).situation())).isEmpty();
  }

  @Test
  void anAudienceThatDividesNobodyIsNone() {
    assertThatThrownBy(() -> new Audience(List.of(), Share.NONE, Optional.empty()))
        .hasMessageContaining("leave nobody to compare with");
    assertThatThrownBy(() -> new Audience(List.of(), Share.ALL, Optional.of(AbTest.USUAL_KEY)))
        .hasMessageContaining("leave nobody to compare with");
    assertThatThrownBy(() -> new Audience(List.of(), Share.percent(5), Optional.empty()))
        .hasMessageContaining("users are drawn by a key");
    assertThatThrownBy(() ->
            new Audience(List.of(), Share.percent(5), Optional.of(new Sticky.Key.Cleared("user"))))
        .hasMessageContaining("keeps nobody");
  }

  private static AbTest matching(Match... matches) {
    return new AbTest(
        new Audience(List.of(matches), Share.NONE, Optional.empty()),
        AbTest.DEFAULT.contest(),
        AbTest.DEFAULT.analysis(),
        Optional.empty(),
        AbTest.DEFAULT.maxUnavailable(),
        AbTest.DEFAULT.progressDeadline());
  }

  private static List<String> refusals(AbTest test, Situation situation) {
    return test.plan(situation) instanceof Planning.Refused(var reasons) ? reasons : List.of();
  }
}
