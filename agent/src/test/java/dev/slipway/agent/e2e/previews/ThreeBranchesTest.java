package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.status.Phase;
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
    try (var branches = new Branches(directory, "127.0.141.1", 19_410)) {
      branches.trunk("ttl: 1h").start();
      branches.push("feature/a", "1").push("feature/b", "2").push("feature/C", "3");
      String third = third(branches);
      branches.awaitRelease("feature-a", "1");
      branches.awaitRelease("feature-b", "2");
      branches.awaitRelease(third, "3");
      Map<String, Integer> ports = branches.ports();
      assertThat(ports.values()).doesNotHaveDuplicates().hasSize(3);
      List<Long> processes = branches.processes(third);

      try (var load = branches.load(third)) {
        deleteFirst(branches);
        expireSecond(branches);
        branches.trunk("ttl: 1h");

        LoadReport report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
        assertThat(report.byVersion()).containsOnlyKeys("3");
        assertThat(report.byStatus()).containsOnlyKeys(200);
      }
      assertThat(branches.processes(third)).isEqualTo(processes);
      assertThat(branches.ports())
          .containsEntry(third + ".dev.test", ports.get(third + ".dev.test"));

      branches.push("feature/b", "4");
      branches.awaitRelease("feature-b", "4");
    }
  }

  private static void deleteFirst(Branches branches) {
    branches.delete("feature/a");
    branches.awaitNoStatus("feature-a");
    branches.assertNothingLeft("feature-a");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(branches.statusFiles("feature-a")).isEmpty());
  }

  private static void expireSecond(Branches branches) {
    branches.trunk("ttl: 20s");
    await("the end of its time")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(3))
        .until(() -> {
          branches.touch("feature/C");
          return branches.of("feature-b").phase() == Phase.ABSENT;
        });
    branches.awaitCondition("feature-b", "Preview", "Expired", "push to bring it back");
    branches.assertNothingLeft("feature-b");
  }

  private static String third(Branches branches) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> branches.status().size() == 3);
    return branches.status().keySet().stream()
        .map(environment -> environment.replace("preview.", ""))
        .filter(slug -> slug.startsWith("feature-c-"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void beyondTheLimitABranchWaitsForAnotherToGo(@TempDir Path directory) {
    try (var branches = new Branches(directory, "127.0.142.1", 19_420)) {
      branches.trunk("max: 1").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");
      branches.push("feature/b", "2");
      branches.awaitCondition(
          "feature-b",
          "Preview",
          "LimitReached",
          "limit of 1 previews reached; delete a branch or raise max");
      assertThat(branches.liesOnHost("feature-b")).isFalse();

      branches.delete("feature/a");

      branches.awaitRelease("feature-b", "2");
      branches.assertNothingLeft("feature-a");
    }
  }

  @Test
  void aRemovalThatWasKilledGoesOnAndAPortIsKeptOverRestarts(@TempDir Path directory) {
    try (var branches = new Branches(directory, "127.0.143.1", 19_430)) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");
      branches.pushStubborn("feature/b", "2");
      branches.awaitRelease("feature-b", "2");
      Map<String, Integer> ports = branches.ports();

      branches.delete("feature/b");
      await("the edge to let go")
          .atMost(PATIENCE)
          .until(() -> !branches.pools().contains("feature-b.dev.test"));
      assertThat(branches.processes("feature-b")).isNotEmpty();
      branches.kill();
      assertThat(branches.liesOnHost("feature-b")).isTrue();
      branches.start();

      await().atMost(PATIENCE).until(() -> !branches.liesOnHost("feature-b"));
      branches.awaitNoStatus("feature-b");
      branches.assertNothingLeft("feature-b");
      branches.push("feature/a", "3");
      branches.awaitRelease("feature-a", "3");
      assertThat(branches.ports())
          .isEqualTo(Map.of("feature-a.dev.test", ports.get("feature-a.dev.test")));
    }
  }

  /** HAProxy has a backend for each port, and is told of servers that it knows. */
  @Test
  void behindHaproxyEachHasTheBackendOfItsPort(@TempDir Path directory) {
    try (var branches = new Branches(directory, "127.0.146.1", 19_460);
        var haproxy = branches.behindHaproxy()) {
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
      branches.assertNothingLeft("feature-a");
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
    try (var branches = new Branches(directory, "127.0.144.1", 19_440)) {
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
    try (var branches = new Branches(directory, "127.0.145.1", 19_450);
        var _ =
            new java.net.ServerSocket(19_450, 1, java.net.InetAddress.ofLiteral("127.0.145.1"))) {
      branches.trunk("max: 5").start();
      branches.push("feature/a", "1");
      branches.awaitRelease("feature-a", "1");

      assertThat(branches.ports()).isEqualTo(Map.of("feature-a.dev.test", 19_451));
    }
  }
}
