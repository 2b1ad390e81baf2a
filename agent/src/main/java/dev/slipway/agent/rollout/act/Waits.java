package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.probe.Warmed;
import dev.slipway.agent.rollout.act.Attempts.Tried;
import dev.slipway.agent.rollout.act.Pool.Told;
import dev.slipway.agent.rollout.gate.Ballots;
import dev.slipway.agent.rollout.gate.Ballots.Ballot;
import dev.slipway.agent.rollout.gate.Errands;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approver;
import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Waits, each with an end. */
final class Waits {
  private final Setting setting;
  private final Pace pace;
  private final Proofs proofs;
  private final Attempts attempts;
  private final Function<String, Optional<Outcome>> background;
  private final Ballots ballots;

  /**
   * Makes waits.
   *
   * @param background what came of a lane of the background, empty until it ended
   * @param ballots where people are heard
   */
  Waits(
      Setting setting,
      Pace pace,
      Proofs proofs,
      Function<String, Optional<Outcome>> background,
      Ballots ballots) {
    this.ballots = ballots;
    this.setting = setting;
    this.pace = pace;
    this.proofs = proofs;
    this.attempts = new Attempts(pace, setting.limits());
    this.background = background;
  }

  Outcome apply(WaitStep step, Occasion occasion, Acts.Signals signals) {
    return switch (step) {
      case WaitStep.AwaitIdle(var instance, var policy) ->
          awaitIdle(instance, policy, signals.waits());
      case WaitStep.Pause(var duration) -> pause(duration, occasion.step(), signals.pauses());
      case WaitStep.AwaitApproval gate -> awaitApproval(gate, occasion.step(), signals.pauses());
      case WaitStep.AwaitWebhook gate -> awaitWebhook(gate, occasion, signals.pauses());
      case WaitStep.Join(var lane) -> join(lane, signals.waits());
      case WaitStep.WarmUp(var instance, var warmup) ->
          warmUp(warmup, instance, occasion, signals.waits());
    };
  }

  Holding observe(WaitStep step) {
    return switch (step) {
      case WaitStep.AwaitIdle _ -> new Holding.NotYet("it is looked at again");
      case WaitStep.Pause _ -> new Holding.NotYet("a pause that was cut starts again");
      case WaitStep.AwaitApproval _ -> new Holding.NotYet("approvals are counted again");
      case WaitStep.AwaitWebhook _ -> new Holding.NotYet("the webhook is asked again");
      case WaitStep.Join _ -> new Holding.NotYet("the lane is awaited again");
      case WaitStep.WarmUp _ -> new Holding.NotYet("it is warmed up again");
    };
  }

  /** Single requests may fail: whether it answers well is for the smoke tests to say. */
  private Outcome warmUp(Warmup warmup, Instance instance, Occasion occasion, Signal signal) {
    return attempts.repeat(
        signal,
        () -> {
          var deadline = pace.within(warmup.deadline());
          Warmed warmed =
              setting
                  .prober()
                  .warm(
                      warmup,
                      setting.addressee(instance, occasion),
                      () -> deadline.isOver() || signal.reason().isPresent());
          if (signal.reason().isPresent()) {
            return new Tried.Ended(TrafficActs.cut(signal));
          }
          pace.moved();
          return switch (warmed) {
            case Warmed.Sent sent -> new Tried.Ended(warmed(warmup, instance, sent, signal));
            case Warmed.Unknown(var reason) ->
                new Tried.Again(new Outcome.Errored(reason, Cause.UNREACHABLE));
          };
        });
  }

  private Outcome warmed(Warmup warmup, Instance instance, Warmed.Sent sent, Signal signal) {
    if (sent.answered() == 0) {
      return proofs.blame(
          instance,
          "no request of the warm-up of %s was answered%s"
              .formatted(instance, sent.last().map(last -> ": " + last).orElse("")),
          signal);
    }
    String all = "%d of %d requests answered".formatted(sent.answered(), warmup.requests());
    return new Outcome.Done(
        sent.last()
            .map(last -> "%s, %d of them with errors: %s".formatted(all, sent.errors(), last))
            .orElse(all),
        0);
  }

  private Outcome pause(Duration duration, String position, Signal signal) {
    try (Ballot ballot = ballots.open(position)) {
      Optional<Outcome> ended = rest(() -> !ballot.approvers().isEmpty(), duration, signal);
      if (ended.isPresent()) {
        return ended.get();
      }
      pace.moved();
      return new Outcome.Done(
          ballot.approvers().isEmpty() ? "over" : "ended by " + ballot.approvers().getFirst(), 0);
    }
  }

  /**
   * Lets time pass until something has come, or is over; returns what ended it otherwise. Who is on
   * trial meanwhile has to stay well, or users would meet it for as long as nobody answers.
   */
  private Optional<Outcome> rest(BooleanSupplier come, Duration time, Signal signal) {
    var vigil = proofs.over(setting.onTrial(), signal);
    Duration end = vigil.now().plus(time);
    while (!come.getAsBoolean()) {
      Duration left = end.minus(vigil.now());
      if (!left.isPositive()) {
        return Optional.empty();
      }
      Duration look = setting.limits().watch();
      if (!vigil.rest(left.compareTo(look) < 0 ? left : look)) {
        return vigil.lost().or(() -> Optional.of(TrafficActs.cut(signal)));
      }
    }
    return Optional.empty();
  }

