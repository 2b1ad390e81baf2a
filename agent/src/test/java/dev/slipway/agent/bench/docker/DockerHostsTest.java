package dev.slipway.agent.bench.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: tests may trust the machines that the bench gives them. Method: boot three, log in as
 * people do, and let happen to them what happens to machines.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DockerHostsTest {
  private final DockerHosts hosts;

  DockerHostsTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("web1", "web2", "web3"), 2);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @Test
  void everyMachineRunsSystemdAndLetsTheDeployUserInAndBecomeRoot() {
    assertThat(hosts.all())
        .allSatisfy(host -> {
          assertThat(host.run("systemctl is-system-running").output()).isEqualTo("running\n");
          assertThat(ssh(host, "hostname; whoami; sudo -n whoami").output())
              .isEqualTo("%s\ndeploy\nroot\n".formatted(host.name()));
        });
  }

  @Test
  void javaIsThereAndAUnitCanBeRun() {
    var host = hosts.host("web1");

    assertThat(ssh(host, "java -version 2>&1").output()).contains("25");
    assertThat(ssh(host, "sudo -n systemd-run --wait --quiet true").run().status()).isZero();
  }

  @Test
  void aHungMachineGoesOnWhereItWas() {
    var host = hosts.host("web2");
    host.hang();
    assertThat(ssh(host, "true").run().output()).contains("timed out");

    host.goOn();

    assertThat(ssh(host, "true").run().status()).isZero();
  }

  @Test
  void aMachineKeepsItsDiskAndItsAddressOverAPowerCut() {
    var host = hosts.host("web3");
    ssh(host, "echo kept > kept").output();
    host.powerOff();
    assertThat(ssh(host, "true").run().status()).isEqualTo(255);

    host.boot();

    assertThat(ssh(host, "cat kept").output()).isEqualTo("kept\n");
  }

  @Test
  void aMachineThatIsOffKeepsItsInnerAddressWhileOthersBoot(@TempDir Path directory) {
    var host = hosts.host("web3");
    assertThat(inside(host)).isEqualTo(host.innerAddress());
    host.powerOff();
    try (var others = DockerHosts.boot(directory, List.of("other"), 1)) {
      host.boot();

      assertThat(inside(host))
          .isEqualTo(host.innerAddress())
          .isNotEqualTo(inside(others.host("other")));
    }
    var greeting = "bash -c 'head -c 4 </dev/tcp/%s/22'".formatted(host.innerAddress());
    assertThat(hosts.host("web1").run(greeting).output()).isEqualTo("SSH-");
  }

  @Test
  void droppedPacketsMakeAMachineSilentUntilTheyAreLetInAgain() {
    var host = hosts.host("web1");
    host.dropPackets();
    assertThat(ssh(host, "true").run().status()).isEqualTo(255);

    host.letPacketsIn();

    await().until(() -> ssh(host, "true").run().status() == 0);
  }

  @Test
  void anApplicationInAUnitIsReachedAtThePortOfItsMachine(@TempDir Path release)
      throws IOException {
    var host = hosts.host("web1");
    int port = hosts.appPorts().getFirst();
    DemoRelease.write(release, "7", new Behaviour.Sound());
    host.copy(release, "/srv/demo");

    var start = "systemd-run --unit=demo /srv/demo/bin/start --address 0.0.0.0 --port " + port;
    assertThat(ssh(host, "sudo -n " + start).run().status()).isZero();

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> host.run("curl -fsS http://127.0.0.1:%d/up".formatted(port)).status() == 0);
    var plan = LoadPlan.against(Loopback.at(host.address(), port));
    try (var load = LoadClient.start(plan, Waiter.system())) {
      await().until(() -> load.report().sent() > 100);
      var report = load.stop();
      assertThat(report.lost()).as(report::render).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("7");
    }
  }

  private static String inside(DockerHost host) {
    return host.run("hostname -i").output().strip();
  }

  private Program ssh(DockerHost host, String script) {
    return Program.of(
        Server.SSH.require(),
        "-F",
        "none",
        "-p",
        hosts.sshPort(),
        "-i",
        hosts.userKey(),
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=3",
        "-o",
        "UserKnownHostsFile=" + hosts.knownHosts(),
        hosts.user() + "@" + host.address(),
        script);
  }
}
