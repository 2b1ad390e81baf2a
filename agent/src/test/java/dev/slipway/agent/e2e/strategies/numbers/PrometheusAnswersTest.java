package dev.slipway.agent.e2e.strategies.numbers;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.PrometheusFixture;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.agent.e2e.strategies.Watch;
import dev.slipway.agent.e2e.strategies.numbers.MaskedPrometheus.Mask;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: an answer that is no number neither lets a canary advance nor condemns it; each rollout
 * ends as its manifest says.
 *
 * <p>Method: a real agent, pushes, a balancer, requests without a pause, and a real Prometheus
 * whose answers are spoilt from the moment at which users meet the canary.
 */
@Timeout(300)
final class PrometheusAnswersTest {

  private static final Kind EDGE = Kind.all().getFirst();

  @TempDir private Path directory;
  @TempDir private Path data;
  private PrometheusFixture prometheus;
  private MaskedPrometheus masked;

  @BeforeEach
  void start() {
    prometheus = PrometheusFixture.in(data, "127.0.252.200").scraping(List.of()).start();
    masked = new MaskedPrometheus("127.0.252.201", prometheus.url());
  }

  @AfterEach
  void stop() {
    masked.close();
    prometheus.close();
  }

  /**
   * Answers that are spoilt, and how it ends.
   *
   * @param policy what the manifest says of the metric beside its bounds
   * @param ending how the rollout ends
   * @param why a word of the reason
   * @param isCondemned whether the release is not tried again
   * @param kind what users are behind
   */
  record Story(
      Mask mask, String policy, String ending, String why, boolean isCondemned, Kind kind) {
    private Story behind(Kind other) {
      return new Story(mask, policy, ending, why, isCondemned, other);
    }

    @Override
    public String toString() {
      return "%s%s behind %s".formatted(mask, policy.isEmpty() ? "" : " with " + policy, kind);
    }
  }

  private static Stream<Story> stories() {
    var unknown =
        List.of(
            back(Mask.HTML, "consecutiveErrorLimit: 1", "not as Prometheus"),
            back(Mask.NAN, "", "NaN"),
            back(Mask.EMPTY, "onNoData: inconclusive", "no series"),
            back(Mask.LATE, "consecutiveErrorLimit: 0", "told"),
            back(Mask.OTHER_SERIES, "consecutiveErrorLimit: 1", "2 series"));
    var told =
        List.of(
            new Story(Mask.EMPTY, "onNoData: pass", "succeeded", "", false, EDGE),
            new Story(Mask.NAN, "onNoData: fail", "rolled back", "told", true, EDGE));
    return Stream.concat(Kind.chosen(behindEach(unknown), 0), Kind.chosen(behindEach(told), 1));
  }

  /** Each day has another story, and after all of them comes another balancer. */
  private static List<Story> behindEach(List<Story> stories) {
    return Kind.all().stream()
        .flatMap(kind -> stories.stream().map(story -> story.behind(kind)))
        .toList();
  }

  private static Story back(Mask mask, String policy, String why) {
    return new Story(mask, policy, "rolled back", why, false, EDGE);
  }

  private World world(Story story) {
    String policy = story.policy();
    String canary =
        """
        canary: {steps: [{setWeight: 20}, {pause: {duration: 2s}}, {setWeight: 60}],
          analysis: {interval: 500ms, onInconclusive: {extend: 1s, then: abort},
            metrics: [{name: told, query: "vector(1)", thresholdRange: {max: 1}%s}]}}
        """
            .formatted(policy.isEmpty() ? "" : ", " + policy);
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.0.252");
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(story.kind().front(directory, fleet))
        .environment("metrics: {prometheus: {url: \"%s\"}}".formatted(masked.url()))
        .strategy(canary.replaceAll("\\s*\n\\s*", " ").strip())
        .describe()
        .start();
  }

  @ParameterizedTest
  @MethodSource("stories")
  void whatIsNoNumberEndsAsTheManifestSays(Story story) {
    try (var world = world(story)) {
      release(world, "1");
      try (var load = world.load();
          var watch = Watch.of(load)) {
        awaitMany(load);
        String push = world.push("2", SOUND);
        await().atMost(PATIENCE).until(() -> load.report().byVersion().containsKey("2"));
        masked.wear(story.mask());
        RolloutStatus ended = world.ended(push);
        stopped(load);

        assertEnded(world, story, ended, watch);
      }
    }
  }

  private static void assertEnded(World world, Story story, RolloutStatus ended, Watch watch) {
    assertThat(ended.ending()).as(ended.toString()).contains(story.ending());
    if (ended.ending().filter("succeeded"::equals).isPresent()) {
      assertServes(world, "2");
    } else {
      assertThat(ended.reason()).contains(story.why());
      watch.assertMetAtMost("2", 20);
      assertServes(world, "1");
    }
    List<String> conditions = world.status().conditions().stream().map(one -> one.type()).toList();
    assertThat(conditions.contains("Quarantined"))
        .as("%s", conditions)
        .isEqualTo(story.isCondemned());
  }
}
