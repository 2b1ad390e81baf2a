package dev.slipway.agent.reconcile.tenancy;

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
 * What one application has on its hosts, and a preview for itself: written down before it is used,
 * and free only when nothing uses it any more. Used by its worker alone.
 */
public final class Tenancy {
  private final Target target;
  private final Journal journal;
  private final Rollouts rollouts;
  private final Neighbours neighbours;

  /** Makes the tenancy of a target; only a preview has anything for itself. */
  public Tenancy(Target target, Journal journal, Rollouts rollouts, Neighbours neighbours) {
    this.neighbours = neighbours;
    this.target = target;
    this.journal = journal;
    this.rollouts = rollouts;
  }

  /**
   * Returns who leaves it.
   *
   * @param last the deployment that a rollout was last begun with
   */
  public Departures departures(Supplier<Optional<Deployment>> last) {
    return new Departures(target, journal, rollouts, neighbours, last);
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
   * Takes everything away: of a preview the files too, of any other they stay, and so do
   * directories that releases share.
   *
   * @param absent what is wanted, if it is that nothing is there
   * @param deployment the last one that a rollout was begun with
   */
  public End end(Optional<Wanted.Absent> absent, Supplier<Optional<Deployment>> deployment) {
    Optional<Condition> stuck = begin(absent, deployment).or(this::takeAway);
    if (stuck.isPresent()) {
      return new End.Stuck(stuck.get());
    }
    conclude(absent);
    return absent.map(Tenancy::over).orElseGet(End.Anew::new);
  }

  private static End over(Wanted.Absent absent) {
    return switch (absent.why()) {
      case GONE, TAKEN_OUT -> new End.Gone();
      case EXPIRED ->
          new End.Stays(Phase.ABSENT, new Condition("Preview", "Expired", absent.reason()));
      case FULL ->
          new End.Stays(Phase.HELD, new Condition("Preview", "LimitReached", absent.reason()));
    };
  }

  /** Writes down that it begins, if there is anything; returns why it must not. */
  private Optional<Condition> begin(
      Optional<Wanted.Absent> absent, Supplier<Optional<Deployment>> deployment) {
    if (isEnding() || !isThere()) {
      return Optional.empty();
    }
    Optional<Deployment> last = deployment.get();
    if (last.isEmpty()) {
      return Optional.of(stuck("nobody knows where it stands; stop it, then 'slipway forget' it"));
    }
    Optional<Condition> shared =
        target.isPreview() ? Optional.empty() : neighbours.inTheWay(last.get(), _ -> true);
    if (shared.isEmpty()) {
      String cause = absent.map(Wanted.Absent::reason).orElse("");
      journal.append(new Event.RemovalStarted(target, last.get(), cause));
    }
    return shared;
  }

  /** One that was adopted was never rolled out, and is there all the same. */
  private boolean isThere() {
    return target.isPreview()
        ? held().isPresent() && journal.isTried(target)
        : journal.stable(target).isPresent() || journal.isTried(target);
  }

  private Optional<Condition> takeAway() {
    List<String> left =
        removal().map(Event.RemovalStarted::deployment).map(this::takeAway).orElse(List.of());
    return left.isEmpty() ? Optional.empty() : Optional.of(stuck(String.join("\n", left)));
  }

  private List<String> takeAway(Deployment deployment) {
    var left = new ArrayList<>(rollouts.remove(deployment));
    left.addAll(departures(() -> Optional.of(deployment)).takeAllAway(deployment));
    return left;
  }

  private Condition stuck(String why) {
    return new Condition(target.isPreview() ? "Preview" : "Prune", "NotRemoved", why);
  }

  private void conclude(Optional<Wanted.Absent> absent) {
    var events = new ArrayList<Event>();
    boolean isGone = absent.filter(one -> one.why() == Wanted.Why.GONE).isPresent();
    held()
        .ifPresent(one ->
            events.add(
                new Event.PreviewRemoved(
                    target, isGone ? Optional.of(one.branch()) : Optional.empty())));
    if (isGone) {
      events.add(new Event.Forgotten(target, "slipway", "its branch was deleted"));
    }
    if (!target.isPreview()) {
      removal()
          .map(begun -> new Event.Forgotten(target, "slipway", begun.cause()))
          .ifPresent(events::add);
    }
    if (!events.isEmpty()) {
      journal.append(events);
    }
  }
}
