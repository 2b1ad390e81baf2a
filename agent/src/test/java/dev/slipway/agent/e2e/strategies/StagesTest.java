package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.MANY;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever strategy brings a good release, behind whatever balancer, nobody loses a request,
 * and at every stage the release answers the part of the requests that the stage says, and gets
 * copies of the part that it says.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, users with and without
 * keep-alive, who send at least 20,000 requests while releases are rolled out: one of them where
 * its stages take so many, which is about a second for each on a machine that has nothing else to
 * do, else several. Requests are counted all the time; the journal says afterwards when each stage
 * began and ended.
 */
@Timeout(600)
final class StagesTest {
  private static final long REQUESTS = 20_000;

  private static final long WAITED_MAX_MILLIS = 20_000;

  /** So many in a stage at least, that a point is many requests: all balancers take turns. */
  private static final long IN_A_STAGE = 1_000;

  /**
   * So few where it is drawn by chance who meets a release, that a point is many times the odds.
   */
  private static final int FEW = 5;

  private static final String PARKED = "recreate: {park: {limit: 1000, deadline: 30s}}";
  private static final Pattern STAGE = Pattern.compile("stage \\d+: (\\d+)%");

  @TempDir private Path directory;
  private Signups signups;

  @BeforeEach
  void open() {
    signups = new Signups("127.1.46.200", Map.of());
  }

  @AfterEach
  void close() {
    signups.close();
  }

  /** What a manifest says of a strategy, by how many milliseconds a stage lasts. */
  interface Spec {
    String of(long stage, Signups numbers);
  }

  /**
   * A strategy behind a balancer.
   *
   * @param stages how many stages say what the share is
   * @param waits how many times the length of a stage it waits in all
   */
  record Trip(String strategy, Spec spec, int stages, int waits, Kind kind) {
    private boolean isShadow() {
      return strategy.equals("shadow");
    }

    @Override
    public String toString() {
      return strategy + " behind " + kind;
    }
  }

  private static Stream<Trip> trips() {
    return Stream.concat(
        Kind.chosen(behind(Kind.all(), "canary", 5, 4, (stage, _) -> canary(stage)), 1),
        Kind.chosen(
            Stream.of(
                    behind(Kind.all(), "ramped", 5, 5, (stage, _) -> ramped(stage)),
                    behind(Kind.all(), "blueGreen", 2, 1, (stage, _) -> blueGreen(stage)),
                    behind(Kind.all(), "rolling", 1, 1, (stage, _) -> rolling(stage)),
                    behind(Kind.parking(), "recreate", 0, 0, (_, _) -> PARKED),
                    behind(Kind.keeping(), "shadow", 3, 1, StagesTest::shadow),
                    behind(Kind.keeping(), "abTest", 2, 1, StagesTest::abTest))
                .flatMap(List::stream)
                .toList(),
            0));
  }

  private static List<Trip> behind(
      List<Kind> kinds, String strategy, int stages, int waits, Spec spec) {
    return kinds.stream().map(kind -> new Trip(strategy, spec, stages, waits, kind)).toList();
  }

  private static String canary(long stage) {
    return "canary: {stepWeights: [5, 25, 50, 75], interval: %dms}".formatted(stage);
  }

  private static String blueGreen(long stage) {
    return "blueGreen: {scaleDownDelay: %dms}".formatted(stage);
  }

  private static String rolling(long stage) {
    return "rolling: {pauseBetweenBatches: %dms}".formatted(stage);
  }

  private static String ramped(long stage) {
    return "ramped: {from: 10, to: 90, duration: %dms, interval: %dms, curve: linear}"
        .formatted(4 * stage, stage);
  }

  private static String shadow(long stage, Signups numbers) {
    return """
    shadow: {mirrorWeight: %d, duration: %dms, scaleDownDelay: 1s, \
    analysis: {interval: 500ms, metrics: [%s]}}\
    """
        .formatted(FEW, stage, numbers.metric());
  }

