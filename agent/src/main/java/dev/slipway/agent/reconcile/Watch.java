package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.adoption.Adoption;
import dev.slipway.agent.reconcile.decision.Decision;
import dev.slipway.agent.reconcile.decision.Healing.Remedy;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.reconcile.turns.Unity;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.Roles;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Looks at an application that is as it should be, and tells what others changed. */
final class Watch {
  private static final int HISTORY = 50;

  private final Services services;
  private final Unity unity;
  private volatile Optional<Fleet> settled = Optional.empty();
  private volatile Optional<Map<String, String>> generations = Optional.empty();
  private volatile Optional<Deployment> resting = Optional.empty();

  private Optional<Map<String, String>> seenMarks = Optional.empty();

  Watch(Services services, Unity unity) {
    this.services = services;
    this.unity = unity;
  }

  /** What was found. */
  sealed interface Verdict {
    /** Nothing is left to do. */
    record AsItShouldBe(Observation.Seen seen) implements Verdict {}

    /** A balancer lost what it was told, because it was restarted or reloaded. */
    record Restarted(Observation.Seen seen, String balancer) implements Verdict {
      String cause() {
        return "balancer %s was restarted".formatted(balancer);
      }
    }

    /** Balancers in front of one role do not say the same, and can be brought to agree. */
    record Split(Observation.Seen seen) implements Verdict {}

    /** Something is not as it was left, and a rollout would change it back. */
    record Drifted(Observation.Seen seen, Condition how) implements Verdict {}

    /** Something is out of reach or out of order, and no rollout would change that. */
    record Impaired(Observation.Seen seen, List<Condition> how) implements Verdict {
      public Impaired {
        how = List.copyOf(how);
      }
    }

    /** It cannot be looked at. */
    record CannotTell(String reason) implements Verdict {}

    /** Returns why what is stable has to be rolled out once more; nothing if it has not. */
    default Optional<String> cause(Function<Condition, Remedy> remedy) {
      return switch (this) {
        case Restarted restarted -> Optional.of(restarted.cause());
        case Drifted(var _, var how) ->
            remedy.apply(how) instanceof Remedy.Roll(var cause)
                ? Optional.of(cause)
                : Optional.empty();
        case AsItShouldBe _, Split _, Impaired _, CannotTell _ -> Optional.empty();
      };
    }

    /** Returns what was seen. */
    default Optional<Observation.Seen> sight() {
      return switch (this) {
        case AsItShouldBe(var seen) -> Optional.of(seen);
        case Restarted(var seen, var _) -> Optional.of(seen);
        case Split(var seen) -> Optional.of(seen);
        case Drifted(var seen, var _) -> Optional.of(seen);
        case Impaired(var seen, var _) -> Optional.of(seen);
        case CannotTell _ -> Optional.empty();
      };
    }
  }

  /** Remembers what the application stands on, now that it is as it should be. */
  void settled(Deployment deployment) {
    settled = Optional.of(deployment.fleet());
    // Those of before the rollout: one that was rotated meanwhile may not be everywhere.
    Map<String, String> marks = seenMarks.orElseGet(() -> marks(deployment));
    if (!marks.equals(services.journal().secretMarks(deployment.target()))) {
      services.journal().append(new Event.SecretsSettled(deployment.target(), marks));
    }
  }

  private Map<String, String> marks(Deployment deployment) {
    return services
        .keyring()
        .marks(deployment.target().environment(), deployment.release().secrets());
  }

  /** Returns whether hosts, slots, variables or secrets differ from when it was last settled. */
  Decision.Ground ground(Deployment deployment) {
    if (settled.isEmpty()) {
      settled = lastDeployment(deployment.target()).map(Deployment::fleet);
    }
    boolean isSame = settled.filter(deployment.fleet()::equals).isPresent();
    Map<String, String> marks = marks(deployment);
    seenMarks = Optional.of(marks);
    return isSame && marks.equals(services.journal().secretMarks(deployment.target()))
        ? Decision.Ground.SAME
        : Decision.Ground.CHANGED;
  }

  /** Returns the deployment of the last rollout, as far as the journal still has it. */
  Optional<Deployment> lastDeployment(Target target) {
    Journal journal = services.journal();
    return journal.history(target, 1).stream()
        .map(Summary::rollout)
        .flatMap(rollout -> journal.events(rollout).stream())
        .map(Entry::event)
        .filter(Event.RolloutStarted.class::isInstance)
        .map(event -> ((Event.RolloutStarted) event).deployment())
        .findFirst();
  }

  /** Returns everything that a decision about a release is made from. */
  Decision.Facts facts(
      Deployment deployment,
      Delivery delivery,
      Past past,
      Optional<Instant> retried,
      Admission admission) {
    Instant now = services.clock().instant();
    List<Summary> history =
        services.journal().history(deployment.target(), HISTORY).stream()
            .takeWhile(one -> retried.isEmpty() || one.ended().isAfter(retried.get()))
            .toList();
    return new Decision.Facts(
        delivery,
        past.stable(),
        services.journal().quarantined(deployment.target()),
        history,
        ground(deployment),
        // Whoever asks for another try has decided about what runs.
        past.isEmpty() && retried.isEmpty() ? foreign(deployment, delivery) : List.of(),
        past.crossed(delivery, admission),
        admission.at(now),
        past.liesBehind(delivery) ? Decision.Direction.BACK : Decision.Direction.FORWARD,
        now);
  }

  private List<Instance> foreign(Deployment deployment, Delivery delivery) {
    return look(deployment, delivery).map(Adoption::foreign).orElse(List.of());
  }

