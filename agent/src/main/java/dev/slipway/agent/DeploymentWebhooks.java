package dev.slipway.agent;

import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Calls.Called;
import dev.slipway.agent.rollout.gate.Webhooks;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Vault;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.gate.Webhook;
import java.util.Optional;

/** The webhooks of one deployment, which may be shown secrets of its environment and no others. */
record DeploymentWebhooks(Calls calls, Vault vault) implements Webhooks {

  /** A secret is read each time, so that a rotated one is used at once. */
  @Override
  public Called call(Webhook webhook, Calls.Message message, Signal cut) {
    return webhook
        .secret()
        .map(name -> DeploymentNumbers.login(vault, name))
        .map(parsed ->
            switch (parsed) {
              case Login.Parsed.Usable(var login) ->
                  called(webhook, message, Optional.of(login), cut);
              case Login.Parsed.Unusable(var reason) -> new Called.Unanswered(reason);
            })
        .orElseGet(() -> called(webhook, message, Optional.empty(), cut));
  }

  private Called called(Webhook webhook, Calls.Message message, Optional<Login> login, Signal cut) {
    return calls.post(webhook.url(), message, login, webhook.timeout(), cut);
  }
}
