package dev.slipway.agent.journal;

import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Metric.Limits;
import dev.slipway.strategies.analysis.Metric.OnNoData;
import dev.slipway.strategies.analysis.Threshold;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.JudgeStep;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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

  static BlueGreen judged() {
    return new BlueGreen(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Optional.empty(),
        Optional.empty(),
        Optional.of(analysis()));
  }

  private static Analysis analysis() {
    var query =
        new Metric(
            "basket-value",
            Optional.of("json"),
            Optional.of(new Metric.Query("https://shop.example.com/stats", "/basket/average")),
            new Threshold(OptionalDouble.of(20), OptionalDouble.empty()),
            OptionalDouble.empty(),
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
