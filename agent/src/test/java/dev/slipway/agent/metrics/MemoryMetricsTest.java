package dev.slipway.agent.metrics;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** Goal: the source that other tests judge by answers as real ones do. Method: the contract. */
class MemoryMetricsTest extends CountsContract<MemoryMetricsTest.InMemory> {
  @Override
  protected InMemory open(Path directory) {
    return new InMemory();
  }

  static final class InMemory implements Measured.Hearing {
    private Instant now = Instant.parse("2026-11-29T12:00:00Z");
    private final MemoryMetrics metrics = new MemoryMetrics("memory", () -> now);

    InMemory() {
      metrics.comesTo("up", new Reading.Value(1, OptionalLong.empty()));
    }

    @Override
    public MetricSource source() {
      return metrics;
    }

    @Override
    public boolean tells(Measure measure) {
      return true;
    }

    @Override
    public void ask(Instance instance, int good, int bad) {
      metrics.answered(instance, good, bad, Duration.ofMillis(1));
      now = now.plusMillis(1);
    }

    @Override
    public void askSlowly(Instance instance) {
      metrics.answered(instance, 1, 0, Duration.ofMillis(200));
      now = now.plusMillis(200);
    }

    @Override
    public Measure ownQuery() {
      return new Measure.Custom("up", "");
    }

    @Override
    public void goesAway() {
      metrics.goesAway("gone");
    }

    @Override
    public void returns() {
      metrics.returns();
    }

    @Override
    public void close() {}
  }
}
