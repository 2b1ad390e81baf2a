package dev.slipway.agent.manifest.reading;

import static dev.slipway.agent.manifest.reading.DesiredTest.SHOP;
import static dev.slipway.agent.manifest.reading.DesiredTest.deployed;
import static dev.slipway.agent.manifest.reading.DesiredTest.invalid;
import static dev.slipway.agent.manifest.reading.DesiredTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.fleet.Instance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: servers are named as written. Method: a small repository, one reference at a time. */
final class FrontsTest {
  @ParameterizedTest
  @CsvSource({
    "'{{host.name}}-{{port}}', web2-8001",
    "'{{environment}}:{{role}}.{{slot}}_{{host.name}}', production:shop.current_web2",
    "'{{host.address}}', web2.example.com"
  })
  void aServersNameFollowsItsPattern(String pattern, String name) {
    String server = "{name: front, backend: be_shop, server: \"%s\"}".formatted(pattern);
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT.replace("[{name: front}]", "[" + server + "]"));

    var route = deployed(read(tree), SHOP).fronts().getFirst().route();

    assertThat(route.backend()).isEqualTo("be_shop");
    assertThat(route.servers().get(new Instance("web2", "shop", "current")))
        .extracting(Route.Server::name)
        .isEqualTo(name);
  }

  @Test
  void aServersNameThatNoBalancerCouldHaveIsAProblem() {
    String server = "{name: front, server: \"%s\"}".formatted("{{host.address}}".repeat(12));
    String address = "{{host.name}}.a-rather-long-domain.example.com";
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT
                    .replace("[{name: front}]", "[" + server + "]")
                    .replace("{{host.name}}.example.com", address));

    assertThat(invalid(read(tree), SHOP)).contains("is not a server name");
  }

  @Test
  void aBalancersMasterAndStateDirectoryAreRead() {
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT.replace(
                    "{socket: /run/haproxy.sock}",
                    "{socket: /run/haproxy.sock, master: /run/m.sock, stateDirectory:"
                        + " /var/lib/s}"));

    assertThat(deployed(read(tree), SHOP).fronts().getFirst().balancer())
        .isEqualTo(
            new BalancerSpec.Haproxy(
                "front",
                List.of(),
                "/run/haproxy.sock",
                Optional.of("/run/m.sock"),
                Optional.of("/var/lib/s")));
  }
}
