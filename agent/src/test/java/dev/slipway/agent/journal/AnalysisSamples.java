package dev.slipway.agent.journal;

import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Metric.Limits;
import dev.slipway.strategies.analysis.Metric.OnNoData;
import dev.slipway.strategies.analysis.Threshold;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.analysis.arms.Goal.HigherIs;
import dev.slipway.strategies.analysis.arms.Goal.Numbers;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.traffic.Audience;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What a release can be judged by, with everything that a manifest may say of it. */
final class AnalysisSamples {
  private AnalysisSamples() {}

  static JudgeStep step() {
    return new JudgeStep.Analysis(
        "web",
        new TreeSet<>(Set.of(new Instance("web1", "web", "green"))),
        new TreeSet<>(Set.of(new Instance("web1", "web", "blue"))),
        Duration.ofMinutes(5),
        analysis());
  }

  static JudgeStep former() {
    return new JudgeStep.Former(
        "web",
        new TreeSet<>(Set.of(new Instance("web1", "web", "blue"))),
        List.of(analysis().metrics().getLast()));
  }

  static Event measured() {
    return new Event.FormerMeasured(
        Samples.ROLLOUT,
        List.of(
            new Event.FormerMeasured.Gauge(
                "error-rate", OptionalDouble.of(0.002), OptionalLong.of(1_240), ""),
            new Event.FormerMeasured.Gauge(
                "basket-value",
                OptionalDouble.empty(),
                OptionalLong.empty(),
                "connection refused")));
  }

  static JudgeStep decided() {
    return new JudgeStep.Contested(
        "web",
        new TreeSet<>(Set.of(new Instance("web1", "web", "green"))),
        new TreeSet<>(Set.of(new Instance("web1", "web", "blue"))),
        contest(),
        Optional.of(analysis()));
  }

  static AbTest divided() {
    return new AbTest(
        new Audience(
            List.of(new Rule.Match.Header("X-Beta", "1")),
            Share.percent(20),
            Optional.of(AbTest.USUAL_KEY)),
        contest(),
        Optional.of(analysis()),
        Optional.of(2),
        new Amount.Count(1),
        Duration.ofMinutes(10));
  }

  private static Contest contest() {
    return new Contest(
        List.of(
            new Goal(
                "signup",
                new Numbers.Document("https://stats.example.com/shop", "/signups", "/visitors"),
                HigherIs.BETTER,
                0.99,
                0.025),
            goal("basket", new Numbers.Values("https://stats.example.com/shop", "/baskets")),
            goal("orders", new Numbers.Queries("sum(orders)", "sum(visits)")),
            goal("error-rate", new Numbers.Failures(Optional.of("balancer")))),
        Duration.ofHours(36),
        Duration.ofMinutes(1),
        OptionalLong.of(5_000),
        1_000,
        Contest.Then.ABORT,
        Contest.Then.PROMOTE);
  }

  private static Goal goal(String name, Numbers numbers) {
    return new Goal(name, numbers, HigherIs.WORSE, Goal.USUAL_CONFIDENCE, 0);
  }

  static BlueGreen judged() {
    return new BlueGreen(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Optional.empty(),
        Optional.empty(),
        Optional.of(analysis()),
        true);
  }

  private static Analysis analysis() {
    var query =
        new Metric(
            "basket-value",
            Optional.of("json"),
            Optional.of(new Metric.Query("https://shop.example.com/stats", "/basket/average")),
            new Threshold(OptionalDouble.of(20), OptionalDouble.empty()),
            OptionalDouble.empty(),
            Optional.of(new Metric.Former(1.5, Duration.ofMinutes(10))),
            0,
            OnNoData.FAIL,
            new Limits(1, 2, 3),
            OptionalInt.of(5),
            true,
            true);
    return new Analysis(
        Duration.ofSeconds(30),
        Duration.ZERO,
        Duration.ofMinutes(30),
        List.of(Metric.usual(Builtin.ERROR_RATE), query));
  }
}
