package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: every source tells the same numbers of the same requests, and none where it has none.
 *
 * <p>Method: requests are counted while they are sent. What a source cannot tell by what it is, it
 * must object to when it is asked for an objection, and fail when it is read.
 */
abstract class MetricSourceContract {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Measure ERROR_RATE = new Measure.ErrorRate();
  private static final Measure REQUESTS = new Measure.Requests();
  private static final Measure MEDIAN = new Measure.Latency(50);

  @TempDir private Path directory;
  private Optional<Measured> opened = Optional.empty();

  /** Starts the source in front of, or beside, the instances {@code A} and {@code B}. */
  protected abstract Measured open(Path directory);

  @BeforeEach
  void open() {
    opened = Optional.of(open(directory));
  }

  @AfterEach
  void close() {
    opened.ifPresent(Measured::close);
  }

  private Measured subject() {
    return opened.orElseThrow();
  }

  private static Question question(Measure measure, Instance... instances) {
    return new Question(measure, new TreeSet<>(List.of(instances)), WINDOW);
  }

  private MetricSource.Watch watch(Measure measure, Instance... instances) {
    return subject().source().watch(question(measure, instances));
  }

  private static Reading value(double value, long samples) {
    return new Reading.Value(value, OptionalLong.of(samples));
  }

  private static double number(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Value.class);
    return ((Reading.Value) reading).value();
  }

  private void assumeItTells(Measure... measures) {
    for (Measure measure : measures) {
      assumeThat(subject().tells(measure)).as("it tells %s", measure).isTrue();
    }
  }

  @Test
  void whatItCannotTellIsObjectedToAndNeverANumber() {
    for (Measure measure : List.of(ERROR_RATE, REQUESTS, MEDIAN)) {
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
  void errorsAreAPartOfTheRequestsOfTheseInstances() {
    assumeItTells(ERROR_RATE, REQUESTS);
    var ofA = watch(ERROR_RATE, A);
    var ofBoth = watch(ERROR_RATE, A, B);
    var requests = watch(REQUESTS, A, B);

    subject().ask(A, 12, 4);
    subject().ask(B, 4, 0);

    assertThat(ofA.read()).isEqualTo(value(0.25, 16));
    assertThat(ofBoth.read()).isEqualTo(value(0.2, 20));
    assertThat(requests.read()).isEqualTo(value(20, 20));
  }

  @Test
  void whatWasBeforeTheWatchBeganDoesNotCount() {
    assumeItTells(ERROR_RATE);
    subject().ask(A, 1, 9);
    var watch = watch(ERROR_RATE, A);
    subject().ask(A, 5, 0);

    assertThat(watch.read()).isEqualTo(value(0, 5));

    subject().ask(A, 0, 5);
    assertThat(watch.read()).isEqualTo(value(0.5, 10));
  }

  @Test
  void withoutRequestsThereIsNoDataRatherThanAGoodNumber() {
    subject().ask(A, 5, 0);
    subject().ask(B, 5, 0);
    var watched = List.of(ERROR_RATE, MEDIAN).stream().filter(subject()::tells).toList();
    var watches = watched.stream().map(measure -> watch(measure, B)).toList();

    subject().ask(A, 5, 0);

    assertThat(watches)
        .allSatisfy(one -> assertThat(one.read()).isInstanceOf(Reading.NoData.class));
  }

  @Test
  void timesAreToldInSeconds() {
    assumeItTells(MEDIAN);
    subject().ask(A, 1, 0);
    var watch = watch(MEDIAN, A);
    for (int i = 0; i < 3; i++) {
      subject().askSlowly(A);
    }

    assertThat(number(watch.read())).isBetween(0.1, 60.0);
    assertThat(((Reading.Value) watch.read()).samples()).hasValue(3);
  }

  @Test
  void oneThatIsGoneHasFailedAndTellsNothingAbsurdWhenItIsBack() {
    assumeItTells(ERROR_RATE);
    subject().ask(A, 10, 0);
    var watch = watch(ERROR_RATE, A);
    subject().ask(A, 6, 2);
    assertThat(watch.read()).isEqualTo(value(0.25, 8));

    subject().goesAway();
    assertThat(watch.read()).isInstanceOf(Reading.Failed.class);

    subject().returns();
    watch.read();
    subject().ask(A, 8, 0);
    assertThat(watch.read()).isEqualTo(value(0.125, 16));
  }

  @Test
  void oneThatIsGoneWhenTheWatchBeginsCountsFromItsReturn() {
    assumeItTells(ERROR_RATE);
    subject().ask(A, 0, 10);
    subject().goesAway();
    var watch = watch(ERROR_RATE, A);
    assertThat(subject().source().objection(question(ERROR_RATE, A))).isEmpty();
    assertThat(watch.read()).isInstanceOf(Reading.Failed.class);

    subject().returns();
    assertThat(watch.read()).isInstanceOf(Reading.NoData.class);
  }
}
