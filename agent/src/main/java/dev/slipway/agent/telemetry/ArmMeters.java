package dev.slipway.agent.telemetry;

import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.analysis.arms.Arm;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** What A/B tests that run have counted of each of their releases. */
final class ArmMeters {
  private final Map<Side, Arm> arms = new ConcurrentHashMap<>();
  private final MultiGauge samples;
  private final MultiGauge values;

  ArmMeters(MeterRegistry registry) {
    samples =
        MultiGauge.builder("slipway.arm.samples")
            .description("Users or events that an A/B test has counted of a release")
            .register(registry);
    values =
        MultiGauge.builder("slipway.arm.value")
            .description("Part of them that succeeded, or their mean")
            .register(registry);
  }

  /** One of the two releases, by one goal. */
  private record Side(Target target, String goal, String arm) {
    Tags tags() {
      return Tags.of("environment", target.environment())
          .and("application", target.application())
          .and("goal", goal)
          .and("arm", arm);
    }
  }

  synchronized void counted(Target target, String goal, String arm, Arm seen) {
    arms.put(new Side(target, goal, arm), seen);
    tell();
  }

  /** Numbers of a test that is over would look as if it ran. */
  synchronized void forget(Target target) {
    if (arms.keySet().removeIf(side -> side.target().equals(target))) {
      tell();
    }
  }

  private void tell() {
    samples.register(rows(Arm::size), true);
    values.register(rows(ArmMeters::value), true);
  }

  private Iterable<Row<?>> rows(ToDoubleFunction<Arm> number) {
    return arms.entrySet().stream()
        .<Row<?>>map(entry -> Row.of(entry.getKey().tags(), number.applyAsDouble(entry.getValue())))
        .toList();
  }

  private static double value(Arm arm) {
    return switch (arm) {
      case Arm.Counts(var successes, var trials) ->
          trials == 0 ? Double.NaN : (double) successes / trials;
      case Arm.Values(var values) ->
          values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    };
  }
}