  private static String abTest(long stage, Signups numbers) {
    return "abTest: {weight: %d, duration: %dms, interval: 500ms, minSamples: 2, goals: [%s]}"
        .formatted(FEW, stage, numbers.goal());
  }

  /** Returns what a stretch says about the share; empty if it says nothing. */
  private static OptionalInt share(String strategy, Stretch stretch) {
    var stage = STAGE.matcher(stretch.lane());
    if (stage.matches()) {
      // The end of a curve is no stage: the share is set, and the rest is converted at once.
      return stretch.step() == 0
          ? OptionalInt.empty()
          : OptionalInt.of(Integer.parseInt(stage.group(1)));
    }
    return switch (stretch.lane()) {
      case "after batch 1" -> OptionalInt.of(50);
      case "A/B test" -> OptionalInt.of(FEW);
      case "shadow" -> OptionalInt.of(0);
      case "keep the former slots warm" -> OptionalInt.of(100);
      case "prepare web1" -> strategy.equals("rolling") ? OptionalInt.empty() : OptionalInt.of(0);
      default -> OptionalInt.empty();
    };
  }

  @ParameterizedTest
  @MethodSource("trips")
  void everyStageGetsItsShareAndNobodyLosesARequest(Trip trip) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.0.251");
    var world =
        new World(directory, fleet, Origin.byFile(directory.resolve("git")))
            .behind(trip.kind().front(directory, fleet))
            .describe()
            .start();
    try (world) {
      release(world, "1");
      try (var load = world.load(Duration.ofMillis(3));
          var copied = new Copied(fleet);
          var watch = Watch.of(load, trip.isShadow() ? copied : () -> 0)) {
        signups.tellOf(List.of(load));
        world.strategy(trip.spec().of(stage(load, trip.waits()), signups)).describe();
        String last = rolledOut(world, load, copied);
        LoadReport report = stopped(load);
        assertThat(report.byVersion()).doesNotContainKey("unnamed");
        assertServes(world, last);
        assertShares(trip, last, Stretch.ofLast(world), watch);
      }
    }
  }

  /**
   * Returns how many milliseconds a stage takes, if users send as many requests as just now; where
   * they are too slow for one release, others must follow.
   */
  private static long stage(LoadClient load, int waits) {
    awaitMany(load);
    Instant begun = Waiter.wallClock().instant();
    awaitMany(load);
    awaitMany(load);
    Duration took = Duration.between(begun, Waiter.wallClock().instant());
    long all = took.multipliedBy(REQUESTS / (2L * MANY)).toMillis();
    return Math.min(all, WAITED_MAX_MILLIS) / Math.max(1, waits) + 1;
  }

  /** Rolls out releases until users have sent enough meanwhile; returns the last one. */
  private String rolledOut(World world, LoadClient load, Copied copied) {
    long sent = 0;
    int version = 1;
    while (sent < REQUESTS) {
      signups.compare(String.valueOf(version), String.valueOf(version + 1));
      version++;
      copied.countThoseOf(String.valueOf(version));
      long before = load.report().sent();
      release(world, String.valueOf(version));
      sent += load.report().sent() - before;
    }
    return String.valueOf(version);
  }

  private static void assertShares(Trip trip, String last, List<Stretch> stretches, Watch watch) {
    List<Stretch> told =
        stretches.stream().filter(one -> share(trip.strategy(), one).isPresent()).toList();
    assertThat(told).as("%s", stretches).hasSizeGreaterThanOrEqualTo(trip.stages());
    for (Stretch stage : told) {
      int share = share(trip.strategy(), stage).orElseThrow();
      var counted = watch.within(last, stage.begun(), stage.ended());
      boolean isShadow = stage.lane().equals("shadow");
      if ((share > 0 && share < 100) || isShadow) {
        assertThat(counted.all()).as(stage.lane()).isGreaterThan(IN_A_STAGE);
      }
      assertThat(counted.percent()).as("%s: %s", stage, counted).isCloseTo(share, within(1.0));
      if (isShadow) {
        assertThat(counted.percentCopied()).as("%s", counted).isCloseTo(FEW, within(1.0));
      }
    }
  }
}
