package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Goal: hosts that share a machine do not share a directory. Method: places of an application whose
 * directory names the host.
 */
class PlaceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void theHostsNameIsAPartOfTheDirectory() {
    assertThat(place("web1", "/srv/{{host.name}}/shop").deployPath()).isEqualTo("/srv/web1/shop");
    assertThat(place("web2", "/srv/{{environment}}/shop").deployPath()).isEqualTo("/srv/demo/shop");
    assertThat(place("web3", "/srv/shop").deployPath()).isEqualTo("/srv/shop");
  }

  private static Place place(String host, String deployPath) {
    var timing = new Health.Timing(SECOND, SECOND, 1, Duration.ZERO, SECOND);
    var role =
        new Role(
            "web",
            List.of(new Slot(Slot.CURRENT, OptionalInt.empty())),
            new Health.Running(timing),
            new DrainPolicy(SECOND, DrainPolicy.OnTimeout.PROCEED),
            SECOND);
    return new Place(
        new Application("shop", deployPath, Optional.empty(), List.of(role), 2),
        role,
        new Host(host, "127.0.0.11", Optional.empty(), Reach.LOCAL, Map.of()),
        Map.of("environment", "demo"),
        Become.NONE);
  }
}
