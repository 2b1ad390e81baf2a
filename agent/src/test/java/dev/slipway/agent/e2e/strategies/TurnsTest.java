package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: at whatever stage a rollout is turned, it ends as it should and nobody loses a request. A
 * revert ends at the stable release and sends nothing; a newer release starts from the stable one,
 * and goes back to that one, not to the half-done one, if it fails.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, and requests without a pause.
 * A strategy holds its rollout at the stage; what is pushed then turns it.
 */
@Timeout(600)
final class TurnsTest {
  /** So slow that a commit is surely read while it starts. */
  private static final Behaviour SLOW = new Behaviour.StartsSlowly(Duration.ofSeconds(3));

  private static final String HEALTH =
      "{path: /up, interval: 50ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 100ms, healthyDeadline: 30s}";

  /** So many answers at a stage, that users were surely there. */
  private static final int SOME = 20;

  @TempDir private Path directory;

  /**
   * Where a rollout is turned.
   *
   * @param spec the strategy that holds it there
   * @param held what is released so
   * @param reached a pattern of what the status says when it is there
   * @param isMet whether users meet the release there
   */
  record Stage(
      String strategy, String spec, Behaviour held, String reached, boolean isMet, Kind kind) {
    /** Returns the same strategy without anything that holds a rollout. */
    String passing() {
      return strategy.equals("canary")
          ? canary("{setWeight: 20}, {pause: {duration: 200ms}}")
          : "blueGreen: {scaleDownDelay: 200ms}";
    }

    @Override
    public String toString() {
      return "%s at '%s' behind %s".formatted(strategy, reached, kind);
    }
  }

  private static Stream<Stage> stages() {
    return Kind.chosen(
        Kind.all().stream()
            .flatMap(kind -> Stream.concat(ofCanary(kind), ofBlueGreen(kind)))
            .toList(),
        0);
  }

  private static Stream<Stage> ofCanary(Kind kind) {
    String hold = "{pause: {duration: 10m}}";
    String twenty = "{setWeight: 20}, {pause: {duration: 100ms}}";
    String fifty = twenty + ", {setWeight: 50}";
    return Stream.of(
        held("{approval: {}}, {setWeight: 20}", "await approval .*", false, kind),
        held("{setWeight: 20}, " + hold, "stage 1: 20%: pause 10m", true, kind),
        held(fifty + ", " + hold, "stage 2: 50%: pause 10m", true, kind),
        new Stage("canary", canary(fifty), SLOW, "prove web2/.* healthy", true, kind),
        held(fifty + ", {setWeight: 100}, " + hold, "stage 3: 100%: pause 10m", true, kind));
  }

  private static Stage held(String steps, String reached, boolean isMet, Kind kind) {
    return new Stage("canary", canary(steps), SOUND, reached, isMet, kind);
  }

  private static String canary(String steps) {
    return "canary: {steps: [%s]}".formatted(steps);
  }

  private static Stream<Stage> ofBlueGreen(Kind kind) {
    String warm = "blueGreen: {scaleDownDelay: 10m%s}";
    String gated = warm.formatted(", autoPromotion: false");
    return Stream.of(
        new Stage("blueGreen", warm.formatted(""), SLOW, "prove .* healthy", false, kind),
        new Stage("blueGreen", gated, SOUND, "await approval .*", false, kind),
        new Stage(
            "blueGreen",
            warm.formatted(""),
            SOUND,
            "keep the former slots warm: pause 10m",
            true,
            kind));
  }

  private World world(Stage stage) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.35");
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(stage.kind().front(directory, fleet))
        .strategy(stage.passing())
        .health(HEALTH)
        .describe()
        .start();
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyTurnEndsAsItShouldAndNobodyLosesARequest(Stage stage) {
    try (var world = world(stage)) {
      release(world, "1");
      try (var load = world.load();
          var watch = Watch.of(load)) {
        awaitMany(load);
        assertRevertGoesBack(world, load, stage);
        assertFailureGoesBackToTheStable(world, load, stage);
        assertNewerStartsFromTheStable(world, load, stage);
        var report = stopped(load);

        assertThat(report.byVersion()).doesNotContainKey("4");
        if (stage.strategy().equals("canary") && stage.isMet()) {
          watch.assertNotAfter("5", "6");
        }
      }
    }
  }

  /** Releases what is held at a stage, and waits until it is there. */
  private static String hold(World world, LoadClient load, Stage stage, String version) {
    world.strategy(stage.spec());
    String push = world.push(version, stage.held());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(world.status().rollout().orElseThrow())
                .satisfies(rollout -> assertThat(rollout.to()).startsWith(version + "@"))
                .satisfies(rollout -> assertThat(rollout.ending()).isEmpty())
                .satisfies(rollout -> assertThat(rollout.reason()).matches(stage.reached())));
    await().atMost(PATIENCE).until(() -> !stage.isMet() || of(load, version) > SOME);
    return push;
  }

  private static long of(LoadClient load, String version) {
    return load.report().byVersion().getOrDefault(version, 0L);
  }

  private static void assertRevertGoesBack(World world, LoadClient load, Stage stage) {
    String push = hold(world, load, stage, "2");
    String revert = world.checkout().revert(push);
    world.checkout().push();
    await().atMost(PATIENCE).until(() -> hasSettled(world.status(), revert));

    List<RolloutStatus> history = world.history();
    assertThat(endings(history)).contains("2 superseded").doesNotContain("2 succeeded");
    assertThat(endings(history).getFirst()).isIn("1 succeeded", "2 superseded");
    assertThat(history)
        .filteredOn(one -> one.revision().equals(revert))
        .allSatisfy(back -> assertThat(back.bytesSent()).isZero());
    assertStays(world, load, "1", "2");
  }

  /** A revert at a gate, where nothing was touched, needs no rollout. */
  private static boolean hasSettled(ApplicationStatus status, String commit) {
    return status.judged().filter(commit::equals).isPresent() && status.phase() == Phase.HEALTHY;
  }

  /** All requests go to the one release, and nobody meets the other any more. */
  private static void assertStays(World world, LoadClient load, String version, String other) {
    assertServes(world, version);
    assertThat(world.status().stable().orElseThrow().toString()).startsWith(version + "@");
    long before = of(load, other);
    awaitMany(load);
    assertThat(of(load, other)).isEqualTo(before);
  }

  private static void assertFailureGoesBackToTheStable(World world, LoadClient load, Stage stage) {
    hold(world, load, stage, "3");
    world.strategy(stage.passing());
    RolloutStatus failed = world.release("4", new Behaviour.WillNotStart());

    assertThat(failed.ending()).as(failed.toString()).contains("rolled back");
    assertThat(failed.from().orElseThrow()).startsWith("1@");
    assertThat(endings(world.history())).startsWith("4 rolled back", "3 superseded");
    assertStays(world, load, "1", "3");
  }

  private static void assertNewerStartsFromTheStable(World world, LoadClient load, Stage stage) {
    hold(world, load, stage, "5");
    world.strategy(stage.passing());
    RolloutStatus newer = world.release("6", SOUND);

    assertThat(newer.ending()).as(newer.toString()).contains("succeeded");
    assertThat(newer.from().orElseThrow()).startsWith("1@");
    assertThat(endings(world.history())).startsWith("6 succeeded", "5 superseded");
    assertStays(world, load, "6", "5");
  }

  private static List<String> endings(List<RolloutStatus> history) {
    return history.stream()
        .map(one -> one.to().replaceAll("@.*", "") + " " + one.ending().orElse("under way"))
        .toList();
  }
}
