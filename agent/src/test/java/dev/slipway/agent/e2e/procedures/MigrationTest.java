package dev.slipway.agent.e2e.procedures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a migration runs once for each release, before anything restarts; one that fails or hangs
 * stops the rollout with no request lost; one that was cut off runs again if it may, and waits for
 * a person if not; no way back runs one, and none crosses an irreversible one unasked.
 *
 * <p>Method: real agents on local hosts, with a migration that says when it began and ends when it
 * is let; the agent is killed as processes are.
 */
@Timeout(300)
final class MigrationTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static World world(Path directory, String network, String more) {
    return new World(directory, 2, network).procedures(Migrations.task(more)).describe();
  }

  private static String reverted(World world) {
    String commit = world.checkout().revert(world.checkout().head());
    world.checkout().push();
    return commit;
  }

  @Test
  void runsOnceForEachReleaseAndOnNoWayBack(@TempDir Path directory) {
    try (var world = world(directory, "127.0.141", "").start()) {
      var migrations = new Migrations(world, directory).mayEnd(0);
      assertThat(world.ended(migrations.push("1")).ending()).contains("succeeded");
      assertThat(world.type("plan", "shop").out()).doesNotContain("migrate");

      assertThat(world.ended(migrations.push("2")).ending()).contains("succeeded");
      String revert = reverted(world);

      assertThat(world.ended(revert).ending()).contains("succeeded");
      world.assertEverywhere("1");
      assertThat(migrations.ended()).hasSize(2);
      assertThat(migrations.began())
          .satisfiesExactly(
              first -> assertThat(first).contains(" 1@").contains("/web1/releases/1-"),
              second -> assertThat(second).contains(" 2@").contains("/web1/releases/2-"));
    }
  }

  @Test
  void oneThatFailsStopsTheRolloutBeforeAnythingRestarts(@TempDir Path directory) {
    var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
    var world = new World(directory, 2, "127.0.142").procedures(Migrations.task(""));
    try (world) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      assertThat(Migrations.release(world, "1", Map.of("bin/migrate", "exit 0")).ending())
          .contains("succeeded");
      try (var load = world.load(Duration.ofMillis(10))) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > 100);
        var instances = world.status().instances();

        var migrations = new Migrations(world, directory).mayEnd(3);
        RolloutStatus ended = world.ended(migrations.push("2"));

        assertThat(ended.ending()).contains("rolled back");
        assertThat(ended.reason()).contains("task 'migrate': 'sh' ended with status 3");
        assertThat(ended.log()).isEqualTo("the last words");
        assertThat(world.status().instances()).isEqualTo(instances);
        assertThat(world.status().phase()).isEqualTo(Phase.HELD);
        LoadReport report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
        assertThat(report.byVersion()).containsOnlyKeys("1");
      }
    }
  }

  @Test
  void oneThatHangsIsKilledWithAllThatItStarted(@TempDir Path directory) {
    try (var world = world(directory, "127.0.143", ", timeout: 2s").start()) {
      var migrations = new Migrations(world, directory);
      String commit = migrations.push("1");
      ProcessHandle process = migrations.awaitBegun(1);

      RolloutStatus ended = world.ended(commit);

      assertThat(ended.reason()).contains("'sh' did not end within 2 s and was killed");
      assertThat(process.isAlive()).isFalse();
      assertThat(migrations.ended()).isEmpty();
    }
  }

  @Test
  void ofAKilledAgentOneThatIsRerunnableRunsAgain(@TempDir Path directory) {
    try (var world = world(directory, "127.0.144", ", rerunnable: true")) {
      var migrations = new Migrations(world, directory);
      String commit;
      ProcessHandle former;
      try (var agent = AgentProcess.start(world)) {
        commit = migrations.push("1");
        former = migrations.awaitBegun(1);
        agent.kill();
      }
      assertThat(former.isAlive()).isTrue();
      try (var _ = AgentProcess.start(world)) {
        ProcessHandle second = migrations.awaitBegun(2);
        assertThat(former.isAlive()).isFalse();
        assertThat(second.isAlive()).isTrue();
        migrations.mayEnd(0);

        assertThat(world.ended(commit).ending()).contains("succeeded");
        assertThat(migrations.ended()).hasSize(1);
      }
    }
  }

  @Test
  void ofAKilledAgentOneThatIsNotRerunnableWaitsForAPerson(@TempDir Path directory) {
    try (var world = world(directory, "127.0.145", "")) {
      var migrations = new Migrations(world, directory);
      String commit;
      try (var agent = AgentProcess.start(world)) {
        assertThat(Migrations.release(world, "1", Map.of("bin/migrate", "exit 0")).ending())
            .contains("succeeded");
        commit = migrations.push("2");
        migrations.awaitBegun(1).destroyForcibly();
        agent.kill();
      }
      try (var _ = AgentProcess.start(world)) {
        RolloutStatus ended = world.ended(commit);

        assertThat(ended.ending()).contains("needs help");
        assertThat(ended.reason())
            .contains("task 'migrate' was cut off on web1")
            .contains("'slipway retry' runs it again");
        world.assertEverywhere("1");
        assertThat(migrations.began()).hasSize(1);

        migrations.mayEnd(0);
        world.type("retry", "shop");

        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> world.ended(commit).ending().equals(Optional.of("succeeded")));
        assertThat(migrations.ended()).hasSize(1);
        world.assertEverywhere("2");
      }
    }
  }

  @Test
  void oneThatEndedWellWhileNobodyLookedIsNotRunAgain(@TempDir Path directory) {
    try (var world = world(directory, "127.0.146", "")) {
      var migrations = new Migrations(world, directory);
      String commit;
      try (var agent = AgentProcess.start(world)) {
        commit = migrations.push("1");
        ProcessHandle process = migrations.awaitBegun(1);
        agent.kill();
        migrations.mayEnd(0);
        await().atMost(PATIENCE).until(() -> !process.isAlive());
        Path record = world.srv().resolve("web1/.slipway/run");
        await().atMost(PATIENCE).until(() -> record.toFile().exists() && isDone(record));
      }
      try (var _ = AgentProcess.start(world)) {
        assertThat(world.ended(commit).ending()).contains("succeeded");
        assertThat(migrations.began()).hasSize(1);
      }
    }
  }

  private static boolean isDone(Path record) throws IOException {
    return Files.readString(record).endsWith(" done\n");
  }

  @Test
  void noWayBackCrossesAnIrreversibleOneUnasked(@TempDir Path directory) {
    try (var world = world(directory, "127.0.147", ", irreversible: true").start()) {
      var migrations = new Migrations(world, directory).mayEnd(0);
      world.procedures("");
      world.release("1", SOUND);
      world.procedures(Migrations.task(", irreversible: true"));
      assertThat(world.ended(migrations.push("2")).ending()).contains("succeeded");

      var refused = world.type("rollback", "shop", "--no-revert");
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.err())
          .contains("task 'migrate' of 2@")
          .contains("has run and is irreversible; go back all the same with --cross-irreversible");
      reverted(world);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(world.status().conditions())
                  .anyMatch(one -> one.message().contains("'Slipway-Override: <reason>'")));
      world.assertEverywhere("2");

      world.type("rollback", "shop", "--no-revert", "--cross-irreversible");

      world.assertEverywhere("1");
      assertThat(migrations.began()).hasSize(1);
    }
  }

  @Test
  void afterAnIrreversibleOneAReleaseThatFailsIsNotTakenBackUnasked(@TempDir Path directory) {
    String tasks =
        """
        tasks:
          - {name: migrate, run: [sh, bin/migrate], irreversible: true}
          - {name: check, phase: postSync, run: [sh, bin/check]}
        """;
    try (var world = new World(directory, 2, "127.0.148").procedures(tasks).describe().start()) {
      var good = Map.of("bin/migrate", "exit 0", "bin/check", "exit 0");
      assertThat(Migrations.release(world, "1", good).ending()).contains("succeeded");

      RolloutStatus ended =
          Migrations.release(world, "2", Map.of("bin/migrate", "exit 0", "bin/check", "exit 7"));

      assertThat(ended.ending()).contains("needs help");
      assertThat(ended.reason())
          .contains("task 'check': 'sh' ended with status 7")
          .contains("there is no way back: task 'migrate' of 2@")
          .contains("Slipway-Override: <reason>");
      world.assertEverywhere("2");
    }
  }
}
