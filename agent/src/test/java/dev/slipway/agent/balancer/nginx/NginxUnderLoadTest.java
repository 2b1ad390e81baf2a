package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.seen;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a member that is said to be idle can be ended at once. Method: members are drained, ended
 * and admitted one after the other, while clients of both kinds send requests.
 */
final class NginxUnderLoadTest {
  private static final Traffic ALL = states(SERVING, SERVING, SERVING);

  @Test
  void membersThatAreEndedWhenTheyAreIdleLoseNoRequest(@TempDir Path directory) {
    try (var shop = new Shop(directory).start()) {
      var balancer = shop.balancer();
      now(balancer.make(ALL, EPOCH));
      var plan =
          LoadPlan.against(Loopback.at("127.0.0.1", shop.nginx.port(Shop.UPSTREAM)))
              .withPause(Duration.ofMillis(2));
      try (var load = LoadClient.start(plan, Waiter.system())) {
        for (int round = 0; round < 3; round++) {
          for (Instance instance : List.of(Trials.A, Trials.B, Trials.C)) {
            now(balancer.make(ALL.with(instance, DRAINING), EPOCH));
            await()
                .until(() ->
                    seen(now(balancer.observe()), instance).sessions().equals(OptionalInt.of(0)));
            shop.origins.stop(instance.host());
            shop.origins.startAgain(instance.host());
            now(balancer.make(ALL, EPOCH));
          }
        }
        var report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
        assertThat(report.sent()).isGreaterThan(100);
      }
    }
  }
}
