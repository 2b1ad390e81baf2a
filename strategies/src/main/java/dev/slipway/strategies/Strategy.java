package dev.slipway.strategies;

import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.webhook.Webhooks;
import java.time.Duration;
import java.util.List;

/** How one release takes the place of another; each strategy is a record of its parameters. */
public sealed interface Strategy
    permits Rolling, Recreate, BlueGreen, Canary, Ramped, Shadow, AbTest, Strategy.Attended {

  /** Returns the name that manifests use. */
  String name();

  /** Returns how long nothing may move before the rollout counts as failed. */
  Duration progressDeadline();

  /** Returns the same with nobody to ask: a way back has no gates, ever. */
  Strategy unattended();

  /** Returns what to do, or why it cannot be done. Pure: the same situation, the same answer. */
  Planning plan(Situation situation);

  /**
   * A strategy that asks and tells services of others on its way.
   *
   * @param own what it is without them
   */
  record Attended(Strategy own, List<Webhook> webhooks) implements Strategy {
    public Attended {
      webhooks = List.copyOf(webhooks);
      if (own instanceof Attended || webhooks.isEmpty()) {
        throw new IllegalArgumentException("there is nothing to attend to in " + own);
      }
    }

    @Override
    public String name() {
      return own.name();
    }

    @Override
    public Duration progressDeadline() {
      return own.progressDeadline();
    }

    @Override
    public Strategy unattended() {
      return own.unattended();
    }

    @Override
    public Planning plan(Situation situation) {
      return in(own.plan(situation), situation);
    }

    /**
     * Returns a plan with the webhooks in it: nobody is asked about a release that is trusted, nor
     * about the first one, which no user is waiting behind.
     */
    Planning in(Planning planning, Situation situation) {
      return planning instanceof Planning.Ready(var plan)
              && situation.isNew()
              && !new Hosts(situation).isFirstDeploy()
          ? new Planning.Ready(Webhooks.in(plan, Returning.length(plan), webhooks))
          : planning;
    }
  }
}
