package dev.slipway.agent.e2e.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whole machines, on which the application is a unit of systemd that the agent reaches over SSH.
 *
 * <p>While a file called the brake lies on a machine, its unit is active but the program in it does
 * not start, so that a test decides how long a rollout takes.
 */
public final class MachineFleet implements Fleet {
  private static final String BRAKE = "/run/shop.brake";
  private static final String UNIT =
      """
      [Service]
      User=shop
      EnvironmentFile=/srv/shop/env/current.env
      WorkingDirectory=/srv/shop/current
      ExecStart=/bin/sh -c 'while test -e %s; do sleep 0.1; done; exec bin/start --address 0.0.0.0 --port $PORT'
      Restart=always
      RestartSec=200ms
      """
          .formatted(BRAKE);

  private final DockerHosts hosts;

  private MachineFleet(DockerHosts hosts) {
    this.hosts = hosts;
  }

  /** Prepares machines as an administrator does: an account for the application, and its unit. */
  public static MachineFleet on(DockerHosts hosts) {
    var fleet = new MachineFleet(hosts);
    fleet.everywhere("useradd --system shop");
    fleet.everywhere(
        "cat >/etc/systemd/system/shop.service <<'END'\n%sEND\nsystemctl daemon-reload"
            .formatted(UNIT));
    return fleet;
  }

  /** Puts the key and the host keys where an agent looks whose own file lies in a directory. */
  public MachineFleet letIn(Path directory) {
    return letIn(directory, "test");
  }

  /** Does the same for the agent's environment of this name. */
  public MachineFleet letIn(Path directory, String environment) {
    try {
      Path secrets = Files.createDirectories(directory.resolve("secrets").resolve(environment));
      Files.copy(
          hosts.userKey(), secrets.resolve("deploy-key"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.copy(hosts.knownHosts(), directory.resolve("known_hosts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public List<DockerHost> all() {
    return hosts.all();
  }

  /** Lets no program of the application start from now on. */
  public void brake() {
    everywhere("touch " + BRAKE);
  }

  public static void release(DockerHost host) {
    run(host, "rm " + BRAKE);
  }

  /** Returns what lies on a host below the directory of releases: inode, time and path of each. */
  public static String releases(DockerHost host) {
    return run(host, "find /srv/shop/releases -printf '%i %T@ %p\\n' | sort");
  }

  /** Returns which process a host runs as the application, and since when. */
  public static String process(DockerHost host) {
    String process = run(host, "systemctl show -p MainPID,ActiveEnterTimestampMonotonic shop");
    assertThat(process).contains("MainPID=").doesNotContain("MainPID=0\n");
    return process;
  }

  /** Returns the variables of the process that a host runs as the application. */
  public static List<String> variables(DockerHost host) {
    String pid = run(host, "systemctl show -p MainPID --value shop").strip();
    // Even root may read it only as the user whose process it is: machines lack SYS_PTRACE.
    return run(host, "runuser -u shop -- cat /proc/%s/environ | tr '\\0' '\\n'".formatted(pid))
        .lines()
        .toList();
  }

  /** Returns what the application itself answers on each host, by the balancer or not. */
  public List<String> answers() {
    return hosts.all().stream()
        .map(host -> run(host, "curl -fsS http://127.0.0.1:" + appPort()))
        .toList();
  }

  @Override
  public List<String> addresses() {
    return hosts.all().stream().map(DockerHost::address).toList();
  }

  @Override
  public int appPort() {
    return hosts.appPorts().getFirst();
  }

  @Override
  public String hosts() {
    return inventory(hosts, _ -> "web");
  }

  /** Returns machines and how they are reached, as they stand under {@code spec}. */
  public static String inventory(DockerHosts hosts, Function<DockerHost, String> group) {
    return """
    ssh: {user: %s, port: %d, secretRef: {name: deploy-key}, become: sudo}
    hosts:
    """
            .formatted(hosts.user(), hosts.sshPort())
        + hosts.all().stream()
            .map(host ->
                "  - {name: %s, address: %s, groups: [%s]}\n"
                    .formatted(host.name(), host.address(), group.apply(host)))
            .collect(Collectors.joining());
  }

  @Override
  public String service() {
    return """
    deployPath: /srv/shop
    owner: {user: shop, group: shop}
    service: {systemd: {unit: shop.service}}
    """;
  }

  @Override
  public String variables() {
    return "{LOG_LEVEL: info}";
  }

  @Override
  public String bounds() {
    return "hosts: [\"127.*\"], sourceHosts: [127.0.0.1]";
  }

  @Override
  public void clear() {
    everywhere(
        "rm -f %s; systemctl stop shop; systemctl reset-failed shop || true; rm -rf /srv/shop"
            .formatted(BRAKE));
  }

  private void everywhere(String script) {
    hosts.all().parallelStream().forEach(host -> run(host, script));
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
