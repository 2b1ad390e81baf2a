package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.MachineFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on real machines a push rolls out, a bad one is undone and a revert goes back, and no
 * request is lost.
 *
 * <p>Method: three machines with systemd and sshd, a balancer in front, and real pushes over SSH;
 * clients with and without keep-alive send requests all the while. Where their number counts, each
 * machine is held up until so many were sent.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MachinesTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int REQUESTS = 20_000;
  private static final Duration GENTLY = Duration.ofMillis(20);
  private static final String PATIENT =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 5m}";
  private static final String ONE_THEN_ALL = "rolling: {batches: [1, \"100%\"]}";

  private final DockerHosts hosts;
  private final MachineFleet fleet;

  MachinesTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("web1", "web2", "web3"), 1);
    fleet = MachineFleet.on(hosts);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @Test
  void oneAfterTheOtherLosesNothingThroughHaproxy(@TempDir Path directory) {
    try (var world = world(directory).behind(haproxy(directory)).describe().start()) {
      assertLosesNothing(world);
    }
  }

  @Test
  void oneThenAllLosesNothingThroughHaproxy(@TempDir Path directory) {
    try (var world = world(directory).behind(haproxy(directory)).strategy(ONE_THEN_ALL)) {
      assertLosesNothing(world.describe().start());
    }
  }

  @Test
  void oneAfterTheOtherLosesNothingThroughTheEdge(@TempDir Path directory) {
    try (var world = world(directory).behind(Front.edge(directory)).describe().start()) {
      assertLosesNothing(world);
    }
  }

  @Test
  void oneThenAllLosesNothingThroughTheEdge(@TempDir Path directory) {
    try (var world = world(directory).behind(Front.edge(directory)).strategy(ONE_THEN_ALL)) {
      assertLosesNothing(world.describe().start());
    }
  }

  @Test
  void recreateParksRequestsOnTheEdgeAndLosesNone(@TempDir Path directory) {
    try (var world =
        world(directory)
            .behind(Front.edge(directory))
            .strategy("recreate: {park: {limit: 1000, deadline: 30s}}")
            .describe()
            .start()) {
      assertEnded(world.release("1", SOUND), "succeeded");
      try (LoadClient load = world.load(GENTLY)) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > 100);
        assertEnded(world.release("2", SOUND), "succeeded");
        assertServed(world, "2");
        LoadReport report = load.stop();
        assertNothingLost(report, "1", "2");
        assertThat(report.slowest()).isGreaterThan(Duration.ofMillis(100));
      }
    }
  }

  @Test
  void aReleaseThatWillNotStartIsUndoneAndNotTriedAgain(@TempDir Path directory) {
    assertUndone(directory, new Behaviour.WillNotStart());
  }

  @Test
  void aReleaseThatIsUnhealthyIsUndoneAndNotTriedAgain(@TempDir Path directory) {
    assertUndone(directory, new Behaviour.Unhealthy());
  }

  @Test
  void aReleaseThatIsHealthyAndThenCrashLoopsIsUndoneAndNotTriedAgain(@TempDir Path directory) {
    assertUndone(directory, new Behaviour.CrashesAfter(Duration.ofMillis(400)));
  }

  @Test
  void aRevertGoesBackAndSendsNothing(@TempDir Path directory) {
    try (var world = world(directory).behind(haproxy(directory)).describe().start()) {
      assertEnded(world.release("1", SOUND), "succeeded");
      assertEnded(world.release("2", SOUND), "succeeded");
      List<String> before = fleet.all().stream().map(MachineFleet::releases).toList();
      try (LoadClient load = world.load(GENTLY)) {
        String commit = world.checkout().revert("HEAD");
        world.checkout().push();
        RolloutStatus revert = world.ended(commit);

        assertEnded(revert, "succeeded");
        assertThat(revert.bytesSent()).isZero();
        assertThat(fleet.all().stream().map(MachineFleet::releases).toList()).isEqualTo(before);
        assertServed(world, "1");
        assertNothingLost(load.stop(), "1", "2");
      }
      try (LoadClient load = world.load(GENTLY)) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > 100);
        assertNothingLost(load.stop(), "1");
      }
    }
  }

  private World world(Path directory) {
    return new World(directory, fleet.letIn(directory), Origin.overSsh(directory));
  }

  private Front haproxy(Path directory) {
    var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
    return Front.haproxy(haproxy, fleet.addresses(), fleet.appPort());
  }

  /** Rolls out under load, and lets no machine go on before its share of the requests was sent. */
  private void assertLosesNothing(World world) {
    world.health(PATIENT);
    assertEnded(world.release("1", SOUND), "succeeded");
    try (LoadClient load = world.load(Duration.ofMillis(2))) {
      fleet.brake();
      String commit = world.push("2", SOUND);
      world.awaitPhase(Phase.PROGRESSING);
      long before = load.report().sent();
      for (int i = 0; i < fleet.all().size(); i++) {
        long share = before + (long) REQUESTS * (i + 1) / fleet.all().size();
        await().atMost(PATIENCE).until(() -> load.report().sent() >= share);
        assertThat(world.status().phase()).isEqualTo(Phase.PROGRESSING);
        MachineFleet.release(fleet.all().get(i));
      }
      assertEnded(world.ended(commit), "succeeded");
      assertServed(world, "2");
      assertNothingLost(load.stop(), "1", "2");
    }
  }

  private void assertUndone(Path directory, Behaviour behaviour) {
    try (var world = world(directory).behind(haproxy(directory)).describe().start()) {
      assertEnded(world.release("1", SOUND), "succeeded");
      try (LoadClient load = world.load(GENTLY)) {
        String commit = world.push("2", behaviour);
        world.awaitPhase(Phase.PROGRESSING);
        var watched = world.slipway("status", "--watch", "test/shop");
        assertThat(watched.status()).as(watched.output()).isEqualTo(ExitCode.ROLLED_BACK);
        assertEnded(world.ended(commit), "rolled back");
        assertServed(world, "1");

        assertHeld(world, 3);
        world.stopAgent();
        world.start();
        assertHeld(world, 1);
        var told = world.slipway("status", "test/shop");
        assertThat(told.status()).as(told.output()).isEqualTo(ExitCode.ROLLED_BACK);
        assertThat(told.output()).contains("rolled back", "Quarantined");
        assertServed(world, "1");
        assertNothingLost(load.stop(), "1");
      }
    }
  }

  /** Lets the agent read the same release from new commits, which must not make it try again. */
  private static void assertHeld(World world, int commits) {
    for (int i = 0; i < commits; i++) {
      String commit = world.checkout().commitAndPush("Say nothing new");
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() ->
              world.status().revision().equals(commit) && world.status().phase() == Phase.HELD);
    }
    assertThat(world.status().conditions()).extracting(Condition::type).contains("Quarantined");
    assertThat(world.history())
        .extracting(rollout -> rollout.to().replaceAll("@.*", ""))
        .containsExactly("2", "1");
  }

  private void assertServed(World world, String version) {
    world.assertEverywhere(version);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(world.status().instances())
                .hasSize(hosts.all().size())
                .allSatisfy(instance ->
                    assertThat(List.of(instance.health(), instance.traffic()))
                        .containsExactly("healthy", "serving")));
    assertThat(fleet.answers())
        .allSatisfy(answer -> assertThat(answer).contains("from version " + version));
  }

  private static void assertEnded(RolloutStatus rollout, String ending) {
    assertThat(rollout.ending()).as(rollout.toString()).isEqualTo(Optional.of(ending));
  }

  private static void assertNothingLost(LoadReport report, String... versions) {
    assertThat(report.lost()).as(report.render()).isZero();
    assertThat(report.byVersion()).as(report.render()).containsOnlyKeys(versions);
  }
}
