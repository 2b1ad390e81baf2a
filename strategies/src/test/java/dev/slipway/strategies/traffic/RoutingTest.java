package dev.slipway.strategies.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Goal: rules are wanted, kept and compared like weights. Method: traffic without a balancer. */
class RoutingTest {
  private static final Instance A = new Instance("a", "web", "current");
  private static final Traffic ALL = Traffic.stable(Map.of(A, MemberState.SERVING));
  private static final Rule RULE = new Rule(new Rule.Match.Header("X-Canary", "1"), Traffic.STABLE);
  private static final Routing ROUTING =
      new Routing(
          List.of(RULE),
          Optional.of(new Mirror(Traffic.STABLE, Share.percent(5))),
          Optional.of(new Sticky(new Sticky.Key.Header("X-User"), "")));

  @Test
  void itOutlivesEveryOtherChangeOfTheTraffic() {
    var traffic = ALL.with(ROUTING).with(A, MemberState.DRAINING).with(new Nobody.Refuse());

    assertThat(traffic.routing()).isEqualTo(ROUTING);
    assertThat(traffic.with(Routing.NONE).with(A, MemberState.SERVING)).isEqualTo(ALL);
  }

  @Test
  void whatIsReadBackOtherwiseIsADifference() {
    var flat = ((Flattening.Flat) ALL.with(ROUTING).flatten(10)).traffic();
    var seen =
        new Observed.Seen(10, MemberState.SERVING, Observed.Witness.NONE, OptionalInt.empty());

    assertThat(new Observed(Map.of(A, seen), ROUTING).differences(flat)).isEmpty();
    assertThat(new Observed(Map.of(A, seen)).differences(flat))
        .hasSize(3)
        .allMatch(difference -> difference.contains("wanted"));
  }

  @Test
  void aTrackThatIsNotThereIsRefused() {
    var rule = new Rule(RULE.match(), "beta");
    var mirror = new Mirror("beta", Share.ALL);

    assertThatThrownBy(
            () -> ALL.with(new Routing(List.of(rule), Optional.empty(), Optional.empty())))
        .hasMessageContaining("'beta'");
    assertThatThrownBy(
            () -> ALL.with(new Routing(List.of(), Optional.of(mirror), Optional.empty())))
        .hasMessageContaining("'beta'");
  }
}
