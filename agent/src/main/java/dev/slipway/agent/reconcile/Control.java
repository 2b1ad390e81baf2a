package dev.slipway.agent.reconcile;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.plan.Plan;
import java.util.List;
import java.util.Optional;

/** What people may ask of a running agent. */
public interface Control {

  /** Returns the status of every application, sorted by name. */
  List<ApplicationStatus> status();

  /** Returns how each repository is read, sorted by name. */
  List<RepositoryStatus> repositories();

  /** Returns the rollouts of an application, the newest first. */
  List<RolloutStatus> history(Target target, int limit);

  /** Returns what a rollout to the wanted release would do now; changes nothing. */
  Asked plan(Target target);

  /** Returns what became of the commit whose name begins so. */
  Asked commit(Target target, String prefix);

  /**
   * Goes back to a release that was stable, and holds the present one until Git asks for another.
   *
   * @param to its version, or the beginning of its digest; empty for the last one
   */
  Asked rollback(Target target, Optional<String> to, Irreversible tasks, Person by);

  /** Makes the branch follow the last rollback, with a revert commit that is pushed. */
  Asked revert(Target target, Person by);

  /** Stops the rollout that is under way and goes back to the last stable release. */
  Asked abort(Target target, Person by);

  /** Lets the rollout that is under way go on, as far as one person can. */
  Asked vote(Target target, Reach reach, Person by);

  /** Makes what others had brought and what runs the release to go back to; restarts nothing. */
  Asked adopt(Target target, Person by);

  /** Lets a release that failed be tried again. */
  Asked retry(Target target, Person by);

  /**
   * Stops following an application that nothing asks for any more; leaves alone what runs.
   *
   * @param host one of its hosts that was taken out, if only that is meant
   */
  Asked forget(Target target, Optional<String> host, Person by);

  /** Makes hosts and balancers obey this agent, for people who know that the other one is gone. */
  Asked takeover(Target target, Person by);

  /** Accepts the rewritten history of a branch. */
  Asked accept(String repository, String branch, Person by);

  /** What a rollback does about irreversible tasks that have run since. */
  enum Irreversible {
    /** It is refused. */
    HEED,
    /** It is done all the same. */
    CROSS
  }

  /** Who asks, and why; both are recorded. */
  record Person(String name, String why) {}

  /** What came of asking. */
  sealed interface Asked {
    /** Returns what came of a vote. */
    static Asked of(Voted voted) {
      return switch (voted) {
        case Voted.Counted(var text) -> new Done(text);
        case Voted.Refused(var reason) -> new Conflict(reason);
      };
    }

    /** It is done or under way; the text says what. */
    record Done(String text) implements Asked {}

    /**
     * This is what would be done.
     *
     * @param remark what holds it up; may be empty
     */
    record Planned(Plan plan, String remark) implements Asked {}

    /** This is what became of a commit. */
    record Judged(CommitStatus commit) implements Asked {}

    /** It cannot be done now, and nothing was changed. */
    record Conflict(String reason) implements Asked {}

    /** There is no such application or branch. */
    record NotFound(String reason) implements Asked {}
  }
}
