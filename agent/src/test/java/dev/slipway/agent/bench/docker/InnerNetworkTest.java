package dev.slipway.agent.bench.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * Goal: no two sets of machines share a network, and none is left behind. Method: ask the engine
 * for what another set has, and look at what it has when sets are gone.
 */
final class InnerNetworkTest {
  /** What Linux takes as the name of a machine. */
  private static final int LONGEST_NAME = 64;

  @BeforeAll
  static void requireEngine() {
    ContainerEngine.require();
  }

  @Test
  void whatAnotherSetHasIsPassedOver() {
    try (var first = InnerNetwork.open()) {
      var prefixes = List.of(first.prefix(), first.prefix(), "198.51.100.").iterator();

      try (var second = InnerNetwork.open(prefixes::next)) {
        assertThat(second.prefix()).isEqualTo("198.51.100.");
      }
    }
  }

  @Test
  void theSearchForAFreeOneEnds() {
    try (var first = InnerNetwork.open()) {
      assertThatThrownBy(() -> InnerNetwork.open(first::prefix))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void machinesThatAreGoneLeaveNoNetwork(@TempDir Path directory) {
    var before = networks();
    try (var _ = DockerHosts.boot(directory, List.of("web1"), 1)) {
      assertThat(networks()).hasSize(before.size() + 1);
    }

    assertThat(networks()).isEqualTo(before);
  }

  @Test
  void machinesOfWhichOneDoesNotBootLeaveNoNetwork(@TempDir Path directory) {
    var before = networks();
    var names = List.of("web1", "x".repeat(LONGEST_NAME + 1));

    assertThatThrownBy(() -> DockerHosts.boot(directory, names, 1))
        .hasStackTraceContaining("hostname");

    assertThat(networks()).isEqualTo(before);
  }

  /** Those of this process, as others test at the same time. */
  private static List<String> networks() {
    var ours = "label=org.testcontainers.sessionId=" + DockerClientFactory.SESSION_ID;
    return Program.of(Server.DOCKER.require(), "network", "ls", "-q", "--filter", ours)
        .output()
        .lines()
        .toList();
  }
}
