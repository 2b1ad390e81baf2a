package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.e2e.world.HaproxyMachines;
import dev.slipway.agent.e2e.world.MachineFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Machines on which each preview is an instance of a unit of systemd, behind HAProxy on the one
 * that is called {@code lb1}.
 *
 * <p>HAProxy has a backend for each port of the range, and finds it by the host of a request.
 */
final class MachineGround implements Ground {
  private static final int FIRST_PORT = 9000;
  private static final String STATISTICS = "127.0.0.1:8404";
  private static final Pattern PORT =
      Pattern.compile("/srv/preview[.](?<slug>[^/]+)/env/current[.]env:PORT=\"?(?<port>\\d+)\"?");
  private static final String UNIT =
      """
      [Service]
      User=shop
      EnvironmentFile=/srv/preview.%i/env/current.env
      WorkingDirectory=/srv/preview.%i/current
      ExecStart=/bin/sh -c 'exec bin/start --address 0.0.0.0 --port $PORT'
      Restart=always
      """;

  private final DockerHosts hosts;
  private final List<DockerHost> members;

  private MachineGround(DockerHosts hosts) {
    this.hosts = hosts;
    this.members = hosts.all().stream().filter(host -> !host.name().startsWith("lb")).toList();
  }

  /** Prepares machines as an administrator does, and lets in the agent of a directory. */
  static MachineGround on(DockerHosts hosts, Path directory) {
    var ground = new MachineGround(hosts);
    MachineFleet.on(hosts).letIn(directory, "preview");
    String script =
        "cat >/etc/systemd/system/shop@.service <<'END'\n%sEND\nsystemctl daemon-reload"
            .formatted(UNIT);
    ground.members.forEach(host -> run(host, script));
    HaproxyMachines.on(List.of(hosts.host("lb1")), ground.proxies());
    return ground;
  }

  private String proxies() {
    return """
    frontend previews
      bind :%d
      use_backend preview_%%[req.hdr(host),field(1,.)]
    listen statistics
      bind %s
      stats enable
      stats uri /
    """
            .formatted(hosts.appPorts().getFirst(), STATISTICS)
        + IntStream.range(FIRST_PORT, FIRST_PORT + PORTS)
            .mapToObj(this::backend)
            .collect(Collectors.joining());
  }

  private String backend(int port) {
    return "backend preview_%d\n  option httpchk GET /up\n".formatted(port)
        + members.stream()
            .map(host ->
                "  server %s %s:%d check inter 200ms fall 2 rise 1 disabled\n"
                    .formatted(host.name(), host.innerAddress(), port))
            .collect(Collectors.joining());
  }

  @Override
  public String hosts() {
    return MachineFleet.inventory(hosts, host -> members.contains(host) ? "web" : "lb");
  }

  @Override
  public String balancer() {
    return "haproxy: {group: lb, socket: %s}".formatted(HaproxyMachines.SOCKET);
  }

  @Override
  public String reference() {
    return ", backend: \"preview_{{port}}\"";
  }

  @Override
  public String variables() {
    return "{LOG_LEVEL: info}";
  }

  @Override
  public String domain() {
    return "{{port}}.dev.test";
  }

  @Override
  public int firstPort() {
    return FIRST_PORT;
  }

  @Override
  public String service() {
    return """
    deployPath: "/srv/{{environment}}"
    owner: {user: shop, group: shop}
    service: {systemd: {unit: "shop@{{branch.slug}}.service"}}
    """;
  }

  @Override
  public String bounds() {
    return "";
  }

  @Override
  public InetSocketAddress front(String slug) {
    try {
      byte[] address = InetAddress.ofLiteral(hosts.host("lb1").address()).getAddress();
      String domain = ports().get(slug) + ".dev.test";
      return new InetSocketAddress(
          InetAddress.getByAddress(domain, address), hosts.appPorts().getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> processes(String slug) {
    String script =
        "systemctl show -p MainPID,ActiveEnterTimestampMonotonic shop@" + slug + ".service";
    return members.stream()
        .map(host -> run(host, script))
        .filter(process -> !process.contains("MainPID=0\n"))
        .toList();
  }

  /** Asks the machines themselves: all have to say the same. */
  @Override
  public Map<String, Integer> ports() {
    List<String> lines =
        members.stream()
            .flatMap(host -> run(host, "grep -rH ^PORT= /srv --include=current.env; true").lines())
            .distinct()
            .toList();
    return lines.stream()
        .map(PORT::matcher)
        .filter(Matcher::matches)
        .collect(
            Collectors.toMap(
                found -> found.group("slug"), found -> Integer.valueOf(found.group("port"))));
  }

  @Override
  public void assertNothingLeft(String slug) {
    for (DockerHost host : members) {
      String units = "systemctl list-units --all --plain --no-legend 'shop@%s.*'".formatted(slug);
      assertThat(run(host, units)).as(host.name()).isEmpty();
      assertThat(run(host, "ls /srv")).as(host.name()).doesNotContain("preview." + slug + "\n");
    }
    assertThat(serving())
        .as(statistics())
        .containsExactlyInAnyOrderElementsOf(
            ports().values().stream()
                .flatMap(port -> members.stream().map(host -> port + " " + host.name()))
                .toList());
  }

  /** Returns the port and the host of each server that HAProxy sends requests to. */
  private List<String> serving() {
    return statistics()
        .lines()
        .filter(line -> line.startsWith("preview_") && line.contains(",UP,"))
        .filter(line -> !line.contains(",BACKEND,"))
        .map(line -> line.replaceAll("preview_(\\d+),([^,]+),.*", "$1 $2"))
        .toList();
  }

  private String statistics() {
    return run(hosts.host("lb1"), "curl -fsS 'http://%s/;csv'".formatted(STATISTICS));
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
