package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Strays;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * This machine as several hosts, each with a loopback address and a directory of its own.
 *
 * @param more what else the agent's own file says of the environment
 */
public record LocalFleet(
    Path srv, List<String> addresses, int appPort, OptionalInt sparePort, String more)
    implements Fleet {

  static LocalFleet of(Path srv, int hosts, String network) {
    var addresses = IntStream.rangeClosed(1, hosts).mapToObj(i -> network + "." + i).toList();
    return new LocalFleet(srv, addresses, Loopback.freePort(addresses), OptionalInt.empty(), "");
  }

  /** Returns hosts with the slots blue and green. */
  public static LocalFleet withSlots(Path srv, int hosts, String network) {
    LocalFleet one = of(srv, hosts, network);
    int spare = Loopback.freePort(one.addresses());
    return new LocalFleet(srv, one.addresses(), one.appPort(), OptionalInt.of(spare), "");
  }

  /** Returns the same hosts, with more that the agent's own file says of their environment. */
  public LocalFleet allowing(String text) {
    return new LocalFleet(srv, addresses, appPort, sparePort, text);
  }

  @Override
  public String ports() {
    return sparePort.isPresent()
        ? "slots: [{name: blue, port: %d}, {name: green, port: %d}]"
            .formatted(appPort, sparePort.getAsInt())
        : Fleet.super.ports();
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
    return "hosts: [\"127.*\"], local: true, sourceHosts: [127.0.0.1], deployPaths: [\"%s\"]%s"
        .formatted(srv, more.isEmpty() ? "" : ", " + more);
  }

  @Override
  public void clear() {
    Strays.end(srv);
  }
}
