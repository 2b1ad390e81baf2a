package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Strays;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** This machine as several hosts, each with a loopback address and a directory of its own. */
record LocalFleet(Path srv, List<String> addresses, int appPort) implements Fleet {

  static LocalFleet of(Path srv, int hosts, String network) {
    var addresses = IntStream.rangeClosed(1, hosts).mapToObj(i -> network + "." + i).toList();
    return new LocalFleet(srv, addresses, Loopback.freePort(addresses));
  }

  @Override
  public String hosts() {
    return IntStream.range(0, addresses.size())
        .mapToObj(i ->
            "  - {name: web%d, address: %s, groups: [web], local: true}\n"
                .formatted(i + 1, addresses.get(i)))
        .collect(Collectors.joining("", "hosts:\n", ""));
  }

  @Override
  public String service() {
    return """
    deployPath: "%s/{{host.name}}"
    service: {process: {run: [bin/start, --address, "{{host.address}}", --port, "{{port}}"]}}
    """
        .formatted(srv);
  }

  @Override
  public String variables() {
    return "{JAVA: \"%s\"}".formatted(Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  @Override
  public String bounds() {
    return "hosts: [\"127.*\"], local: true, sourceHosts: [127.0.0.1], deployPaths: [\"%s\"]"
        .formatted(srv);
  }

  @Override
  public void clear() {
    Strays.end(srv);
  }
}
