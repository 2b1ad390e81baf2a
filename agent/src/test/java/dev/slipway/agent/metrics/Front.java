package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Map;
import java.util.concurrent.Executors;

/** Sends requests through a balancer to one instance or the other. */
record Front(Balancer balancer, int port) {
  private static final int USERS = 32;

  static Route route(Apps apps) {
    return new Route(
        "be_shop",
        Map.of(
            A, new Route.Server("a", "127.0.200.1", apps.address(A).getPort()),
            B, new Route.Server("b", "127.0.200.1", apps.address(B).getPort())));
  }

  void ask(Instance instance, int good, int bad) {
    onlyTo(instance);
    for (int i = 0; i < good; i++) {
      assertThat(Apps.ask(Loopback.at("127.0.0.1", port), "/")).isEqualTo(200);
    }
    for (int i = 0; i < bad; i++) {
      assertThat(Apps.ask(Loopback.at("127.0.0.1", port), "/bad")).isEqualTo(500);
    }
  }

  void askSlowly(Instance instance) {
    onlyTo(instance);
    assertThat(Apps.ask(Loopback.at("127.0.0.1", port), "/slow")).isEqualTo(200);
  }

  void askSlowlyAtOnce(Instance instance, int requests) {
    onlyTo(instance);
    try (var users = Executors.newFixedThreadPool(USERS)) {
      for (int i = 0; i < requests; i++) {
        users.execute(() -> Apps.ask(Loopback.at("127.0.0.1", port), "/slow"));
      }
    }
  }

  int status(String path) {
    return Apps.ask(Loopback.at("127.0.0.1", port), path);
  }

  private void onlyTo(Instance instance) {
    var states =
        Map.of(
            A, instance.equals(A) ? MemberState.SERVING : MemberState.OUT,
            B, instance.equals(B) ? MemberState.SERVING : MemberState.OUT);
    assertThat(balancer.make(Traffic.stable(states), EPOCH)).isInstanceOf(Answer.Now.class);
  }
}
