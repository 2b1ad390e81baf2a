package dev.slipway.agent.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.haproxy.HaproxyBalancers;
import dev.slipway.agent.balancer.haproxy.cfg.Needs;
import dev.slipway.agent.balancer.istio.IstioBalancers;
import dev.slipway.agent.balancer.nginx.NginxBalancers;
import dev.slipway.agent.balancer.symlink.SymlinkBalancers;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.traffic.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Goal: the pages about balancers say what balancers say. Method: the table and the lines of the
 * pages, beside what the adapters declare.
 */
class CapabilitiesPageTest {
  private static final Pattern ROW =
      Pattern.compile("\\| .*`([A-Z_]+)`\\) " + "\\| (yes|no) ".repeat(5) + "\\|");
  private static final Route ROUTE = new Route("be_shop", Map.of());

  private static String page(String name) throws IOException {
    return Files.readString(Path.of("..", "docs", name));
  }

  private static List<Balancer> balancers(Machines machines) {
    var edge = new BalancerSpec.Edge("edge", "/run/slipway/edge.sock", Optional.empty());
    var haproxy = new BalancerSpec.Haproxy("haproxy", List.of(), "/run/haproxy/admin.sock");
    var nginx = new BalancerSpec.Nginx("nginx", List.of(), "/etc/nginx/slipway/shop.conf");
    return List.of(
        EdgeBalancers.open(edge, ROUTE),
        HaproxyBalancers.open(haproxy, ROUTE, machines, Become.NONE).getFirst(),
        NginxBalancers.open(nginx, ROUTE, machines, Become.NONE).getFirst(),
        SymlinkBalancers.open(
            new BalancerSpec.Symlink("symlink", List.of()), ROUTE, machines, Become.NONE),
        IstioBalancers.open(
            new BalancerSpec.Istio("istio", Path.of("kube"), "shops", "shop", "shop"), ROUTE));
  }

  @Test
  void theTableIsThatOfTheAdapters() throws IOException {
    var table = new EnumMap<Capability, List<String>>(Capability.class);
    for (var row : ROW.matcher(page("balancers.md")).results().toList()) {
      table.put(
          Capability.valueOf(row.group(1)),
          IntStream.rangeClosed(2, row.groupCount()).mapToObj(row::group).toList());
    }
    assertThat(table).containsOnlyKeys(Capability.values());
    try (var machines = Machines.open(Optional.empty())) {
      var balancers = balancers(machines);
      table.forEach((capability, said) ->
          assertThat(
                  balancers.stream()
                      .map(one -> one.capabilities().contains(capability) ? "yes" : "no"))
              .as(capability.toString())
              .isEqualTo(said));
    }
  }

  @Test
  void theLinesForRulesAreThoseThatTheMapsNeed() throws IOException {
    assertThat(page("haproxy.md"))
        .contains(
            "  "
                + String.join("\n  ", Needs.rules("/var/lib/haproxy/slipway", "be_shop"))
                + "\n```");
  }
}
