package dev.slipway.agent.e2e.strategies.numbers;

import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.agent.e2e.strategies.Watch;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: whatever is wrong with a release that was healthy at first, it is taken back without a
 * person and without a Prometheus, and hardly anybody met it: of all requests between the first and
 * the last that it got, at most the weight of its stage and one percentage point, and one more for
 * each user. Nothing is lost but what the release itself failed, and nothing once it is gone.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, requests without a pause; the
 * balancer itself counts what its members answer.
 */
@Timeout(300)
final class BadReleasesTest {
  private static final int WEIGHT = 20;
  private static final Behaviour UNHURRIED = new Behaviour.AnswersSlowly(Duration.ofMillis(20));
  private static final Behaviour FIVE_TIMES = new Behaviour.AnswersSlowly(Duration.ofMillis(100));

  @TempDir private Path directory;

  /**
   * What is wrong.
   *
   * @param usual how the stable release does
   * @param bad how the next one does
   * @param metric what it is judged by
   * @param why what the reason tells
   */
  record Story(String name, Behaviour usual, Behaviour bad, String metric, String why, Kind kind) {
    @Override
    public String toString() {
      return name + " behind " + kind;
    }
  }

  private static Stream<Story> stories() {
    return Kind.chosen(Kind.all().stream().flatMap(BadReleasesTest::behind).toList(), 0);
  }

  private static Stream<Story> behind(Kind kind) {
    String errors = "{name: error-rate, provider: balancer}";
    // On a busy machine the slowest of a hundred says more of the machine than of the release.
    String latency =
        "{name: %s, provider: balancer, maxRatioToStable: 2}".formatted(kind.latency());
    String any = "{name: requests, provider: balancer}";
    // Long enough that a busy balancer lets somebody meet it first.
    var crash = new Behaviour.CrashesAfter(Duration.ofSeconds(15));
    return Stream.of(
        new Story("latency x 5", UNHURRIED, FIVE_TIMES, latency, kind.latency(), kind),
        new Story("errors 5%", SOUND, new Behaviour.FailsOneIn(20), errors, "error-rate", kind),
        new Story(
            "fails under load",
            SOUND,
            new Behaviour.FailsUnderLoad(10),
            errors,
            "error-rate",
            kind),
        new Story("crash", SOUND, crash, any, "does not run", kind));
  }

  private World world(Story story) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.36");
    String canary =
        """
        canary: {steps: [{setWeight: %d}, {pause: {duration: 10m}}], \
        analysis: {interval: 500ms, metrics: [%s]}}
        """
            .formatted(WEIGHT, story.metric());
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(story.kind().front(directory, fleet))
        .strategy(canary.strip())
        .describe()
        .start();
  }

  @ParameterizedTest
  @MethodSource("stories")
  void aBadReleaseIsTakenBackAndHardlyAnybodyMetIt(Story story) {
    try (var world = world(story)) {
      assertThat(world.release("1", story.usual()).ending()).contains("succeeded");
      try (var load = world.load();
          var watch = Watch.of(load)) {
        awaitMany(load);
        RolloutStatus ended = world.release("2", story.bad());
        LoadReport back = load.report();
        awaitMany(load);
        LoadReport report = load.stop();

        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.reason()).contains(story.why());
        assertThat(report.byVersion().get("2")).as(report.render()).isPositive();
        watch.assertMetAtMost("2", WEIGHT);
        assertLost(story, report);
        assertThat(report.lost()).as(report.render()).isEqualTo(back.lost());
        assertServes(world, "1");
      }
    }
  }

  /** A process that dies takes with it what it was about to answer. */
  private static void assertLost(Story story, LoadReport report) {
    long failed = report.byStatus().getOrDefault(500, 0L);
    if (story.bad() instanceof Behaviour.CrashesAfter) {
      assertThat(report.lost()).as(report.render()).isLessThan(report.sent() / 100);
    } else {
      assertThat(report.lost()).as(report.render()).isEqualTo(failed);
    }
  }
}