  /** Looks at what was deployed last, whatever is wanted now. */
  Optional<Observation.Seen> lookAtLast(Target target, Delivery stable) {
    return lastDeployment(target).flatMap(last -> look(last, stable));
  }

  Optional<Observation.Seen> look(Deployment deployment, Delivery delivery) {
    return services.rollouts().observe(deployment, delivery) instanceof Observation.Seen seen
        ? Optional.of(seen)
        : Optional.empty();
  }

  /** Looks at what is stable while something else is wanted. */
  Verdict meanwhile(Deployment deployment, Delivery stable, Decision.Meanwhile how) {
    return switch (how) {
      case WATCH_OVER -> over(deployment, stable);
      case UNITE ->
          look(deployment, stable)
              .<Verdict>map(seen ->
                  unity.isSplit(seen) ? new Verdict.Split(seen) : new Verdict.AsItShouldBe(seen))
              .orElseGet(() -> new Verdict.CannotTell("nothing could be seen"));
      case LOOK ->
          look(deployment, stable)
              .<Verdict>map(Verdict.AsItShouldBe::new)
              .orElseGet(() -> new Verdict.CannotTell("nothing could be seen"));
    };
  }

  Verdict over(Deployment deployment, Delivery delivery) {
    resting = Optional.empty();
    return switch (services.rollouts().observe(deployment, delivery)) {
      case Observation.Blind(var reasons) -> new Verdict.CannotTell(String.join("\n", reasons));
      case Observation.Seen seen -> judge(deployment, seen);
    };
  }

  /**
   * Returns whether a balancer was restarted since the application was last as it should be.
   *
   * <p>It costs a few bytes over a local socket; balancers on other hosts are left to the whole
   * look, so that rest needs no connections.
   */
  boolean isBalancerOther() {
    return resting
        .map(deployment ->
            !changed(deployment.target(), services.rollouts().generations(deployment)).isEmpty())
        .orElse(false);
  }

  private Verdict judge(Deployment deployment, Observation.Seen seen) {
    List<String> restarted = changed(deployment.target(), seen.generations());
    generations = Optional.of(newlyKnown(deployment.target(), seen.generations()));
    if (unity.isSplit(seen)) {
      return new Verdict.Split(seen);
    }
    return switch (Roles.plan(deployment.strategy(), seen.situations())) {
      case Planning.Refused(var reasons) ->
          new Verdict.Impaired(seen, List.of(drift(String.join("\n", reasons))));
      case Planning.Ready(var plan) -> {
        if (plan.isEmpty() && plan.skipped().isEmpty() && !seen.dead().isEmpty()) {
          var dead = new Condition("Balancers", "Dead", String.join("\n", seen.dead()));
          yield new Verdict.Impaired(seen, List.of(dead));
        }
        if (plan.isEmpty() && plan.skipped().isEmpty() && !seen.splits().isEmpty()) {
          yield new Verdict.Impaired(seen, List.of());
        }
        if (plan.isEmpty() && plan.skipped().isEmpty()) {
          remember(deployment.target(), seen.generations());
          resting = Optional.of(deployment).filter(Watch::isNear);
          yield new Verdict.AsItShouldBe(seen);
        }
        Condition drift = drift(differences(seen, plan));
        if (plan.isEmpty()) {
          yield new Verdict.Impaired(seen, List.of(drift));
        }
        yield onlyTraffic(plan) && !restarted.isEmpty()
            ? new Verdict.Restarted(seen, restarted.getFirst())
            : new Verdict.Drifted(seen, drift);
      }
    };
  }

  private static Condition drift(String differences) {
    return new Condition("Drift", "ChangedByOthers", differences);
  }

  private static boolean isNear(Deployment deployment) {
    return !deployment.fronts().isEmpty()
        && deployment.fronts().stream().allMatch(front -> front.balancer().isNear());
  }

  /** A balancer that is restarted while no agent runs has forgotten what it was told, too. */
  private Map<String, String> before(Target target) {
    return generations.orElseGet(() -> services.journal().generations(target));
  }

  private void remember(Target target, Map<String, String> found) {
    generations = Optional.of(found);
    if (!found.equals(services.journal().generations(target))) {
      services.journal().append(new Event.BalancersSettled(target, found));
    }
  }

  /** One that came later, or was dead when the others were told, has yet to be told. */
  private List<String> changed(Target target, Map<String, String> found) {
    Map<String, String> before = before(target);
    return found.entrySet().stream()
        .filter(_ -> !before.isEmpty())
        .filter(now -> !now.getValue().equals(before.get(now.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A restart stays known until all is as it should be: telling the balancer again may fail. */
  private Map<String, String> newlyKnown(Target target, Map<String, String> found) {
    var all = new HashMap<>(found);
    all.putAll(before(target));
    return Map.copyOf(all);
  }

  private static boolean onlyTraffic(Plan plan) {
    return plan.lanes()
        .flatMap(lane -> lane.steps().stream())
        .allMatch(step -> !(step instanceof InstanceStep) || step instanceof InstanceStep.Prove);
  }

  private static String differences(Observation.Seen seen, Plan plan) {
    var lines = new ArrayList<String>();
    plan.skipped().forEach(host -> lines.add(host + " cannot be reached"));
    plan.phases().stream()
        .flatMap(phase -> phase.lanes().stream())
        .forEach(lane -> lines.add("%s is not as it was left".formatted(lane.id())));
    seen.remarks()
        .forEach((instance, remark) ->
            lines.add("%s: %s".formatted(plan.naming().of(instance), remark)));
    return String.join("\n", lines);
  }
}
