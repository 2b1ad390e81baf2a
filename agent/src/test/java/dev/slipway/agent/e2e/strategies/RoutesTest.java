package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static dev.slipway.agent.e2e.strategies.Expectations.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: before its first weight a canary is met by testers, and by copies of what users ask for,
 * and by no user; and no request is lost.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, and requests with and without
 * the testers' header, without a pause. A person promotes at each pause; meanwhile the answers say
 * who gave them, and the candidate how many requests it had.
 */
@Timeout(300)
final class RoutesTest {
  private static final int COUNTED = 2_000;
  private static final int COPIES = 50;

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#told")
  void testersAndCopiesReachACanaryBeforeAnyUserDoes(Kind kind) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.48");
    Front front = kind.front(directory, fleet);
    try (var world = world(kind, front, fleet)) {
      release(world, "1");
      try (var load = users(front.address());
          var copied = new Copied(fleet)) {
        copied.countThoseOf("2");
        String push = world.push("2", SOUND);
        try (var testers = users(front.address(), "X-Trial: yes")) {
          assertTestersMeetItAlone(testers, load);
          stopped(testers);
        }
        promote(world);
        if (kind.isKeeping()) {
          assertCopied(load, copied);
          promote(world);
        }

        RolloutStatus ended = world.ended(push);
        assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
        stopped(load);
      }
      assertServes(world, "2");
    }
  }

  private static String canary(String copies) {
    return """
    canary: {steps: [{setCanaryScale: {instances: 1}}, \
    {setHeaderRoute: {name: testers, \
    match: [{headerName: X-Trial, headerValue: {exact: "yes"}}]}}, {pause: {}}, \
    %s{setWeight: 50}, {pause: {duration: 500ms}}]}\
    """
        .formatted(copies);
  }

  private static String copies() {
    return """
    {setMirrorRoute: {name: copies, percentage: %d}}, {pause: {}}, \
    {setMirrorRoute: {name: copies}}, \
    """
        .formatted(COPIES);
  }

  private World world(Kind kind, Front front, LocalFleet fleet) {
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(front)
        .strategy(canary(kind.isKeeping() ? copies() : ""))
        .describe()
        .start();
  }

  private static void assertTestersMeetItAlone(LoadClient testers, LoadClient users) {
    await().atMost(PATIENCE).until(() -> testers.report().byVersion().containsKey("2"));
    awaitMany(testers);
    long former = testers.report().byVersion().getOrDefault("1", 0L);
    awaitMany(testers);
    assertThat(testers.report().byVersion()).containsEntry("1", former);
    assertThat(users.report().byVersion()).containsOnlyKeys("1");
  }

  /** Users may meet a route a moment before the pause after it begins. */
  private static void promote(World world) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          Typed promoted = world.type("promote", "shop", "--as", "ada");
          assertThat(promoted.exitCode()).as("%s", promoted).isZero();
        });
  }

  /**
   * The testers are gone: whatever the candidate gets is a copy. What a former worker of nginx has
   * begun is not copied, so it is counted a little later.
   */
  private static void assertCopied(LoadClient load, Copied copied) {
    long first = copied.getAsLong();
    await().atMost(PATIENCE).until(() -> copied.getAsLong() > first);
    awaitMany(load);
    long copiesBefore = copied.getAsLong();
    LoadReport before = load.report();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before.sent() + COUNTED);
    LoadReport after = load.report();
    double percent = 100.0 * (copied.getAsLong() - copiesBefore) / (after.sent() - before.sent());
    assertThat(percent).isCloseTo(COPIES, within(5.0));
    assertThat(after.byVersion()).containsOnlyKeys("1");
  }
}
