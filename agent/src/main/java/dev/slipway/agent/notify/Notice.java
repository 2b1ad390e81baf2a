package dev.slipway.agent.notify;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that people are told: that a rollout began, that it waits at a gate, or how it ended.
 *
 * @param store the name of the journal, so that no two agents' notices are called the same
 */
record Notice(
    String store,
    Occasion occasion,
    Instant at,
    RolloutStarted started,
    Optional<RolloutEnded> ended,
    Optional<Gate> gate) {

  /**
   * A gate that was reached.
   *
   * @param number how many of the rollout were reached before
   * @param text who is asked, and how to answer
   */
  record Gate(int number, String text) {

    /** Returns the gate that a step of the way there is, if it is one. */
    static Optional<Gate> of(RolloutStarted started, Position position, int number) {
      return position.leg() == 0 && position.part() == Position.Part.STEPS
          ? started
              .plan()
              .lanes()
              .filter(lane -> lane.id().equals(position.lane()))
              .flatMap(lane -> text(lane.steps().get(position.index()), started).stream())
              .findFirst()
              .map(text -> new Gate(number, text))
          : Optional.empty();
    }

    private static Optional<String> text(Step step, RolloutStarted started) {
      return switch (step) {
        case WaitStep.AwaitApproval(var gate, var terms) ->
            Optional.of(
                "'%s' waits for %s, at most %s, then %s; 'slipway approve %s' lets it go on"
                    .formatted(
                        gate,
                        terms,
                        Durations.text(terms.timeout()),
                        then(terms.onTimeout()),
                        started.target()));
        case WaitStep.AwaitWebhook(var before, _, var webhook) ->
            Optional.of(
                "'%s' waits for webhook %s, at most %s, then %s"
                    .formatted(
                        before,
                        webhook,
                        Durations.text(webhook.deadline()),
                        then(webhook.onTimeout())));
        case Step _ -> Optional.empty();
      };
    }

    private static String then(Approval.OnTimeout onTimeout) {
      return onTimeout.name().toLowerCase(Locale.ROOT);
    }
  }

  static Notice of(String store, Instant at, RolloutStarted started) {
    return new Notice(store, Occasion.STARTED, at, started, Optional.empty(), Optional.empty());
  }

  static Notice of(String store, Instant at, RolloutStarted started, RolloutEnded ended) {
    return new Notice(
        store, occasion(ended.ending()), at, started, Optional.of(ended), Optional.empty());
  }

  static Notice of(String store, Instant at, RolloutStarted started, Gate gate) {
    return new Notice(
        store, Occasion.GATE_REACHED, at, started, Optional.empty(), Optional.of(gate));
  }

  /** Returns how many notices of its kind came before it in its rollout. */
  int number() {
    return gate.map(Gate::number).orElse(0);
  }

  private static Occasion occasion(Ending ending) {
    return switch (ending) {
      case SUCCEEDED -> Occasion.SUCCEEDED;
      case ROLLED_BACK -> Occasion.ROLLED_BACK;
      case ABORTED -> Occasion.ABORTED;
      case SUPERSEDED -> Occasion.SUPERSEDED;
      case NEEDS_HELP -> Occasion.NEEDS_HELP;
    };
  }
}
