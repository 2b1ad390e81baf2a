package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.edge.Response.PoolView;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Strays;
import dev.slipway.agent.e2e.world.Front;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One local host, behind an edge or HAProxy on this machine. */
final class LocalGround implements Ground, AutoCloseable {
  private static final String DOMAIN = ".dev.test";

  private final Path directory;
  private final String address;
  private final int firstPort;
  private final Front edge;
  private Optional<HaproxyFixture> haproxy = Optional.empty();

  private LocalGround(Path directory, String address, int firstPort) {
    this.directory = directory;
    this.address = address;
    this.firstPort = firstPort;
    this.edge = Front.edge(directory);
  }

  static LocalGround behindEdge(Path directory, String address, int firstPort) {
    return new LocalGround(directory, address, firstPort);
  }

  /** Puts HAProxy in the place of the edge, with a backend for each port. */
  HaproxyFixture behindHaproxy() {
    var fixture = HaproxyFixture.in(directory.resolve("haproxy"));
    for (int port = firstPort; port < firstPort + PORTS; port++) {
      fixture.backend("preview_" + port, "server dev1 %s:%d disabled".formatted(address, port));
    }
    fixture.start();
    haproxy = Optional.of(fixture);
    return fixture;
  }

  private String control() {
    return directory.resolve("edge.sock").toString();
  }

  private Path srv() {
    return directory.resolve("srv");
  }

  @Override
  public String hosts() {
    return "hosts: [{name: dev1, address: %s, groups: [web], local: true}]\n".formatted(address);
  }

  @Override
  public String balancer() {
    return haproxy
        .map(fixture -> "haproxy: {socket: \"%s\"}".formatted(fixture.socket()))
        .orElse("edge: {control: \"%s\"}".formatted(control()));
  }

  @Override
  public String reference() {
    return haproxy.isPresent() ? ", backend: \"preview_{{port}}\"" : "";
  }

  @Override
  public String variables() {
    return "{JAVA: \"%s\"}".formatted(Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  @Override
  public String domain() {
    return (haproxy.isPresent() ? "{{port}}" : "{{branch.slug}}") + DOMAIN;
  }

  @Override
  public int firstPort() {
    return firstPort;
  }

  @Override
  public String service() {
    return """
    deployPath: "%s/{{environment}}"
    service: {process: {run: [bin/start, --address, "{{host.address}}", --port, "{{port}}"]}}
    """
        .formatted(srv());
  }

  @Override
  public String bounds() {
    return ", local: true, deployPaths: [\"%s\"]".formatted(srv());
  }

  @Override
  public InetSocketAddress front(String slug) {
    try {
      var host = InetAddress.getByAddress(slug + DOMAIN, new byte[] {127, 0, 0, 1});
      return new InetSocketAddress(host, edge.address().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> processes(String slug) {
    String place = srv().resolve("preview." + slug) + "/";
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(place))
        .map(process -> String.valueOf(process.pid()))
        .toList();
  }

  /** Tells whether a preview has a place on the host. */
  boolean lies(String slug) {
    return Files.exists(srv().resolve("preview." + slug));
  }

  /** Tells whether the edge knows a preview. */
  boolean isPooled(String slug) {
    return pools().stream().anyMatch(pool -> pool.name().equals(slug + DOMAIN));
  }

  @Override
  public Map<String, Integer> ports() {
    return pools().stream()
        .collect(
            Collectors.toMap(
                pool -> pool.name().replace(DOMAIN, ""), pool -> pool.members().getFirst().port()));
  }

  private List<PoolView> pools() {
    return EdgeBalancers.status(control()) instanceof EdgeBalancers.Answered.Said(var now)
        ? now.pools()
        : List.of();
  }

  @Override
  public void assertNothingLeft(String slug) {
    assertThat(lies(slug)).isFalse();
    assertThat(processes(slug)).isEmpty();
    assertThat(isPooled(slug)).isFalse();
  }

  @Override
  public void close() {
    haproxy.ifPresent(HaproxyFixture::close);
    edge.close();
    Strays.end(srv());
  }
}
