package dev.slipway.agent.e2e.incidents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.procedures.Migrations;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Freeze;
import dev.slipway.agent.e2e.world.FrontedFleet;
import dev.slipway.agent.e2e.world.MachineFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on real machines too, a rollback needs neither Git nor an open window, what is no part of a
 * release restarts nothing, a secret is rotated by a rollout, and a migration outlives its agent;
 * no request is lost meanwhile.
 *
 * <p>Method: three machines with systemd behind HAProxy on a fourth, pushes over SSH, and clients
 * that send requests through HAProxy before, during and after what happens. What runs is what
 * systemd and the kernel of each machine say.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MachineIncidentsTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GENTLY = Duration.ofMillis(20);
  private static final int REQUESTS = 300;
  private static final String ONE_THEN_ALL = "rolling: {batches: [1, \"100%\"]}";
  private static final String ADA = "Ada <ada@example.org>";
  private static final String OLD = "first-Jq7w$5\"x";
  private static final String NEW = "second-Zk3m`9";
  private static final String PATIENT =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 2m}";

  private final DockerHosts hosts;
  private final FrontedFleet fleet;

  MachineIncidentsTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("web1", "web2", "web3", "lb1"), 1);
    fleet = FrontedFleet.on(hosts);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @Test
  void aRollbackGoesBackWithTheGitServerStopped(@TempDir Path directory) {
    try (var world = world(directory).describe().start()) {
      assertSucceeded(world.release("1", SOUND));
      String second = world.push("2", SOUND);
      assertSucceeded(world.ended(second));
      try (var load = load(world)) {
        world.loseGit();

        Typed typed = rollBack(world);

        assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
        assertThat(typed.err()).contains("no revert commit was pushed", "git revert " + second);
        world.assertEverywhere("1");
        world.awaitPhase(Phase.HELD);
        assertThat(world.type("status", "shop").out()).contains("held on 1@", ADA + ": it is slow");
        assertThat(world.answers()).containsExactly("1", "1", "1");
        assertNothingLost(load, "1", "2");
      }
    }
  }

  @Test
  void aRollbackPassesAFreezeAndANewReleaseDoesNot(@TempDir Path directory) {
    try (var world = world(directory).describe().start()) {
      assertSucceeded(world.release("1", SOUND));
      assertSucceeded(world.release("2", SOUND));
      Freeze.shut(world);
      try (var load = load(world)) {
        Typed typed = rollBack(world);

        assertThat(typed.exitCode()).as(typed.err()).isEqualTo(ExitCode.OK);
        assertThat(typed.out()).contains("going back from 2@", "follows with revert commit");
        world.assertEverywhere("1");
        world.checkout().git("pull", "--quiet", "--ff-only");
        world.push("3", SOUND);
        Freeze.awaitWindow(world, "Waits");
        assertThat(world.answers()).containsExactly("1", "1", "1");
        assertNothingLost(load, "1", "2");
      }
    }
  }

  @Test
  void otherTimeOutsRestartNothing(@TempDir Path directory) {
    try (var world = world(directory).describe().start()) {
      assertSucceeded(world.release("1", SOUND));
      try (var load = load(world)) {
        List<String> before = processes();

        String commit =
            world
                .health("{path: /up, interval: 200ms, timeout: 4s, healthyDeadline: 20s}")
                .stopTimeout("25s")
                .push("1", SOUND);

        awaitAsItShouldBe(world, commit);
        assertThat(processes()).isEqualTo(before);
        assertThat(world.history()).hasSize(1);
        assertNothingLost(load, "1");
      }
    }
  }

  @Test
  void aNewHostConvergesAlone(@TempDir Path directory) {
    fleet.leaveOut("web3");
    try (var world = world(directory).describe().start()) {
      assertSucceeded(world.release("1", SOUND));
      assertThat(world.status().instances()).hasSize(2);
      try (var load = load(world)) {
        List<String> before = List.of(process("web1"), process("web2"));
        fleet.leaveOut("");

        String commit = world.redescribe("Add web3");

        assertSucceeded(world.ended(commit));
        awaitAsItShouldBe(world, commit);
        assertThat(world.answers()).containsExactly("1", "1", "1");
        assertThat(List.of(process("web1"), process("web2"))).isEqualTo(before);
        assertThat(world.status().instances())
            .extracting(instance -> instance.traffic())
            .containsExactly("serving", "serving", "serving");
        assertNothingLost(load, "1");
      }
    }
  }

  @Test
  void aRotatedSecretReachesEachProcessByTheRolloutAlone(@TempDir Path directory) {
    try (var world = world(directory).health(PATIENT).secrets("[TOKEN]")) {
      var secrets = new SecretFiles(directory).put("test/TOKEN", OLD + "\n");
      world.describe().start();
      assertSucceeded(world.release("1", SOUND));
      assertSucceeded(world.release("2", SOUND));
      try (var load = load(world)) {
        List<String> before = processes();
        fleet.brake();
        secrets.put("test/TOKEN", NEW);
        // The agent looks for new secrets every minute, and whenever something was pushed.
        world.checkout().commitAndPush("Say nothing new");
        await().atMost(PATIENCE).until(() -> tokens("web1").equals(List.of(NEW)));
        assertThat(List.of(process("web2"), process("web3"))).isEqualTo(before.subList(1, 3));
        assertThat(List.of(tokens("web2"), tokens("web3"))).containsOnly(List.of(OLD));
        fleet.goOn();

        await().atMost(PATIENCE).until(() -> world.status().phase() == Phase.HEALTHY);
        RolloutStatus rotated = world.history().getFirst();
        assertSucceeded(rotated);
        assertThat(world.history()).hasSize(3);
        assertThat(rotated.bytesSent()).isZero();
        assertThat(processes()).doesNotContainAnyElementsOf(before);
        assertThat(fleet.members()).extracting(this::tokens).containsOnly(List.of(NEW));

        assertThat(rollBack(world, "--no-revert").exitCode()).isEqualTo(ExitCode.OK);
        world.assertEverywhere("1");
        assertThat(fleet.members()).extracting(this::tokens).containsOnly(List.of(NEW));
        assertNothingLost(load, "1", "2");
      }
    }
  }

  @Test
  void ofAKilledAgentAMigrationThatIsRerunnableRunsAgain(@TempDir Path directory) {
    String task = Migrations.task(", rerunnable: true");
    try (var world = world(directory).procedures(task).describe()) {
      var notes = HostNotes.on(hosts.host("web1"));
      var migrations = new Migrations(world, notes);
      try (var agent = AgentProcess.start(world)) {
        assertSucceeded(Migrations.release(world, "1", Map.of("bin/migrate", "exit 0")));
        try (var load = load(world)) {
          List<String> before = processes();
          String commit = migrations.push("2");
          long former = migrations.awaitProcess(1);
          agent.kill();
          assertThat(notes.isAlive(former)).isTrue();
          try (var _ = AgentProcess.start(world)) {
            long second = migrations.awaitProcess(2);
            assertThat(notes.isAlive(former)).isFalse();
            assertThat(notes.isAlive(second)).isTrue();
            assertThat(processes()).isEqualTo(before);
            migrations.mayEnd(0);

            assertSucceeded(world.ended(commit));
            assertThat(migrations.ended()).hasSize(1);
            world.assertEverywhere("2");
            assertNothingLost(load, "1", "2");
          }
        }
      }
    }
  }

  @Test
  void ofAKilledAgentAMigrationThatIsNotRerunnableWaitsForAPerson(@TempDir Path directory) {
    try (var world = world(directory).procedures(Migrations.task("")).describe()) {
      var notes = HostNotes.on(hosts.host("web1"));
      var migrations = new Migrations(world, notes);
      try (var agent = AgentProcess.start(world)) {
        assertSucceeded(Migrations.release(world, "1", Map.of("bin/migrate", "exit 0")));
        try (var load = load(world)) {
          List<String> before = processes();
          String commit = migrations.push("2");
          long process = migrations.awaitProcess(1);
          agent.kill();
          notes.kill(process);
          try (var _ = AgentProcess.start(world)) {
            assertNeedsHelp(world.ended(commit));
            assertThat(migrations.began()).hasSize(1);
            assertThat(processes()).isEqualTo(before);
            migrations.mayEnd(0);
            world.type("retry", "shop");

            world.assertEverywhere("2");
            assertSucceeded(world.ended(commit));
            assertThat(migrations.began()).hasSize(2);
            assertThat(migrations.ended()).hasSize(1);
            assertNothingLost(load, "1", "2");
          }
        }
      }
    }
  }

  private static void assertNeedsHelp(RolloutStatus rollout) {
    assertThat(rollout.ending()).as(rollout.reason()).isEqualTo(Optional.of("needs help"));
    assertThat(rollout.reason())
        .contains("task 'migrate' was cut off on web1")
        .contains("'slipway retry' runs it again");
  }

  private World world(Path directory) {
    return new World(directory, fleet.letIn(directory), Origin.overSsh(directory))
        .behind(fleet.front())
        .strategy(ONE_THEN_ALL);
  }

  private static Typed rollBack(World world, String... options) {
    var words = new ArrayList<>(List.of("shop", "-m", "it is slow", "--as", ADA));
    words.addAll(List.of(options));
    return world.type("rollback", words.toArray(String[]::new));
  }

  private static void awaitAsItShouldBe(World world, String commit) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            world.status().revision().equals(commit) && world.status().phase() == Phase.HEALTHY);
  }

  private List<String> processes() {
    return fleet.members().stream().map(MachineFleet::process).toList();
  }

  private String process(String host) {
    return MachineFleet.process(hosts.host(host));
  }

  private List<String> tokens(String host) {
    return tokens(hosts.host(host));
  }

  /** Returns the values that the process of the application has for the secret. */
  private List<String> tokens(DockerHost host) {
    return MachineFleet.variables(host).stream()
        .filter(variable -> variable.startsWith("TOKEN="))
        .map(variable -> variable.substring("TOKEN=".length()))
        .toList();
  }

  private static void assertSucceeded(RolloutStatus rollout) {
    assertThat(rollout.ending()).as(rollout.toString()).isEqualTo(Optional.of("succeeded"));
  }

  /** Starts clients, and waits until they are well under way. */
  private static LoadClient load(World world) {
    LoadClient load = world.load(GENTLY);
    awaitMore(load);
    return load;
  }

  private static void awaitMore(LoadClient load) {
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + REQUESTS);
  }

  /** Lets the clients go on for a while, and fails unless each of their requests was answered. */
  private static void assertNothingLost(LoadClient load, String... versions) {
    awaitMore(load);
    LoadReport report = load.stop();
    assertThat(report.lost()).as(report.render()).isZero();
    assertThat(report.sent()).isGreaterThan(2 * REQUESTS);
    assertThat(report.byVersion()).as(report.render()).containsOnlyKeys(versions);
  }
}
