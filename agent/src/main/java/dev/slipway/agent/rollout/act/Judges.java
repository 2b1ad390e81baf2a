package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.probe.Addressee;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.rollout.act.Attempts.Tried;
import dev.slipway.agent.rollout.act.Pool.Told;
import dev.slipway.agent.rollout.gate.Ballots;
import dev.slipway.agent.rollout.gate.Ballots.Ballot;
import dev.slipway.agent.rollout.gate.Errands;
import dev.slipway.agent.rollout.judge.Analyst;
import dev.slipway.agent.rollout.judge.Formers;
import dev.slipway.agent.rollout.judge.Referee;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.plan.JudgeStep;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Judges whether to go on. */
final class Judges {
  private final Setting setting;
  private final Pace pace;
  private final Proofs proofs;
  private final Attempts attempts;
  private final Errands errands;
  private final Ballots ballots;
  private final Formers formers;

  Judges(Setting setting, Pace pace, Proofs proofs, Ballots ballots) {
    this.errands = new Errands(setting.ground().webhooks(), setting.fleet(), ballots.clock());
    this.ballots = ballots;
    this.formers = new Formers(ballots.journal(), ballots.rollout());
    this.setting = setting;
    this.pace = pace;
    this.proofs = proofs;
    this.attempts = new Attempts(pace, setting.limits());
  }

  Outcome apply(JudgeStep step, Occasion occasion, Acts.Signals signals) {
    return switch (step) {
      case JudgeStep.Capacity(var role, var minServing) ->
          enough(setting.post(role), minServing, signals.waits());
      case JudgeStep.Smoke(var instance, var tests) ->
          smoke(tests, instance, setting.addressee(instance, occasion), signals.waits());
      case JudgeStep.Analysis analysis -> judged(analysis, signals.pauses());
      case JudgeStep.Former former -> measured(former, signals.pauses());
      case JudgeStep.Call call -> called(call, occasion, signals.pauses());
      case JudgeStep.Watch watch -> watched(watch, occasion, signals);
      case JudgeStep.Contested contested -> decided(contested, occasion.step(), signals.pauses());
    };
  }

  /**
   * Watching a release is a pause, too: whatever cuts pauses cuts it. Balancers hide that it died,
   * so that no number would tell.
   */
  private Outcome judged(JudgeStep.Analysis step, Signal signal) {
    var vigil = proofs.over(step.candidates(), signal);
    return new Analyst(setting.ground().metrics(), formers.known())
        .judge(step, vigil)
        .map(Judges::outcome)
        .or(vigil::lost)
        .orElseGet(() -> TrafficActs.cut(signal));
  }

  private Outcome measured(JudgeStep.Former step, Signal signal) {
    return formers
        .measure(step, setting.ground().metrics(), pace.passing(signal))
        .<Outcome>map(detail -> new Outcome.Done(detail, 0))
        .orElseGet(() -> TrafficActs.cut(signal));
  }

  private Outcome called(JudgeStep.Call call, Occasion occasion, Signal signal) {
    return errands
        .call(call, new Errands.Trip(occasion, pace.passing(signal), signal))
        .orElseGet(() -> TrafficActs.cut(signal));
  }

  /** Its time goes on over a crash, as that of an approval does. */
  private Outcome decided(JudgeStep.Contested step, String position, Signal signal) {
    var vigil = proofs.over(step.candidates(), signal);
    try (Ballot ballot = ballots.open(position)) {
      return new Referee(setting.ground().metrics(), formers.known())
          .judge(step, ballot.waited(), vigil)
          .map(Judges::outcome)
          .or(vigil::lost)
          .orElseGet(() -> TrafficActs.cut(signal));
    }
  }

  /** It ends well when the lanes end that it watches, and is cut when the rollout turns. */
  private Outcome watched(JudgeStep.Watch watch, Occasion occasion, Acts.Signals signals) {
    Signal over = signals.pauses();
    return errands
        .watch(watch, new Errands.Trip(occasion, pace.passing(over), over))
        .orElseGet(() ->
            signals.waits().reason().isPresent()
                ? TrafficActs.cut(signals.waits())
                : new Outcome.Done("nothing was said against it", 0));
  }

