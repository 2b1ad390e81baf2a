package dev.slipway.agent.reconcile.past;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment.OnNewRevision;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import java.util.Optional;

/** What the journal knows of one application, as its worker asks. */
public final class Past {
  private final Journal journal;
  private final Target target;

  /** Makes a view; nothing is read before it is asked. */
  public Past(Journal journal, Target target) {
    this.journal = journal;
    this.target = target;
  }

  /** Returns whether nothing was ever rolled out or adopted. */
  public boolean isEmpty() {
    return stable().isEmpty() && journal.history(target, 1).isEmpty();
  }

  /** Returns the rollout that did not end yet. */
  public Optional<RolloutId> open() {
    return journal.open().stream().filter(open -> open.target().equals(target)).findFirst();
  }

  /** Returns how the rollout that did not end yet began. */
  public Optional<Event.RolloutStarted> running() {
    return open().stream()
        .flatMap(open -> journal.events(open).stream())
        .map(Entry::event)
        .filter(Event.RolloutStarted.class::isInstance)
        .map(Event.RolloutStarted.class::cast)
        .reduce((_, newest) -> newest);
  }

  /** Returns the last release that was proven everywhere. */
  public Optional<Delivery> stable() {
    return journal.stable(target);
  }

  /** What was found running everywhere counts as stable: adopted, or the journal was lost. */
  public void declareStable(Delivery delivery) {
    if (stable().filter(stable -> stable.id().equals(delivery.id())).isEmpty()) {
      journal.append(new Event.StableDeclared(target, delivery, "found running everywhere"));
    }
  }

  /** Returns whether going to a release is going back. */
  public boolean liesBehind(Delivery delivery) {
    return Stables.of(journal, target).liesBehind(delivery.id());
  }

  /** Returns what a way back to a release would cross, unless somebody took that upon himself. */
  public Optional<String> crossed(Delivery delivery, Admission admission) {
    return admission.override().isPresent()
        ? Optional.empty()
        : new Crossing(journal, target).on(delivery);
  }

  /** A pin ends when the branch asks for something that was not rolled back. */
  public void unpin(Delivery asked) {
    if (journal.pin(target).isPresent() && !isHeld(asked)) {
      journal.append(new Event.Unpinned(target, "commit " + asked.revision()));
    }
  }

  /** Returns the pinned release if it is not reached: it was promised, whatever came in between. */
  public Optional<Delivery> owed() {
    return journal
        .pin(target)
        .filter(pin -> stable().filter(one -> one.id().equals(pin.release())).isEmpty())
        .flatMap(pin -> journal.delivery(target, pin.release()));
  }

  /** Returns whether a rollout that runs is left in peace by a newer commit, for now. */
  public boolean waits(Delivery newer, OnNewRevision policy, Verdict verdict) {
    boolean isRevert = stable().filter(one -> one.id().equals(newer.id())).isPresent();
    boolean isShut = verdict instanceof Verdict.Shut && !liesBehind(newer);
    boolean finishes =
        switch (policy) {
          case SUPERSEDE -> isShut;
          case FINISH -> true;
        };
    return isHeld(newer) || (finishes && !isRevert);
  }

  private boolean isHeld(Delivery delivery) {
    return journal.quarantined(target).stream()
        .anyMatch(one -> one.release().equals(delivery.id()));
  }
}