  private Outcome awaitApproval(WaitStep.AwaitApproval gate, String position, Signal signal) {
    Approval terms = gate.approval();
    try (Ballot ballot = ballots.open(position)) {
      Duration left = terms.timeout().minus(ballot.waited());
      Optional<Outcome> ended = rest(() -> terms.isGivenBy(ballot.approvers()), left, signal);
      if (ended.isPresent()) {
        return ended.get();
      }
      pace.moved();
      return terms.isGivenBy(ballot.approvers())
          ? new Outcome.Done("approved by " + names(ballot.approvers()), 0)
          : unapproved(gate, ballot.approvers());
    }
  }

  /** Nobody judged the release, so nothing is said against it. */
  private static Outcome unapproved(WaitStep.AwaitApproval gate, List<Approver> approving) {
    Approval terms = gate.approval();
    String late =
        "'%s' was approved by %d of %d within %s"
            .formatted(
                gate.gate(),
                terms.count(approving),
                terms.minApproverNum(),
                Durations.text(terms.timeout()));
    return switch (terms.onTimeout()) {
      case ABORT -> new Outcome.Errored(late, Cause.DEADLINE);
      case PROCEED -> new Outcome.Done(late + ", and goes on", 0);
    };
  }

  private Outcome awaitWebhook(WaitStep.AwaitWebhook gate, Occasion occasion, Signal signal) {
    var vigil = proofs.over(setting.onTrial(), signal);
    try (Ballot ballot = ballots.open(occasion.step())) {
      return new Errands(setting.ground().webhooks(), setting.fleet(), ballots.clock())
          .confirm(gate, ballot.waited(), new Errands.Trip(occasion, vigil, signal))
          .or(vigil::lost)
          .orElseGet(() -> TrafficActs.cut(signal));
    }
  }

  private static String names(List<Approver> people) {
    return people.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private Outcome join(String lane, Signal signal) {
    while (true) {
      Optional<Outcome> ended = background.apply(lane);
      if (ended.isPresent()) {
        return joined(lane, ended.get());
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private static Outcome joined(String lane, Outcome ended) {
    return switch (ended) {
      case Outcome.Done _, Outcome.Held _, Outcome.PassedOver _ ->
          new Outcome.Done(lane + " is done", 0);
      case Outcome.Bad(var detail, var log) -> new Outcome.Bad(lane + ": " + detail, log);
      case Outcome.Errored(var detail, var cause) ->
          new Outcome.Errored(lane + ": " + detail, cause);
      case Outcome.Cut cut -> cut;
    };
  }

  /** Nothing is left on the instance, by every balancer's word, or the policy has acted. */
  Outcome awaitIdle(Instance instance, DrainPolicy policy, Signal signal) {
    var deadline = pace.within(policy.timeout());
    while (true) {
      Told told = setting.pool(instance).look();
      switch (told) {
        case Told.Said(var observed) when isIdle(instance, observed) -> {
          setting.pool(instance).release(instance);
          return new Outcome.Done("idle after " + Durations.text(deadline.passed()), 0);
        }
        case Told.Said _, Told.Denied _, Told.Silent _ -> {}
      }
      if (deadline.isOver()) {
        return late(instance, policy, told);
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private Outcome late(Instance instance, DrainPolicy policy, Told told) {
    return switch (told) {
      case Told.Said(var observed) when isSent(instance, observed) ->
          new Outcome.Errored(instance + " still gets requests", Cause.REFUSED);
      case Told.Said(var observed) -> policyActs(instance, policy, sessions(instance, observed));
      case Told.Denied(var reason) -> new Outcome.Errored(reason, Cause.REFUSED);
      case Told.Silent(var reason) -> new Outcome.Errored(reason, Cause.UNAVAILABLE);
    };
  }

  private Outcome policyActs(Instance instance, DrainPolicy policy, String sessions) {
    String left =
        "%s outlived %s on %s".formatted(sessions, Durations.text(policy.timeout()), instance);
    return switch (policy.onTimeout()) {
      case PROCEED -> {
        setting.pool(instance).release(instance);
        yield new Outcome.Done(left + " and are cut", 0);
      }
      case ABORT -> new Outcome.Errored(left, Cause.DEADLINE);
    };
  }

  /** Returns why an instance must not be stopped; nothing if traffic has left it. */
  Optional<String> stillServed(Instance instance) {
    return switch (setting.pool(instance).look()) {
      case Told.Said(var observed) ->
          isSent(instance, observed)
              ? Optional.of("a balancer still sends requests to " + instance)
              : Optional.empty();
      case Told.Denied(var reason) -> Optional.of(reason);
      case Told.Silent(var reason) -> Optional.of(reason);
    };
  }

  private static boolean isSent(Instance instance, Map<String, Observed> observed) {
    return observed.values().stream().anyMatch(one -> Shown.isSent(one.members().get(instance)));
  }

  /** A balancer that cannot count leaves nobody sure, so its time-out decides. */
  private static boolean isIdle(Instance instance, Map<String, Observed> observed) {
    return observed.values().stream()
        .allMatch(one -> {
          Seen seen = one.members().get(instance);
          return seen == null || (!Shown.isSent(seen) && seen.sessions().orElse(1) == 0);
        });
  }

  private static String sessions(Instance instance, Map<String, Observed> observed) {
    int sum = 0;
    for (Observed one : observed.values()) {
      Seen seen = one.members().get(instance);
      if (seen != null && seen.sessions().isEmpty()) {
        return "an unknown number of sessions";
      }
      sum += seen == null ? 0 : seen.sessions().orElse(0);
    }
    return sum + " sessions";
  }
}
