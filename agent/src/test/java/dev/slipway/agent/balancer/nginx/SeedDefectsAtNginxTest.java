package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.C;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the first scripts did wrong to nginx with {@code sed} stays mended. Method: a real
 * nginx whose members' addresses begin alike, beside words of its owner's that look like them.
 */
final class SeedDefectsAtNginxTest {
  private static final String OWNERS = "# server 127.0.0.1:%d; and 127x0x0x1:%<d are no members\n";

  @Test
  void defect09AMemberWhoseAddressBeginsLikeAnothersIsAnother(@TempDir Path directory)
      throws IOException {
    try (var shop = new Shop(directory)) {
      int port = shop.origins.address("a").getPort();
      var route =
          new Route(
              Shop.UPSTREAM,
              Map.of(
                  A, server("127.0.0.1", port),
                  B, server("127.0.0.10", port),
                  C, server("127.0.0.11", port)));
      shop.nginx.with(shop.file(), shop.lacking(shop.spec, route));
      Files.writeString(shop.file(), shop.text() + OWNERS.formatted(port));
      shop.nginx.start();
      var balancer = shop.balancer(shop.spec, route);
      var wanted = states(DRAINING, SERVING, SERVING);

      now(balancer.make(wanted, EPOCH));
      var again = now(balancer.make(wanted, EPOCH));

      Trials.assertStates(again, wanted);
      assertThat(shop.text().lines().map(String::strip).filter(line -> line.contains(" down")))
          .singleElement()
          .asString()
          .matches("server 127\\.0\\.0\\.1:%d(?: [^ ]+)* down;.*".formatted(port));
      assertThat(shop.text()).endsWith(OWNERS.formatted(port));
      shop.nginx.restart();
      Trials.assertStates(now(balancer.make(wanted, EPOCH)), wanted);
    }
  }

  private static Route.Server server(String address, int port) {
    return new Route.Server(address, address, port);
  }
}