  private static Outcome outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Pass(var detail) -> new Outcome.Done(detail, 0);
      case Verdict.Fail(var detail) -> new Outcome.Bad(detail, "");
      case Verdict.Errored(var detail) -> new Outcome.Errored(detail, Cause.UNAVAILABLE);
      case Verdict.Inconclusive(var detail) -> new Outcome.Errored(detail, Cause.INCONCLUSIVE);
    };
  }

  private Outcome smoke(List<SmokeTest> tests, Instance instance, Addressee to, Signal signal) {
    for (SmokeTest test : tests) {
      Outcome outcome = attempts.repeat(signal, () -> smoke(test, instance, to, signal));
      if (!outcome.isGood()) {
        return outcome;
      }
      pace.moved();
    }
    return new Outcome.Done(
        tests.size() == 1 ? "passed" : "all %d passed".formatted(tests.size()), 0);
  }

  /** Asks until so many answers are good, or so many bad, that the others make no difference. */
  private Tried smoke(SmokeTest test, Instance instance, Addressee to, Signal signal) {
    SmokeTest.Tries tries = test.tries();
    var deadline = pace.within(tries.deadline());
    int good = 0;
    int bad = 0;
    String last = "no answer was bad";
    while (true) {
      switch (setting.prober().smoke(test, to)) {
        case Checked.Good _ -> good++;
        case Checked.Bad(var reason) -> {
          bad++;
          last = reason;
        }
        case Checked.Unknown(var reason) -> {
          return new Tried.Again(new Outcome.Errored(reason, Cause.UNREACHABLE));
        }
      }
      if (good >= tries.enough()) {
        return new Tried.Ended(new Outcome.Done("passed", 0));
      }
      if (bad > tries.failureLimit() || deadline.isOver()) {
        return new Tried.Ended(proofs.blame(instance, failed(test, instance, good, last), signal));
      }
      if (pace.rest(tries.interval(), signal) == Pace.Rest.CUT) {
        return new Tried.Ended(TrafficActs.cut(signal));
      }
    }
  }

  private static String failed(SmokeTest test, Instance instance, int good, String last) {
    SmokeTest.Tries tries = test.tries();
    String of =
        tries.count() == 1
            ? ""
            : " (%d good answers, and %d of %d must be)"
                .formatted(good, tries.enough(), tries.count());
    return "%s failed a smoke test%s: %s".formatted(instance, of, last);
  }

  private Outcome enough(Setting.Post post, int minServing, Signal signal) {
    var deadline = pace.within(setting.limits().capacityDeadline());
    while (true) {
      Outcome judged = judged(post, minServing);
      if (judged.isGood() || deadline.isOver()) {
        return judged;
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private static Outcome judged(Setting.Post post, int minServing) {
    return switch (serving(post)) {
      case Count.Serving(var instances) when instances.size() >= minServing ->
          new Outcome.Done("%d serve".formatted(instances.size()), 0);
      case Count.Serving(var instances) ->
          new Outcome.Errored(
              "only %d serve %s, and at least %d must"
                  .formatted(instances.size(), instances, minServing),
              Cause.DEADLINE);
      case Count.Unknown(var reason) -> new Outcome.Errored(reason, Cause.UNAVAILABLE);
    };
  }

  private static Count serving(Setting.Post post) {
    if (post.pool().isEmpty()) {
      return new Count.Serving(post.capacity().healthy());
    }
    return switch (post.pool().look()) {
      case Told.Said(var observed) -> new Count.Serving(new TreeSet<>(Shown.serving(observed)));
      case Told.Denied(var reason) -> new Count.Unknown(reason);
      case Told.Silent(var reason) -> new Count.Unknown(reason);
    };
  }

  /** Who serves. */
  private sealed interface Count {
    record Serving(Set<Instance> instances) implements Count {}

    record Unknown(String reason) implements Count {}
  }
}
