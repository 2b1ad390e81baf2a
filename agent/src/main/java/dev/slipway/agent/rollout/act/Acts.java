package dev.slipway.agent.rollout.act;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.rollout.gate.Ballots;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Optional;
import java.util.function.Function;

/** Every step of a plan, made true or looked at by the interpreter of its family. */
public final class Acts {
  /**
   * What ends the waits of a step before their time.
   *
   * @param pauses ends waits that stand between two safe points
   * @param waits ends waits in the middle of a lane
   */
  public record Signals(Signal pauses, Signal waits) {}

  private final Setting setting;
  private final InstanceActs instances;
  private final TrafficActs traffic;
  private final Waits waits;
  private final Judges judges;

  /**
   * Makes the interpreters of one plan.
   *
   * @param background what came of a lane of the background, empty until it ended
   * @param ballots where people are heard
   */
  public Acts(
      Setting setting, Pace pace, Function<String, Optional<Outcome>> background, Ballots ballots) {
    this.setting = setting;
    var proofs = new Proofs(setting, pace);
    waits = new Waits(setting, pace, proofs, background, ballots);
    traffic = new TrafficActs(setting, proofs, pace);
    judges = new Judges(setting, pace, proofs, ballots);
    instances =
        new InstanceActs(
            setting,
            new Farewell(setting, waits, pace),
            proofs,
            new Attempts(pace, setting.limits()));
  }

  /** Returns what people are told of a task that must not simply run again. */
  public static String cutOff(Task task, Instance instance, String seen) {
    return ("task '%s' was cut off on %s, %s, and is not rerunnable: look there whether it was"
            + " done; then 'slipway retry' runs it again, or push another release")
        .formatted(task.name(), instance.host(), seen);
  }

  /** What follows takes something back; see {@link Pool#goBack()}. */
  public void goBack() {
    setting.posts().values().forEach(post -> post.pool().goBack());
  }

  /** What was to be taken back, was. */
  public void endBack() {
    setting.posts().values().forEach(post -> post.pool().endBack());
  }

  /** Tells every balancer of a role the traffic that a plan begins with, or had come to. */
  public Outcome begin(String role, Traffic wanted, Signals signals) {
    return traffic.begin(role, wanted, signals.waits());
  }

  /** Returns what came of a step that nothing has to be done for, as is known without asking. */
  public Optional<Outcome> known(Step step) {
    return step instanceof InstanceStep instance ? instances.known(instance) : Optional.empty();
  }

  /**
   * Makes a step true that is not {@linkplain #known(Step) known} to be so.
   *
   * @param occasion what commands that the step runs, and whom it asks, are told
   * @param announce called before a balancer is told to do this step
   */
  public Outcome apply(Step step, Occasion occasion, Runnable announce, Signals signals) {
    return switch (step) {
      case InstanceStep instance -> instances.apply(instance, occasion, signals.waits());
      case TrafficStep change -> traffic.apply(change, announce, signals.waits());
      case WaitStep wait -> waits.apply(wait, occasion, signals);
      case JudgeStep judge -> judges.apply(judge, occasion, signals);
    };
  }

  /** Looks whether a step that was begun is true already; changes nothing. */
  public Holding observe(Step step) {
    return switch (step) {
      case InstanceStep instance -> instances.observe(instance);
      case TrafficStep change -> traffic.observe(change);
      case WaitStep wait -> waits.observe(wait);
      case JudgeStep _ -> new Holding.NotYet("it is judged again");
    };
  }
}
