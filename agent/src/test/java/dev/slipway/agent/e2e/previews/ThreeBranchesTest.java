package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: branches have previews that come, go and expire by themselves, and none disturbs another.
 *
 * <p>Method: real pushes to a real repository, an agent as a process of its own, one local host and
 * a real edge, with clients that name the domain of the preview that must not notice.
 */
@Timeout(600)
final class ThreeBranchesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void ofThreeAtOnceOneIsDeletedAndOneExpiresAndTheThirdNoticesNothing(@TempDir Path directory) {
    try (var ground = LocalGround.behindEdge(directory, "127.0.141.1", 19_410);
        var branches = Branches.local(directory, ground)) {
      new Scenario(branches, ground).oneIsDeletedAndOneExpires();
    }
  }

  @Test
  void beyondTheLimitABranchWaitsForAnotherToGo(@TempDir Path directory) {
    try (var ground = LocalGround.behindEdge(directory, "127.0.142.1", 19_420);
        var branches = Branches.local(directory, ground)) {
      branches.trunk("max: 1").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");
      branches.push("feature/b", "2");
      branches.awaitCondition(
          "feature-b",
          "Preview",
          "LimitReached",
          "limit of 1 previews reached; delete a branch or raise max");
      assertThat(ground.lies("feature-b")).isFalse();

      branches.delete("feature/a");

      branches.awaitRelease("feature-b", "2");
      ground.assertNothingLeft("feature-a");
    }
  }

  @Test
  void aRemovalThatWasKilledGoesOnAndAPortIsKeptOverRestarts(@TempDir Path directory) {
    try (var ground = LocalGround.behindEdge(directory, "127.0.143.1", 19_430);
        var branches = Branches.local(directory, ground)) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");
      branches.pushStubborn("feature/b", "2");
      branches.awaitRelease("feature-b", "2");
      Map<String, Integer> ports = ground.ports();

      branches.delete("feature/b");
      await("the edge to let go").atMost(PATIENCE).until(() -> !ground.isPooled("feature-b"));
      assertThat(ground.processes("feature-b")).isNotEmpty();
      branches.kill();
      assertThat(ground.lies("feature-b")).isTrue();
      branches.start();

      await().atMost(PATIENCE).until(() -> !ground.lies("feature-b"));
      branches.awaitNoStatus("feature-b");
      ground.assertNothingLeft("feature-b");
      branches.push("feature/a", "3");
      branches.awaitRelease("feature-a", "3");
      assertThat(ground.ports()).isEqualTo(Map.of("feature-a", ports.get("feature-a")));
    }
  }

  /** HAProxy has a backend for each port, and is told of servers that it knows. */
  @Test
  void behindHaproxyEachHasTheBackendOfItsPort(@TempDir Path directory) {
    try (var ground = LocalGround.behindEdge(directory, "127.0.146.1", 19_460);
        var branches = Branches.local(directory, ground);
        var haproxy = ground.behindHaproxy()) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");
      branches.push("feature/b", "2");
      branches.awaitRelease("feature-b", "2");
      assertThat(serving(haproxy)).containsExactly("preview_19460", "preview_19461");
      var front = Loopback.at("127.0.0.1", haproxy.port("preview_19461"));
      var plan = LoadPlan.against(front).withPause(Duration.ofMillis(20));

      try (var load = LoadClient.start(plan, Waiter.system())) {
        branches.delete("feature/a");
        branches.awaitNoStatus("feature-a");

        LoadReport report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
        assertThat(report.byVersion()).containsOnlyKeys("2");
      }
      ground.assertNothingLeft("feature-a");
      assertThat(serving(haproxy)).containsExactly("preview_19461");
    }
  }

  private static List<String> serving(HaproxyFixture haproxy) {
    return haproxy
        .ask("show stat -1 4 -1")
        .lines()
        .filter(line -> line.contains(",dev1,") && !line.contains(",MAINT"))
        .map(line -> line.split(",", 2)[0])
        .toList();
  }

  @Test
  void aRebasedBranchAndOneThatComesAgainAreDeployed(@TempDir Path directory) {
    try (var ground = LocalGround.behindEdge(directory, "127.0.144.1", 19_440);
        var branches = Branches.local(directory, ground)) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");

      branches.rebase("feature/a", "2");
      branches.awaitRelease("feature-a", "2");

      branches.delete("feature/a");
      branches.awaitNoStatus("feature-a");
      branches.push("feature/a", "3");
      branches.awaitRelease("feature-a", "3");
    }
  }

  @Test
  void aPortThatAnotherProgramHasIsPassedOver(@TempDir Path directory) throws Exception {
    try (var ground = LocalGround.behindEdge(directory, "127.0.145.1", 19_450);
        var branches = Branches.local(directory, ground);
        var _ =
            new java.net.ServerSocket(19_450, 1, java.net.InetAddress.ofLiteral("127.0.145.1"))) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");

      assertThat(ground.ports()).isEqualTo(Map.of("feature-a", 19_451));
    }
  }
}
