package dev.slipway.agent.bench.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import java.nio.file.Path;
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
  void droppedPacketsMakeAMachineSilentUntilTheyAreLetInAgain() {
    var host = hosts.host("web1");
    host.dropPackets();
    assertThat(ssh(host, "true").run().status()).isEqualTo(255);

    host.letPacketsIn();

    await().until(() -> ssh(host, "true").run().status() == 0);
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
