package dev.slipway.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the sandbox of the units is real, and a JVM runs in it. Method: systemd starts each unit on
 * a machine that may make namespaces, with a probe in place of the unit's program.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SandboxTest {
  private static final Path UNITS = Path.of("..", "systemd").toAbsolutePath();

  private static final String PROBE =
      """
      cat >/opt/probe <<'END'
      exec 2>&1
      touch /etc/everybody/probe
      touch "$STATE_DIRECTORY/probe" && echo 'state written'
      touch "$RUNTIME_DIRECTORY/probe" && echo 'runtime written'
      ls /home
      /opt/java/bin/java -version 2>&1 | grep -o 'Runtime Environment'
      END
      """;

  private static final String DROP_IN =
      """
      mkdir -p "/etc/systemd/system/$unit.service.d"
      cat >"/etc/systemd/system/$unit.service.d/probe.conf" <<'END'
      [Service]
      Type=oneshot
      Restart=no
      WatchdogSec=0
      ExecStart=
      ExecStart=/bin/sh /opt/probe
      END
      systemctl daemon-reload
      systemctl start "$unit"
      journalctl --sync
      journalctl --no-pager --output=cat --unit="$unit"
      """;

  private final DockerHosts machines;
  private final DockerHost machine;

  SandboxTest(@TempDir Path directory) {
    machines = DockerHosts.boot(directory, List.of("sandbox"), 1, "SYS_ADMIN", "SYS_PTRACE");
    machine = machines.host("sandbox");
    machine.run("useradd --system slipway; mkdir -m 777 /etc/everybody");
    machine.run(PROBE);
  }

  @AfterAll
  void removeMachine() {
    machines.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"slipway", "slipway-edge"})
  void aUnitCanWriteNothingButItsOwn(String unit) {
    var file = unit + ".service";
    machine.copy(UNITS.resolve(file), "/etc/systemd/system/" + file);
    assertThat(machine.run("unit=" + unit + "\n" + DROP_IN).output())
        .contains("'/etc/everybody/probe': Read-only file system")
        .contains("state written", "runtime written", "Runtime Environment")
        .doesNotContain("deploy");
  }
}
