package dev.slipway.strategies.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.simulation.Account.Ending;
import dev.slipway.strategies.simulation.Account.Leg;
import dev.slipway.strategies.simulation.Moment.Look;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what is told of a rollout is what its plan does, and at no moment fewer serve than the plan
 * promises, unless a host dies.
 *
 * <p>Method: small fleets whose times can be added up by hand; then a host that dies at every
 * second of every strategy.
 */
class SimulationTest {
  private static final Set<Capability> ALL = Set.of(Capability.values());

  private static Sketch sketch(int hosts, int slots) {
    return new Sketch(
        hosts,
        slots,
        Optional.of(ALL),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        "1.0",
        "1.1");
  }

  private static Simulation.Outcome outcome(Sketch sketch, Strategy strategy, Fault... faults) {
    return Simulation.run(
        new Scenario(
            strategy,
            List.of(sketch.situation()),
            Procedures.NONE,
            Pace.USUAL,
            List.of(faults),
            Optional.empty()));
  }

  private static Account account(Sketch sketch, Strategy strategy, Fault... faults) {
    return switch (outcome(sketch, strategy, faults)) {
      case Simulation.Outcome.Told(var account) -> account;
      case Simulation.Outcome.Refused(var reasons) -> fail(reasons.toString());
    };
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void aRollingUpdateTakesOneHostAfterTheOther() {
    Account account = account(sketch(3, 1), Rolling.DEFAULT);

    assertThat(account.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(account.legs()).hasSize(1);
    // Staged everywhere in 10 s; drain 1, idle 5, stop 2, activate 1, start 5, prove 10, admit 1.
    assertThat(account.end()).isEqualTo(seconds(10 + 3 * 25));
    assertThat(account.lowest("web").serving()).isEqualTo(2);
    assertThat(account.lowest("web").at()).isEqualTo(seconds(11));
    assertThat(account.downtime("web")).isZero();
    assertThat(account.versions("web")).isEqualTo(2);
    // From the first that is admitted at 35 s to the last that drains at 61 s.
    assertThat(account.mixed("web")).isEqualTo(seconds(26));
  }

  @Test
  void sharesFollowThoseThatServe() {
    Account account = account(sketch(4, 1), Rolling.DEFAULT);

    Moment half = account.at("web", seconds(10 + 2 * 25));
    assertThat(half.serving()).isEqualTo(4);
    assertThat(half.share(Sketch.release("1.1"))).isEqualTo(Share.percent(50));
    Moment drained = account.at("web", seconds(10 + 2 * 25 + 1));
    assertThat(drained.share(Sketch.release("1.1"))).isEqualTo(new Share(6667));
    assertThat(drained.hosts())
        .containsEntry("web01", Look.TARGET)
        .containsEntry("web03", Look.DRAINING)
        .containsEntry("web04", Look.FORMER);
    assertThat(account.moments("web").getLast().share(Sketch.release("1.1"))).isEqualTo(Share.ALL);
  }

  @Test
  void blueGreenSwitchesAllRequestsAtOnce() {
    Account account = account(sketch(4, 2), BlueGreen.DEFAULT);

    assertThat(account.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(account.versions("web")).isEqualTo(1);
    assertThat(account.lowest("web").serving()).isEqualTo(4);
    assertThat(account.end()).isGreaterThan(BlueGreen.DEFAULT.scaleDownDelay());
  }

  @Test
  void aBigBangTellsItsDowntime() {
    Account account = account(sketch(4, 1), Recreate.DEFAULT);

    // From the first drain to the first that is admitted: idle 5, stop 2, activate 1, start 5,
    // prove 10, admit 1.
    assertThat(account.downtime("web")).isEqualTo(seconds(24));
    assertThat(account.versions("web")).isEqualTo(1);
  }

  @Test
  void aHostThatDiesInItsTurnTurnsTheRolloutBack() {
    Account account = account(sketch(4, 1), Rolling.DEFAULT, new Fault.Dies("web03", seconds(70)));

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(account.reason()).isEqualTo("web03 died");
    assertThat(account.incomplete()).containsExactly("web03");
    assertThat(account.legs()).hasSize(2);
    assertThat(account.legs().getLast().plan().skipped()).containsExactly("web03");
    Moment last = account.moments("web").getLast();
    assertThat(last.share(Sketch.release("1.0"))).isEqualTo(Share.ALL);
    assertThat(last.serving()).isEqualTo(3);
    assertThat(last.hosts()).containsEntry("web03", Look.DEAD);
  }

  @Test
  void aReleaseThatIsNoGoodIsTakenBackOnTheFirstHost() {
    Account account = account(sketch(4, 1), Rolling.DEFAULT, new Fault.Sickens("web01"));

    assertThat(account.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(account.reason()).isEqualTo("web01 was not healthy in time");
    assertThat(account.versions("web")).isEqualTo(1);
    assertThat(account.legs().getFirst().stretches())
        .filteredOn(Account.Stretch::isTakingBack)
        .extracting(stretch -> stretch.step().render())
        .endsWith("start web01", "prove web01 healthy", "admit web01");
  }

  @Test
  void failuresThatAreToleratedLeaveAHostBehind() {
    var tolerant =
        new Rolling(
            List.of(new Amount.Count(1)),
            Optional.of(new Amount.Count(2)),
            new Amount.Count(0),
            1,
            Rolling.Order.INVENTORY,
            Duration.ZERO,
            Duration.ofMinutes(10));

    Account account = account(sketch(6, 1), tolerant, new Fault.Dies("web06", seconds(1)));

    assertThat(account.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(account.incomplete()).containsExactly("web06");
  }

  @Test
  void whatCouldNeverProceedIsRefused() {
    assertThat(outcome(sketch(4, 1), BlueGreen.DEFAULT))
        .isInstanceOfSatisfying(
            Simulation.Outcome.Refused.class,
            refused -> assertThat(refused.reasons()).anyMatch(it -> it.contains("two slots")));
  }

  @Test
  void theSameScenarioIsAlwaysToldTheSame() {
    var fault = new Fault.Dies("web02", seconds(40));

    assertThat(account(sketch(5, 2), BlueGreen.DEFAULT, fault))
        .isEqualTo(account(sketch(5, 2), BlueGreen.DEFAULT, fault));
  }

  static Stream<Strategy> strategies() {
    var beside =
        new Rolling(
            List.of(),
            Optional.of(new Amount.Count(0)),
            new Amount.Count(2),
            0,
            Rolling.Order.INVENTORY,
            Duration.ofSeconds(3),
            Duration.ofMinutes(10));
    return Stream.of(
        Rolling.DEFAULT,
        beside,
        new BlueGreen(
            seconds(20),
            Duration.ofMinutes(10),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new Canary(
            Canary.stages(List.of(25, 50), seconds(20)),
            Optional.empty(),
            Optional.empty(),
            new Amount.Count(1),
            Duration.ofMinutes(10)),
        Recreate.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void wheneverAHostDiesNothingElseIsLost(Strategy strategy) {
    for (int second = 0; second < 200; second++) {
      Account account = account(sketch(4, 2), strategy, new Fault.Dies("web02", seconds(second)));

      assertThat(account.ending()).as("at %ds", second).isNotEqualTo(Ending.NEEDS_HELP);
      Moment last = account.moments("web").getLast();
      boolean isAlive = account.end().compareTo(seconds(second)) < 0;
      assertThat(last.serving()).as("at %ds", second).isEqualTo(isAlive ? 4 : 3);
      assertThat(last.versions()).as("at %ds", second).isEqualTo(1);
      for (Leg leg : account.legs()) {
        int promised = leg.promised("web");
        assertThat(servingDuring(account, leg))
            .as("at %ds", second)
            .allMatch(serving -> serving >= promised - 1);
      }
    }
  }

  private static List<Integer> servingDuring(Account account, Leg leg) {
    var found = new ArrayList<Integer>();
    for (Moment moment : account.moments("web")) {
      if (moment.at().compareTo(leg.from()) >= 0 && moment.at().compareTo(leg.until()) < 0) {
        found.add(moment.serving());
      }
    }
    return found;
  }
}
