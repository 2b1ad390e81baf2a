package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Calls.Called;
import dev.slipway.agent.rollout.gate.Webhooks;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.gate.Webhook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** Services of others in memory: each answers as a test says, by how often it was called before. */
public final class FakeServices implements Webhooks {
  private final Map<String, IntFunction<Called>> answers = new ConcurrentHashMap<>();
  private final List<Received> received = new ArrayList<>();

  /** One call as it arrived. */
  public record Received(String name, Calls.Message message) {}

  /** From now on the webhook answers this, at its first call for 0. */
  public void answers(String name, IntFunction<Called> answer) {
    answers.put(name, answer);
  }

  /** From now on the webhook answers with this status. */
  public void answers(String name, int status) {
    answers(name, _ -> new Called.Answered(status));
  }

  @Override
  public Called call(Webhook webhook, Calls.Message message, Signal cut) {
    int before;
    synchronized (received) {
      before = calls(webhook.name()).size();
      received.add(new Received(webhook.name(), message));
    }
    return answers.getOrDefault(webhook.name(), _ -> new Called.Answered(200)).apply(before);
  }

  /** Returns what a webhook was sent. */
  public List<Calls.Message> calls(String name) {
    synchronized (received) {
      return received.stream()
          .filter(one -> one.name().equals(name))
          .map(Received::message)
          .toList();
    }
  }

  /** Returns the steps at which any was called, without the leg. */
  public List<String> names() {
    synchronized (received) {
      return received.stream()
          .map(Received::name)
          .sorted(Comparator.naturalOrder())
          .distinct()
          .toList();
    }
  }
}
