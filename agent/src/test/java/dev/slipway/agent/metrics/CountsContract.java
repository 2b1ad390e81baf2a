package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.metrics.Question.Measure;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: every source that hears of requests tells the same numbers of them, and none where there
 * are none.
 *
 * <p>Method: requests are counted while they are sent.
 */
abstract class CountsContract<S extends Measured.Hearing> extends MetricSourceContract<S> {
  static Reading value(double value, long samples) {
    return new Reading.Value(value, OptionalLong.of(samples));
  }

  private static double number(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Value.class);
    return ((Reading.Value) reading).value();
  }

  @Test
  void errorsAreAPartOfTheRequestsOfTheseInstances() {
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
    var watched = Stream.of(ERROR_RATE, MEDIAN, MEAN).filter(subject()::tells).toList();
    var watches = watched.stream().map(measure -> watch(measure, B)).toList();

    subject().ask(A, 5, 0);

    assertThat(watches)
        .allSatisfy(one -> assertThat(one.read()).isInstanceOf(Reading.NoData.class));
  }

  @Test
  void timesAreToldInSeconds() {
    subject().ask(A, 1, 0);
    var times = List.of(MEDIAN, MEAN);
    var watches = times.stream().map(measure -> watch(measure, A)).toList();
    for (int i = 0; i < 3; i++) {
      subject().askSlowly(A);
    }

    for (int i = 0; i < times.size(); i++) {
      Reading read = watches.get(i).read();
      if (subject().tellsOfFew(times.get(i))) {
        assertThat(number(read)).as("%s", times.get(i)).isBetween(0.1, 60.0);
        assertThat(((Reading.Value) read).samples()).hasValue(3);
      } else {
        assertThat(read).as("%s", times.get(i)).isNotInstanceOf(Reading.Value.class);
      }
    }
  }

  @Test
  void theMeanIsThatOfAllAndNoMedian() {
    var mean = watch(MEAN, A);
    var slowest = watch(new Measure.Latency(99), A);
    subject().ask(A, 3, 0);
    subject().askSlowly(A);

    if (subject().tellsOfFew(MEAN)) {
      assertThat(number(mean.read())).isGreaterThan(0.03).isLessThan(number(slowest.read()));
    } else {
      assertThat(mean.read()).isNotInstanceOf(Reading.Value.class);
    }
  }

  @Test
  void oneThatWasGoneTellsNothingAbsurdWhenItIsBack() {
    subject().ask(A, 10, 0);
    var watch = watch(ERROR_RATE, A);
    subject().ask(A, 6, 2);
    assertThat(watch.read()).isEqualTo(value(0.25, 8));

    subject().goesAway();
    var begunMeanwhile = watch(ERROR_RATE, A);
    assertThat(watch.read()).isInstanceOf(Reading.Failed.class);
    assertThat(subject().failure(begunMeanwhile)).isNotBlank();

    subject().returns();
    assertThat(begunMeanwhile.read()).isInstanceOf(Reading.NoData.class);
    watch.read();
    subject().ask(A, 8, 0);
    assertThat(watch.read()).isEqualTo(value(0.125, 16));
    assertThat(begunMeanwhile.read()).isEqualTo(value(0, 8));
  }
}
