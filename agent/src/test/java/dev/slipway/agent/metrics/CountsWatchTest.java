package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Spent;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.balancer.kinds.BalancerKinds;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever happens to the counts of balancers, no number is negative, or larger than what was
 * seen to happen. Method: balancers whose counts the test sets, and a clock of its own.
 */
class CountsWatchTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final CountingBalancer one = new CountingBalancer("lb1");
  private final CountingBalancer two = new CountingBalancer("lb2");
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");

  private MetricSource.Watch watch(Measure measure, Instance... instances) {
    var question = new Question(measure, new TreeSet<>(List.of(instances)), WINDOW);
    return MetricSources.ofBalancers(List.of(one, two), () -> now).watch(question);
  }

  private static Reading value(double value, long samples) {
    return new Reading.Value(value, OptionalLong.of(samples));
  }

  private Reading later(MetricSource.Watch watch) {
    now = now.plusSeconds(10);
    return watch.read();
  }

  @Test
  void severalBalancersAreAddedUp() {
    one.has(A, 100, 1).has(B, 500, 500);
    two.has(A, 10, 0);
    var watch = watch(new Measure.ErrorRate(), A);
    one.has(A, 130, 11).has(B, 900, 900);
    two.has(A, 30, 0);

    assertThat(later(watch)).isEqualTo(value(0.2, 50));
  }

  @Test
  void countsOfAnotherProcessAreANewBeginningHoweverHighTheyAre() {
    one.has(A, 1_000, 10);
    var watch = watch(new Measure.ErrorRate(), A);
    one.has(A, 1_004, 11);
    assertThat(later(watch)).isEqualTo(value(0.25, 4));

    one.livesAgain().has(A, 9_000_000, 9_000_000);
    assertThat(later(watch)).isEqualTo(value(0.25, 4));

    one.has(A, 9_000_004, 9_000_000);
    assertThat(later(watch)).isEqualTo(value(0.125, 8));
  }

  @Test
  void countsThatSomebodyClearedAreANewBeginning() {
    one.has(A, 1_000, 10);
    var watch = watch(new Measure.Requests(), A);
    one.has(A, 3, 0);
    assertThat(later(watch)).isEqualTo(value(0, 0));

    one.has(A, 5, 0);
    assertThat(later(watch)).isEqualTo(value(2, 2));
  }

  @Test
  void aMemberThatIsNewHasCountedFromZero() {
    var watch = watch(new Measure.ErrorRate(), A);
    one.has(A, 8, 2);

    assertThat(later(watch)).isEqualTo(value(0.25, 8));

    one.knowsNot(A);
    assertThat(later(watch)).isEqualTo(value(0.25, 8));
    one.has(A, 8, 0);
    assertThat(later(watch)).isEqualTo(value(0.125, 16));
  }

  @Test
  void whileOneOfThemIsSilentNothingIsKnownAndNothingIsLost() {
    one.has(A, 0, 0);
    var watch = watch(new Measure.ErrorRate(), A);
    one.has(A, 4, 4);
    two.isSilent();
    assertThat(later(watch)).isEqualTo(new Reading.Failed("balancer lb2: no answer"));

    two.speaks();
    assertThat(later(watch)).isEqualTo(value(1, 4));
  }

  @Test
  void theWindowLeavesBehindWhatIsOlder() {
    var watch = watch(new Measure.ErrorRate(), A);
    one.has(A, 100, 100);
    assertThat(later(watch)).isEqualTo(value(1, 100));
    for (int i = 0; i < 6; i++) {
      later(watch);
    }
    one.has(A, 150, 100);

    assertThat(later(watch)).isEqualTo(value(0, 50));
  }

  @Test
  void oneThatIsReadLessOftenThanItsWindowReachesBackToTheLastReading() {
    var watch = watch(new Measure.Requests(), A);
    one.has(A, 10, 0);
    now = now.plus(WINDOW.multipliedBy(3));
    assertThat(watch.read()).isEqualTo(value(10, 10));
    one.has(A, 15, 0);
    now = now.plus(WINDOW.multipliedBy(3));
    assertThat(watch.read()).isEqualTo(value(5, 5));
  }

  @Test
  void itIsReadAsOftenAsAnybodyLikes() {
    var watch = watch(new Measure.Requests(), A);
    for (int i = 1; i <= 5_000; i++) {
      one.has(A, i, 0);
      now = now.plusMillis(1);
      assertThat(watch.read()).isEqualTo(value(i, i));
    }
  }

  @Test
  void percentilesComeFromTheTimesOfAllOfThem() {
    var watch = watch(new Measure.Latency(50), A);
    one.took(A, List.of(0L, 0L, 0L, 0L, 90L, 0L));
    two.took(A, List.of(0L, 0L, 0L, 0L, 0L, 10L));

    assertThat(later(watch))
        .isInstanceOfSatisfying(
            Reading.Value.class,
            read -> {
              assertThat(read.value()).isBetween(0.008, 0.016);
              assertThat(read.samples()).hasValue(100);
            });
  }

  @Test
  void theMeanIsOfCountedTimesAndOfSummedOnes() {
    var watch = watch(new Measure.Mean(), A);
    one.took(A, List.of(0L, 0L, 0L, 0L, 1_000L, 0L));
    two.spent(A, new Spent(3_000, 60_000));

    assertThat(later(watch))
        .isEqualTo(
            new Reading.Value((1_000 * 12 + 60_000) / 4_000.0 / 1_000, OptionalLong.of(4_000)));
  }

  @Test
  void whatIsRoundedTellsNoMeanOfFew() {
    var watch = watch(new Measure.Mean(), A);
    two.spent(A, new Spent(1_023, 50_000));
    assertThat(later(watch))
        .isEqualTo(
            new Reading.NoData(
                "only 1,023 answers, and their rounded times take 1,024 to tell a mean"));

    two.spent(A, new Spent(1_024, -3));
    assertThat(later(watch)).isEqualTo(new Reading.Value(0.001, OptionalLong.of(1_024)));
  }

  @Test
  void whatDiffersIsToldLessTheNoiseOfTheSameTime() {
    one.compares(new Compared(1_000, 900, 0, 0));
    var watch = watch(new Measure.Differences(), A);
    assertThat(later(watch)).isInstanceOf(Reading.NoData.class);
    one.compares(new Compared(1_100, 930, 100, 20));
    two.compares(new Compared(100, 10, 100, 0));

    assertThat(later(watch)).isEqualTo(new Reading.Value(0.1, OptionalLong.of(200), 0.1));

    one.livesAgain().compares(new Compared(50, 50, 0, 0));
    assertThat(later(watch)).isEqualTo(new Reading.Value(0.1, OptionalLong.of(200), 0.1));
    two.compares(new Compared(200, 10, 200, 90));
    assertThat(later(watch)).isEqualTo(new Reading.Value(0, OptionalLong.of(300), 110 / 300.0));
  }

  @Test
  void whoComparesNothingIsNotAskedForDifferences() {
    var question = new Question(new Measure.Differences(), new TreeSet<>(List.of(A)), WINDOW);

    assertThat(MetricSources.ofBalancers(List.of(one), () -> now).objection(question))
        .contains("balancer lb1 compares no answers; only edges do");
  }

  @Test
  void nginxIsNotWatchedInsteadOfCounting() {
    var spec = new BalancerSpec.Nginx("front", List.of(), "/etc/nginx/slipway/shop.conf");
    var route = new Route("shop", Map.of(A, new Route.Server("a", "127.0.200.1", 8001)));
    try (var machines = Machines.open(Optional.empty())) {
      var nginx = BalancerKinds.of(Become.NONE).open(spec, route, machines);
      var source = MetricSources.ofBalancers(nginx, () -> now);
      var question = new Question(new Measure.ErrorRate(), new TreeSet<>(List.of(A)), WINDOW);

      assertThat(source.objection(question).orElse("")).contains("front", "prometheus");
      assertThat(source.watch(question).read()).isInstanceOf(Reading.Failed.class);
    }
  }

  @Test
  void withoutABalancerThereIsNothingToCount() {
    var question = new Question(new Measure.Requests(), new TreeSet<>(List.of(A)), WINDOW);

    assertThat(MetricSources.ofBalancers(List.of(), () -> now).objection(question).orElse(""))
        .contains("no balancer");
  }

  /** A balancer that has counted what the test says. */
  private static final class CountingBalancer implements Balancer {
    private final String name;
    private final Map<Instance, Tally> tallies = new TreeMap<>();
    private final List<String> lives = new ArrayList<>(List.of("first"));
    private Compared compared = Compared.NONE;
    private boolean silent;

    CountingBalancer(String name) {
      this.name = name;
    }

    CountingBalancer has(Instance instance, long requests, long errors) {
      tallies.put(instance, new Tally(requests, errors, List.of()));
      return this;
    }

    void took(Instance instance, List<Long> times) {
      long answers = times.stream().mapToLong(Long::longValue).sum();
      tallies.put(instance, new Tally(answers, 0, times));
    }

    void spent(Instance instance, Spent spent) {
      tallies.put(instance, new Tally(spent.answers(), 0, List.of(), spent));
    }

    void compares(Compared counts) {
      compared = counts;
    }

    void knowsNot(Instance instance) {
      tallies.remove(instance);
    }

    CountingBalancer livesAgain() {
      lives.add("again");
      return this;
    }

    void isSilent() {
      silent = true;
    }

    void speaks() {
      silent = false;
    }

    @Override
    public Counted counted() {
      return silent
          ? new Counted.Unknown("no answer")
          : new Counted.Now(tallies, compared, lives.toString());
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.COUNTERS, Capability.MEANS, Capability.TIMES);
    }

    @Override
    public Answer make(Traffic wanted, Epoch epoch) {
      return new Answer.Refused("nobody asks for traffic here");
    }

    @Override
    public Answer observe() {
      return new Answer.Refused("nobody observes here");
    }

    @Override
    public void close() {}
  }
}
