package dev.slipway.agent.e2e.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.e2e.world.MachineFleet;
import java.nio.file.Path;
import java.util.List;

/** Whole machines on which the application is a unit that some administrator has written. */
abstract class LegacyMachines implements Legacy {
  private final DockerHosts hosts;
  private final MachineFleet machines;

  LegacyMachines(DockerHosts hosts) {
    this.hosts = hosts;
    this.machines = MachineFleet.on(hosts);
  }

  final DockerHosts bench() {
    return hosts;
  }

  /** Writes the unit so that it starts what lies in a directory; what runs goes on as it is. */
  final void runFrom(String directory) {
    everywhere(
        """
        cat >/etc/systemd/system/shop.service <<'END'
        [Service]
        User=shop
        Environment=PORT=%d
        EnvironmentFile=-/srv/shop/env/current.env
        WorkingDirectory=%s
        ExecStart=/bin/sh -c 'exec bin/start --address 0.0.0.0 --port $PORT'
        Restart=always
        END
        systemctl daemon-reload
        """
            .formatted(appPort(), directory));
  }

  /** Puts the key and the host keys where an agent looks whose own file lies in a directory. */
  final void letIn(Path directory) {
    machines.letIn(directory);
  }

  @Override
  public final List<String> processes() {
    return hosts.all().stream()
        .map(host -> run(host, "systemctl show -p MainPID -p NRestarts shop"))
        .toList();
  }

  @Override
  public final List<String> addresses() {
    return machines.addresses();
  }

  @Override
  public final int appPort() {
    return machines.appPort();
  }

  @Override
  public final String hosts() {
    return machines.hosts();
  }

  @Override
  public final String service() {
    return machines.service() + "linkedDirs: [log]\n";
  }

  @Override
  public final String variables() {
    return machines.variables();
  }

  @Override
  public final String bounds() {
    return machines.bounds();
  }

  @Override
  public final void clear() {
    machines.clear();
  }

  final void everywhere(String script) {
    hosts.all().parallelStream().forEach(host -> run(host, script));
  }

  static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
