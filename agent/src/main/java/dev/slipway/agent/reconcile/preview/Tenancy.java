package dev.slipway.agent.reconcile.preview;

import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one application in the environment of a branch has for itself: written down before it is
 * used, and free only when nothing uses it any more. Used by its worker alone.
 */
public final class Tenancy {
  private final Target target;
  private final Journal journal;
  private final Rollouts rollouts;

  /** Makes the tenancy of a target; one that is no preview needs none, and has none. */
  public Tenancy(Target target, Journal journal, Rollouts rollouts) {
    this.target = target;
    this.journal = journal;
    this.rollouts = rollouts;
  }

  /** Returns whether it began to be removed, so that nothing may begin before that has ended. */
  public boolean isEnding() {
    return removal().isPresent();
  }

  private Optional<Event.RemovalStarted> removal() {
    return journal.removals().stream().filter(one -> one.target().equals(target)).findFirst();
  }

  private Optional<Preview> held() {
    return journal.previews().stream().filter(one -> one.target().equals(target)).findFirst();
  }

  /**
   * Returns why no rollout may begin with what a deployment says; the next reading says better. A
   * port on which somebody listens before the first rollout is given up.
   */
  public Optional<Condition> obstacle(Deployment deployment) {
    if (!target.isPreview()) {
      return Optional.empty();
    }
    if (!held().equals(Optional.of(deployment.asPreview()))) {
      return Optional.of(
          new Condition("Preview", "NoPort", "waits for the ports that are its own"));
    }
    return journal.isTried(target) ? Optional.empty() : foreign(deployment);
  }

  private Optional<Condition> foreign(Deployment deployment) {
    Map<Integer, String> found = rollouts.occupied(deployment);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    journal.append(
        found.entrySet().stream()
            .map(one -> new Event.PortForeign(target, one.getKey(), one.getValue()))
            .toList());
    String told = "another program listens on %s; it gets the next one".formatted(found);
    return Optional.of(new Condition("Preview", "PortInUse", told));
  }

  /** How an end went. */
  public sealed interface End {
    /** Something is left, and why; it is tried again. */
    record Stuck(Condition why) implements End {}

    /** Nothing is left, and nothing is to come. */
    record Stays(Phase phase, Condition why) implements End {}

    /** Nothing is left, and something else may be wanted by now. */
    record Anew() implements End {}

    /** Nothing is left, and nobody asks. */
    record Gone() implements End {}
  }

  /**
   * Removes everything.
   *
   * @param absent what is wanted, if it is that nothing is there
   * @param deployment the last one that a rollout was begun with
   */
  public End end(Optional<Wanted.Absent> absent, Supplier<Optional<Deployment>> deployment) {
    List<String> left = remove(absent, deployment);
    if (!left.isEmpty()) {
      return new End.Stuck(new Condition("Preview", "NotRemoved", String.join("\n", left)));
    }
    return absent.map(Tenancy::over).orElseGet(End.Anew::new);
  }

  private static End over(Wanted.Absent absent) {
    return switch (absent.why()) {
      case GONE -> new End.Gone();
      case EXPIRED ->
          new End.Stays(Phase.ABSENT, new Condition("Preview", "Expired", absent.reason()));
      case FULL ->
          new End.Stays(Phase.HELD, new Condition("Preview", "LimitReached", absent.reason()));
    };
  }

  private List<String> remove(
      Optional<Wanted.Absent> absent, Supplier<Optional<Deployment>> deployment) {
    Optional<Event.RemovalStarted> begun = removal();
    boolean isGone = absent.filter(one -> one.why() == Wanted.Why.GONE).isPresent();
    if (begun.isEmpty() && held().isPresent() && journal.isTried(target)) {
      String cause = absent.map(Wanted.Absent::reason).orElse("");
      begun = deployment.get().map(last -> new Event.RemovalStarted(target, last, cause));
      begun.ifPresent(journal::append);
    }
    List<String> left =
        begun.map(Event.RemovalStarted::deployment).map(rollouts::remove).orElse(List.of());
    if (left.isEmpty()) {
      conclude(isGone);
    }
    return left;
  }

  private void conclude(boolean isGone) {
    var events = new ArrayList<Event>();
    held()
        .ifPresent(one ->
            events.add(
                new Event.PreviewRemoved(
                    target, isGone ? Optional.of(one.branch()) : Optional.empty())));
    if (isGone) {
      events.add(new Event.Forgotten(target, "slipway", "its branch was deleted"));
    }
    if (!events.isEmpty()) {
      journal.append(events);
    }
  }
}
