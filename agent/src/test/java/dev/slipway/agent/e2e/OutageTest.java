package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.FrontedFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what is down keeps nothing else from being deployed, and catches up when it returns.
 *
 * <p>Method: four machines behind HAProxy on two others, and a push while a host is switched off,
 * one is in repair and one HAProxy is stopped.
 */
@Timeout(600)
class OutageTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration GENTLY = Duration.ofMillis(20);

  @Test
  void theRestDeploysAndWhatWasDownCatchesUp(@TempDir Path directory, @TempDir Path machines) {
    var names = List.of("web1", "web2", "web3", "web4", "lb1", "lb2");
    try (var hosts = DockerHosts.boot(machines, names, 1)) {
      var fleet = FrontedFleet.on(hosts).letIn(directory);
      try (var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")))) {
        world.behind(fleet.front()).describe().start();
        assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
        fleet.repair("web4");
        world.redescribe("Repair web4");
        hosts.host("web3").powerOff();
        fleet.stopBalancer("lb2");

        assertIsDeployedWithoutThem(world);

        fleet.repair("");
        world.redescribe("Take web4 back");
        hosts.host("web3").boot();
        fleet.startBalancer("lb2");
        awaitHealthy(world);
        world.assertEverywhere("2");
        assertThat(world.answers()).containsOnly("2");
        assertServes(fleet);
      }
    }
  }

  private static void assertIsDeployedWithoutThem(World world) {
    try (var load = world.load(GENTLY)) {
      await().atMost(PATIENCE).until(() -> load.report().sent() > 100);
      String commit = world.push("2", SOUND);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(world.history())
                  .as(world.type("status").out())
                  .extracting(RolloutStatus::revision)
                  .startsWith(commit));

      RolloutStatus ended = world.history().getFirst();
      assertThat(ended.ending()).as(ended.reason()).isEqualTo(Optional.of("succeeded"));
      assertThat(ended.incomplete()).containsExactly("web3");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(world.status().conditions())
                  .extracting(Condition::type)
                  .contains("Suspended", "Incomplete"));
      LoadReport report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
    }
  }

  private static void awaitHealthy(World world) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(world.status().phase())
                .as(world.type("status").out())
                .isEqualTo(Phase.HEALTHY));
  }

  /** The balancer that was down sends requests to all that the other does. */
  private static void assertServes(FrontedFleet fleet) {
    var plan = LoadPlan.against(fleet.address("lb2")).withPause(GENTLY);
    try (LoadClient load = LoadClient.start(plan, Waiter.system())) {
      await().atMost(PATIENCE).until(() -> load.report().sent() > 200);
      LoadReport report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("2");
    }
  }
}
