package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.http.Calls;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.gate.Webhook;

/** How the webhooks of one deployment are called. Safe for use by several threads. */
public interface Webhooks {

  /**
   * Calls one once, and shows it the secret that it is to have.
   *
   * @param cut ends the call
   */
  Calls.Called call(Webhook webhook, Calls.Message message, Signal cut);
}
