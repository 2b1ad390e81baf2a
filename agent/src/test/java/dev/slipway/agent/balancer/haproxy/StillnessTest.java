package dev.slipway.agent.balancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: only a balancer whose machine shows that no HAProxy runs is said to carry nothing. Method:
 * a real machine, reached over SSH by a user without rights, with and without a process of that
 * name.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StillnessTest {
  private static final String RUN =
      "cp /bin/sleep /usr/local/bin/haproxy && { setsid haproxy 1000 >/dev/null 2>&1 & }";

  private final DockerHosts hosts;
  private final Machines machines;

  StillnessTest(@TempDir Path directory) {
    this.hosts = DockerHosts.boot(directory, List.of("lb1"), 1, "SYS_ADMIN");
    this.machines =
        Machines.open(
            Optional.of(
                new SshSettings(
                    hosts.user(),
                    hosts.sshPort(),
                    Optional.empty(),
                    hosts.knownHosts(),
                    hosts.userKey(),
                    SshSettings.Become.NONE,
                    Duration.ofSeconds(10))));
  }

  @AfterAll
  void removeHosts() {
    machines.close();
    hosts.close();
  }

  private DockerHost machine() {
    return hosts.host("lb1");
  }

  private Balancer balancer() {
    var host = new Host("lb1", machine().address(), Optional.empty(), Reach.SSH, Map.of());
    return Shop.balancer(Shop.ROUTE, "/run/haproxy/admin.sock", List.of(host), machines);
  }

  private Optional<String> proof() {
    var answer = balancer().observe();
    assertThat(answer).isInstanceOf(Answer.Unreachable.class);
    return ((Answer.Unreachable) answer).still();
  }

  private void run(String script) {
    assertThat(machine().run(script).status()).as(script).isZero();
  }

  @Test
  void aMachineOnWhichNoHaproxyRunsProvesItAndAnyHaproxyRefutesIt() {
    assertThat(proof())
        .hasValueSatisfying(proof -> assertThat(proof).contains("lb1", "no HAProxy"));

    run(RUN);
    assertThat(proof()).as("one of another socket may be the one").isEmpty();
    run("pkill -x haproxy");

    assertThat(proof()).isPresent();
  }

  @Test
  void whereProcessesOfOthersAreHiddenNothingIsProven() {
    run("mount -o remount,hidepid=2 /proc");
    try {
      assertThat(proof()).isEmpty();
    } finally {
      run("mount -o remount,hidepid=0 /proc");
    }
  }

  @Test
  void aMachineThatDoesNotAnswerProvesNothing() {
    machine().hang();
    try {
      assertThat(proof()).isEmpty();
    } finally {
      machine().goOn();
    }
  }
}
