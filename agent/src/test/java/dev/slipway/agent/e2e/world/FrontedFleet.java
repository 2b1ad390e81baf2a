package dev.slipway.agent.e2e.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whole machines of which those called {@code lb} run HAProxy, each in front of all the others.
 *
 * <p>Their HAProxy is Debian's unit, starts with all servers disabled, and listens on the
 * application's port.
 */
public final class FrontedFleet implements Fleet {
  private final DockerHosts hosts;
  private final MachineFleet machines;
  private final HaproxyMachines haproxies;
  private String inRepair = "";
  private String leftOut = "";

  private FrontedFleet(DockerHosts hosts) {
    this.hosts = hosts;
    this.machines = MachineFleet.on(hosts);
    this.haproxies = HaproxyMachines.on(balancers(), proxies());
  }

  /** Prepares machines as an administrator does: accounts, units, and HAProxy where it belongs. */
  public static FrontedFleet on(DockerHosts hosts) {
    return new FrontedFleet(hosts);
  }

  private String proxies() {
    String servers =
        members().stream()
            .map(host ->
                "  server %s %s:%d check inter 200ms fall 2 rise 1 disabled%n"
                    .formatted(host.name(), host.innerAddress(), appPort()))
            .collect(Collectors.joining());
    return """
    frontend shop
      bind :%d
      default_backend be_shop
    backend be_shop
      option httpchk GET /up
    %s\
    """
        .formatted(appPort(), servers);
  }

  /** Puts the key and the host keys where an agent looks whose own file lies in a directory. */
  public FrontedFleet letIn(Path directory) {
    machines.letIn(directory);
    return this;
  }

  /** Which host is marked as in repair when the environment is described next; none if empty. */
  public void repair(String host) {
    inRepair = host;
  }

  /** Which host is not there yet when the environment is described next; none if empty. */
  public void leaveOut(String host) {
    leftOut = host;
  }

  /** Lets no program of the application start from now on. */
  public void brake() {
    machines.brake();
  }

  /** Lets the programs start again. */
  public void goOn() {
    members().forEach(MachineFleet::release);
  }

  public void stopBalancer(String name) {
    run(hosts.host(name), "systemctl stop haproxy");
  }

  public void startBalancer(String name) {
    run(hosts.host(name), "systemctl start haproxy");
  }

  /** Returns the first machine of the balancers as what requests go to. */
  public Front front() {
    var lines =
        new Front.Lines(
            "{name: front, haproxy: {group: lb, socket: %s}}".formatted(HaproxyMachines.SOCKET),
            "{name: front, backend: be_shop, server: \"{{host.name}}\"}");
    return Front.of(address("lb1"), lines, () -> {});
  }

  /** Returns where a balancer takes requests. */
  public InetSocketAddress address(String balancer) {
    return Loopback.at(hosts.host(balancer).address(), appPort());
  }

  private List<DockerHost> balancers() {
    return hosts.all().stream().filter(host -> host.name().startsWith("lb")).toList();
  }

  /** Returns the machines that run the application. */
  public List<DockerHost> members() {
    return hosts.all().stream().filter(host -> !host.name().startsWith("lb")).toList();
  }

  @Override
  public List<String> addresses() {
    return members().stream().map(DockerHost::address).toList();
  }

  @Override
  public int appPort() {
    return machines.appPort();
  }

  @Override
  public String hosts() {
    return machines
        .hosts()
        .replaceAll("(name: lb.*)groups: \\[web]", "$1groups: [lb]")
        .replaceAll(" *- \\{name: %s,.*\n".formatted(leftOut), "")
        .replaceAll("(name: " + inRepair + ",.*)}", "$1, suspend: true}");
  }

  @Override
  public String service() {
    return machines.service();
  }

  @Override
  public String variables() {
    return machines.variables();
  }

  @Override
  public String bounds() {
    return machines.bounds();
  }

  @Override
  public void clear() {
    machines.clear();
    haproxies.startAnew();
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
