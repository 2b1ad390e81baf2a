package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.POOL;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.draining;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.member;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.RuleSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.Where;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.traffic.MemberState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: whatever the agent does to a pool, no request is lost. Method: a load client that counts
 * every request, with and without keep-alive, in front of a real edge and real members.
 */
class EdgeUnderLoadTest {
  private static final Waiter WAITER = Waiter.system();
  private static final int CHANGES = 1_000;

  @TempDir private Path directory;
  private final Origin blue = Origin.named("blue");
  private final Origin green = Origin.named("green");
  private EdgeFixture edge;

  @BeforeEach
  void startTheEdge() {
    edge = EdgeFixture.in(directory);
  }

  @AfterEach
  void stopAll() {
    edge.close();
    blue.close();
    green.close();
  }

  @Test
  void sharesAreRightWithinOnePercentagePoint() {
    weigh(9_000, 1_000);

    var report = load(2_000);

    assertThat(report.lost()).as(report.render()).isZero();
    double part = 100.0 * report.byVersion().getOrDefault("green", 0L) / report.sent();
    assertThat(part).isCloseTo(10, within(1.0));
  }

  @Test
  void weightsThatChangeAllTheTimeLoseNoRequest() {
    weigh(5_000, 5_000);
    try (var load = LoadClient.start(plan(), WAITER)) {
      for (int change = 0; change < 40; change++) {
        weigh(change % 3 * 5_000, 10_000 - change % 3 * 5_000);
        WAITER.await(Duration.ofMillis(50), new Signal());
      }
      weigh(0, 10_000);
      long before = blue.answered();
      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(blue.answered() - before).as("in flight at the last change").isLessThan(20);
    }
  }

  /** By the weights of one and the rules of the other, users would meet what none of them says. */
  @Test
  void noRequestIsSentByTheRulesOfBeforeAndTheWeightsOfAfter() {
    var alone = pool(10_000, 0);
    var divided = pool(5_000, 5_000).with(blueFor("X-User", "ada"));
    edge.make(alone);
    try (var load = LoadClient.start(plan().withHeaders("X-User: ada"), WAITER)) {
      await().until(() -> blue.answered() > 50);
      for (int change = 0; change < CHANGES; change++) {
        edge.make(change % 2 == 0 ? divided : alone);
      }
      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("blue");
    }
  }

  private PoolSpec pool(int ofBlue, int ofGreen) {
    return new PoolSpec(
        POOL,
        Optional.empty(),
        List.of(
            member("blue", blue.address(), ofBlue, MemberState.SERVING),
            member("green", green.address(), ofGreen, MemberState.SERVING)),
        Optional.empty(),
        Optional.empty());
  }

  private static RoutingSpec blueFor(String header, String value) {
    return new RoutingSpec(
        Map.of("stable", List.of("blue"), "candidate", List.of("green")),
        Map.of("stable", 5_000, "candidate", 5_000),
        List.of(new RuleSpec(Where.HEADER, header, value, "stable")),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aMemberDrainsToIdleWithoutALoss() {
    edge.make(serving("blue", blue.address()), serving("green", green.address()));
    try (var load = LoadClient.start(plan(), WAITER)) {
      await().until(() -> blue.answered() > 50 && green.answered() > 50);

      edge.make(draining("blue", blue.address()), serving("green", green.address()));
      await().until(() -> edge.view("blue").sessions() == 0);
      long drained = blue.answered();
      long sent = load.report().sent();
      await().until(() -> load.report().sent() > sent + 200);

      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(blue.answered()).isEqualTo(drained);
      await().until(() -> edge.view("green").sessions() == 0);
    }
  }

  @Test
  void requestsWaitWhileNobodyServes() {
    edge.makeParking(1_000, 10_000, serving("blue", blue.address()));
    try (var load = LoadClient.start(plan(), WAITER)) {
      await().until(() -> blue.answered() > 50);

      edge.makeParking(1_000, 10_000, draining("blue", blue.address()));
      await().until(() -> edge.parked() == 8);
      WAITER.await(Duration.ofSeconds(2), new Signal());
      edge.makeParking(1_000, 10_000, serving("green", green.address()));
      await().until(() -> green.answered() > 50);

      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(edge.parked()).isZero();
    }
  }

  private void weigh(int ofBlue, int ofGreen) {
    edge.make(
        member("blue", blue.address(), ofBlue, MemberState.SERVING),
        member("green", green.address(), ofGreen, MemberState.SERVING));
  }

  private LoadReport load(int requests) {
    try (var load = LoadClient.start(plan(), WAITER)) {
      await().until(() -> load.report().sent() >= requests);
      return load.stop();
    }
  }

  private LoadPlan plan() {
    return LoadPlan.against(edge.listen()).withPause(Duration.ofMillis(1));
  }
}
