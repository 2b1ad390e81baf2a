package dev.slipway.agent.e2e.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.FrontedFleet;
import dev.slipway.agent.e2e.world.MachineFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on real machines too, {@code syncPolicy} starts what people stopped and stops what was
 * taken out, and touches nothing else.
 *
 * <p>Method: three machines with systemd behind HAProxy on a fourth, and clients that send requests
 * through it. What runs is what systemd of each machine says.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MachinesInSyncTest {
  private static final Duration GENTLY = Duration.ofMillis(20);
  private static final int REQUESTS = 300;

  private final DockerHosts hosts;
  private final FrontedFleet fleet;

  MachinesInSyncTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("web1", "web2", "web3", "lb1"), 1);
    fleet = FrontedFleet.on(hosts);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  private World deployed(Path directory, String policy) {
    var world = new World(directory, fleet.letIn(directory), Origin.overSsh(directory));
    return Deployed.with(policy, world.behind(fleet.front()));
  }

  private String process(String host) {
    return MachineFleet.process(hosts.host(host));
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }

  private static void awaitMore(LoadClient load) {
    long before = load.report().sent();
    await().atMost(Deployed.PATIENCE).until(() -> load.report().sent() > before + REQUESTS);
  }

  @Test
  void aUnitThatSomebodyStoppedIsStartedAndNoOtherIsTouched(@TempDir Path directory) {
    try (var world = deployed(directory, "syncPolicy: {selfHeal: true}")) {
      List<String> others = List.of(process("web1"), process("web3"));

      run(hosts.host("web2"), "systemctl stop shop");
      world.checkout().commitAndPush("Say nothing new");

      await().atMost(Deployed.PATIENCE).ignoreExceptions().until(() -> world.history().size() == 2);
      world.awaitPhase(Phase.HEALTHY);
      assertThat(world.history().getFirst().cause().orElseThrow()).startsWith("selfHeal: web2");
      assertThat(world.history().getFirst().bytesSent()).isZero();
      assertThat(world.answers()).containsExactly("1", "1", "1");
      assertThat(List.of(process("web1"), process("web3"))).isEqualTo(others);
    }
  }

  @Test
  void aMachineThatIsTakenOutIsDrainedAndItsUnitStopped(@TempDir Path directory) {
    try (var world = deployed(directory, "syncPolicy: {prune: true}");
        var load = world.load(GENTLY)) {
      awaitMore(load);
      List<String> others = List.of(process("web1"), process("web2"));

      fleet.leaveOut("web3");
      world.redescribe("Take web3 out");

      DockerHost third = hosts.host("web3");
      await()
          .atMost(Deployed.PATIENCE)
          .until(() -> third.run("test ! -e /srv/shop/current").status() == 0);
      awaitMore(load);
      LoadReport report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(run(third, "systemctl is-active shop || true").strip()).isEqualTo("inactive");
      assertThat(run(third, "ls /srv/shop/releases")).isNotBlank();
      assertThat(List.of(process("web1"), process("web2"))).isEqualTo(others);
    } finally {
      fleet.leaveOut("");
    }
  }
}
