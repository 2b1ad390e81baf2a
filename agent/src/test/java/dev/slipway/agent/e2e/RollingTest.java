package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a push rolls out, a bad one is undone, a revert goes back, and no request is lost.
 *
 * <p>Method: real pushes to a real repository; clients of both kinds send requests all the while.
 */
final class RollingTest {
  private static final Behaviour SOUND = new Behaviour.Sound();

  private static void assertNothingLost(LoadReport report) {
    assertThat(report.lost()).as(report.render()).isZero();
    assertThat(report.sent()).isPositive();
  }

  private static void assertEnded(RolloutStatus rollout, String ending) {
    assertThat(rollout.ending()).as(rollout.toString()).isEqualTo(Optional.of(ending));
  }

  /** HAProxy sends requests to every server that answers its checks, also before we have come. */
  @Test
  void aFirstReleaseThatFailsIsTakenAwayAndTheNextOneIsDeployed(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.26");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      var addresses = world.addresses();
      world.behind(Front.servingHaproxy(haproxy, addresses, world.appPort())).describe().start();

      RolloutStatus first = world.release("1", new Behaviour.WillNotStart());

      assertEnded(first, "rolled back");
      assertThat(world.status().instances()).hasSize(2).allMatch(one -> one.release().isEmpty());
      assertEnded(world.release("2", SOUND), "succeeded");
      world.assertEverywhere("2");
    }
  }

  private static void tell(World world) {
    assertEnded(world.release("1", SOUND), "succeeded");
    try (LoadClient load = world.load()) {
      assertEnded(world.release("2", SOUND), "succeeded");
      world.assertEverywhere("2");

      assertEnded(world.release("3", new Behaviour.Unhealthy()), "rolled back");
      world.assertEverywhere("2");

      world.checkout().revert("HEAD");
      world.checkout().push();
      RolloutStatus revert = world.release("1", SOUND);
      assertEnded(revert, "succeeded");
      assertThat(revert.bytesSent()).isZero();
      world.assertEverywhere("1");

      LoadReport report = load.stop();
      assertNothingLost(report);
      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
    }
  }

  @Test
  void noRequestIsLostThroughTheEdge(@TempDir Path directory) {
    try (var world = new World(directory, 3, "127.0.21")) {
      world.behind(Front.edge(directory)).describe().start();
      tell(world);
    }
  }

  @Test
  void noRequestIsLostThroughHaproxy(@TempDir Path directory) {
    try (var world = new World(directory, 3, "127.0.22");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      tell(world);
    }
  }

  @Test
  void noRequestIsLostThroughNginx(@TempDir Path directory) {
    try (var world = new World(directory, 3, "127.0.28");
        var nginx = NginxFixture.in(directory.resolve("nginx"))) {
      world.behind(Front.nginx(nginx, world.addresses(), world.appPort())).describe().start();
      tell(world);
    }
  }

  @Test
  void recreateBehindNginxSaysThatNobodyServesMeanwhileAndEndsWell(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.29");
        var nginx = NginxFixture.in(directory.resolve("nginx"))) {
      world
          .behind(Front.nginx(nginx, world.addresses(), world.appPort()))
          .strategy("recreate: {}")
          .describe()
          .start();
      assertEnded(world.release("1", SOUND), "succeeded");
      assertEnded(world.release("2", SOUND), "succeeded");
      world.assertEverywhere("2");
      assertEnded(world.release("3", new Behaviour.Unhealthy()), "rolled back");
      world.assertEverywhere("2");
    }
  }

  @Test
  void oneThenAllLosesNothing(@TempDir Path directory) {
    try (var world = new World(directory, 3, "127.0.23")) {
      world
          .behind(Front.edge(directory))
          .strategy("rolling: {batches: [1, \"100%\"]}")
          .describe()
          .start();
      assertEnded(world.release("1", SOUND), "succeeded");
      try (LoadClient load = world.load()) {
        assertEnded(world.release("2", SOUND), "succeeded");
        assertNothingLost(load.stop());
      }
    }
  }

  @Test
  void recreateOnTheEdgeParksRequestsAndLosesNone(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.24")) {
      world
          .behind(Front.edge(directory))
          .strategy("recreate: {park: {limit: 1000, deadline: 30s}}")
          .describe()
          .start();
      assertEnded(world.release("1", SOUND), "succeeded");
      try (LoadClient load = world.load()) {
        assertEnded(world.release("2", SOUND), "succeeded");
        LoadReport report = load.stop();
        assertNothingLost(report);
        assertThat(report.slowest()).isGreaterThan(Duration.ofMillis(100));
      }
    }
  }

  @Test
  void aReleaseThatWillNotStartOrCrashesIsUndoneAndNotTriedAgain(@TempDir Path directory) {
    try (var world = new World(directory, 3, "127.0.25")) {
      world.behind(Front.edge(directory)).describe().start();
      assertEnded(world.release("1", SOUND), "succeeded");
      try (LoadClient load = world.load()) {
        assertEnded(world.release("2", new Behaviour.WillNotStart()), "rolled back");
        assertEnded(
            world.release("3", new Behaviour.CrashesAfter(Duration.ofMillis(400))), "rolled back");
        world.assertEverywhere("1");
        assertThat(world.status().conditions())
            .anyMatch(condition -> condition.type().equals("Quarantined"));
        assertNothingLost(load.stop());
      }
    }
  }
}
