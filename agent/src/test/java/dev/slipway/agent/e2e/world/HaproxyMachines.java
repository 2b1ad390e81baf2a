package dev.slipway.agent.e2e.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import java.util.List;

/** Machines that run HAProxy as Debian's unit does, all of them with the same configuration. */
public final class HaproxyMachines {
  /** Where each of them takes commands from the user who deploys. */
  public static final String SOCKET = "/run/haproxy/admin.sock";

  private static final String GLOBAL =
      """
      global
        stats socket %s mode 660 group deploy level admin
        user haproxy
        group haproxy
      defaults
        mode http
        timeout connect 2s
        timeout client 30s
        timeout server 30s
        option redispatch
      """
          .formatted(SOCKET);

  private final List<DockerHost> machines;

  private HaproxyMachines(List<DockerHost> machines) {
    this.machines = machines;
  }

  /** Starts HAProxy with these front ends and back ends. */
  public static HaproxyMachines on(List<DockerHost> machines, String proxies) {
    var all = new HaproxyMachines(machines);
    machines.forEach(machine ->
        run(machine, "cat >/etc/haproxy/haproxy.cfg <<'END'\n" + GLOBAL + proxies + "END"));
    all.startAnew();
    return all;
  }

  /** Starts each of them as its configuration says, with nothing of what agents told it. */
  public void startAnew() {
    String script =
        "systemctl stop haproxy; rm -rf %s.slipway; systemctl start haproxy".formatted(SOCKET);
    machines.parallelStream().forEach(machine -> run(machine, script));
  }

  private static void run(DockerHost machine, String script) {
    var ended = machine.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, machine.name(), ended.output()).isZero();
  }
}
