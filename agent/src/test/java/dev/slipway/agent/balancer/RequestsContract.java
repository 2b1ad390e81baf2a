package dev.slipway.agent.balancer;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.canary;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what a balancer says is so, is what really happens to requests. Method: the promises of
 * {@link BalancerContract}, and besides real requests to real members, counted.
 */
public abstract class RequestsContract<C extends Carrier> extends BalancerContract<C> {
  private static final int REQUESTS = 400;

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "10, 36, 44", "25, 96, 104", "50, 196, 204", "100, 400, 400"})
  void defect21RequestsAreSharedAsItSaysThoughTheTracksAreNotOfOneSize(
      int percent, int atLeast, int atMost) {
    var made = subject().balancer().make(canary(Share.percent(percent)), EPOCH);
    if (percent % 100 != 0 && !subject().capabilities().contains(Capability.WEIGHTS)) {
      refusal(made);
      return;
    }
    now(made);

    var answers = subject().ask(REQUESTS);

    assertThat(answers.getOrDefault("c", 0)).isBetween(atLeast, atMost);
    assertThat(answers.getOrDefault("a", 0) - answers.getOrDefault("b", 0)).isBetween(-4, 4);
    assertThat(answers.keySet()).isSubsetOf("a", "b", "c");
  }

  @Test
  void aMemberThatDoesNotServeGetsNothingAndComesBack() {
    for (var away : List.of(DRAINING, OUT)) {
      now(subject().balancer().make(states(SERVING, away, SERVING), EPOCH));
      assertThat(subject().ask(20)).containsOnlyKeys("a", "c");

      now(subject().balancer().make(states(SERVING, SERVING, SERVING), EPOCH));
      assertThat(subject().ask(20)).containsOnlyKeys("a", "b", "c");
    }
  }

  @Test
  void whatWasRefusedIsNotFeltByAnyRequest() {
    now(subject().balancer().make(states(SERVING, SERVING, OUT), EPOCH));
    var stranger = subject().strangers().iterator().next();

    refusal(
        subject()
            .balancer()
            .make(Traffic.stable(Map.of(A, OUT, B, OUT, stranger, SERVING)), EPOCH));
    refusal(subject().balancer().make(states(OUT, OUT, SERVING), new Epoch("other", 1)));

    assertThat(subject().ask(20)).containsOnlyKeys("a", "b");
  }

  @Test
  void whileNobodyServesRequestsAreRefused() {
    now(subject().balancer().make(states(OUT, DRAINING, OUT), EPOCH));

    assertThat(subject().ask()).contains(subject().whenNobodyServes());
  }

  @Test
  void aParkedRequestIsAnsweredByWhoComes() {
    var parking = new Nobody.Park(9, Duration.ofMinutes(1));
    var made = subject().balancer().make(states(OUT, OUT, OUT).with(parking), EPOCH);
    if (!subject().capabilities().contains(Capability.PARKING)) {
      refusal(made);
      return;
    }
    now(made);
    var answer = CompletableFuture.supplyAsync(subject()::ask);
    await().during(Duration.ofMillis(300)).until(() -> !answer.isDone());

    now(subject().balancer().make(states(OUT, SERVING, OUT).with(parking), EPOCH));

    assertThat(answer.join()).isEqualTo("b");
  }
}
