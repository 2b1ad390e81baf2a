package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every source says what it cannot tell, and that it cannot be asked, and neither is a
 * number.
 *
 * <p>Method: each measure once, at a source that is there and at one that is gone.
 */
abstract class MetricSourceContract<S extends Measured> {
  static final Measure ERROR_RATE = new Measure.ErrorRate();
  static final Measure REQUESTS = new Measure.Requests();
  static final Measure MEDIAN = new Measure.Latency(50);
  static final Measure MEAN = new Measure.Mean();
  private static final Duration WINDOW = Duration.ofMinutes(10);

  @TempDir private Path directory;
  private Optional<S> opened = Optional.empty();

  /** Starts the source in front of, or beside, the instances {@code A} and {@code B}. */
  protected abstract S open(Path directory);

  @BeforeEach
  void open() {
    opened = Optional.of(open(directory));
  }

  @AfterEach
  void close() {
    opened.ifPresent(Measured::close);
  }

  /** Returns what {@link #open(Path)} made. */
  protected final S subject() {
    return opened.orElseThrow();
  }

  static Question question(Measure measure, Instance... instances) {
    return new Question(measure, new TreeSet<>(List.of(instances)), WINDOW);
  }

  final MetricSource.Watch watch(Measure measure, Instance... instances) {
    return subject().source().watch(question(measure, instances));
  }

  private List<Measure> measures() {
    return List.of(ERROR_RATE, REQUESTS, MEDIAN, MEAN, subject().ownQuery());
  }

  @Test
  void whatItCannotTellIsObjectedToAndNeverANumber() {
    for (Measure measure : measures()) {
      var objection = subject().source().objection(question(measure, A));
      if (subject().tells(measure)) {
        assertThat(objection).as("%s", measure).isEmpty();
      } else {
        assertThat(objection).as("%s", measure).isPresent();
        assertThat(watch(measure, A).read()).as("%s", measure).isNotInstanceOf(Reading.Value.class);
      }
    }
  }

  @Test
  void oneThatIsGoneIsAFailureAndNoObjection() {
    subject().goesAway();

    for (Measure measure : measures()) {
      if (subject().tells(measure)) {
        assertThat(subject().source().objection(question(measure, A))).as("%s", measure).isEmpty();
        assertThat(subject().failure(watch(measure, A))).as("%s", measure).isNotBlank();
      }
    }
    subject().returns();
  }
}
