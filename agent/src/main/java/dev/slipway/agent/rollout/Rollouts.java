package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Grounds;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.rollout.gate.Authors;
import dev.slipway.agent.rollout.gate.Vote;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.agent.rollout.removal.Departed;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.plan.Planning;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Carries rollouts out, one at a time for each application and environment.
 *
 * <p>Safe for use by several threads. What happens meanwhile can be followed in the journal.
 */
public interface Rollouts {

  /**
   * Plans and carries out a rollout, and returns when it ended.
   *
   * <p>If a newer release takes over, the result is that of the rollout that came last.
   *
   * @param cause who or what asked for it, for people
   * @throws IllegalStateException if a rollout of the same target is running or open
   */
  Result start(Deployment deployment, Delivery wanted, String cause);

  /**
   * Takes up a rollout that the journal has open, and returns when it ended.
   *
   * @throws IllegalStateException if it is not open, or runs already
   */
  Result resume(RolloutId rollout);

  /** Lets a newer release take over from the rollout that runs, at its next safe point. */
  Asked supersede(Deployment deployment, Delivery wanted, String cause);

  /** Turns the rollout that runs back to the last stable release; the wish is durable. */
  Asked abort(Target target, String who, String why);

  /** Counts what a person says at the step at which a rollout waits; it is durable. */
  Voted vote(Target target, Vote vote, Authors authors);

  /** Lets every rollout stop after the step that it is at; they stay open in the journal. */
  void leave();

  /**
   * Takes a deployment off its balancers, stops it and takes its links away, of a preview the files
   * too; returns what is left and why, which is nothing when all is gone. Nothing is written down
   * about it.
   *
   * @throws IllegalStateException if a rollout of the same target is running
   */
  List<String> remove(Deployment deployment);

  /**
   * Takes hosts that were taken out off the balancers that they stood in, stops what ran there and
   * takes its links away; returns what is left and why. Nothing is written down about it.
   *
   * @throws IllegalStateException if a rollout of the same target is running
   */
  List<String> withdraw(Deployment present, Departed departed);

  /**
   * Brings balancers in front of one role that do not say the same to what follows from the release
   * that is stable; the intent is durable before one of them is told, and the success after it.
   * Returns what they still differ in and why, which is nothing when they agree.
   *
   * @throws IllegalStateException if a rollout of the same target is running or open
   */
  List<String> unite(Deployment deployment, Delivery stable);

  /** Returns which ports of a deployment somebody listens on already, and where. */
  Map<Integer, String> occupied(Deployment deployment);

  /** Looks at everything that a deployment stands on; changes nothing. */
  Observation observe(Deployment deployment, Delivery wanted);

  /** Returns the plan that a rollout would start with, from what was seen. */
  Planning plan(Deployment deployment, Delivery wanted, Observation.Seen seen);

  /**
   * Asks only the balancers, by name, what they call their present life; silent ones are left out.
   */
  Map<String, String> generations(Deployment deployment);

  /** Returns rollouts that are carried out on virtual threads. */
  static Rollouts of(
      Journal journal,
      Grounds grounds,
      ArtifactStore artifacts,
      Prober prober,
      Waiter waiter,
      InstantSource clock,
      Limits limits) {
    var crew = new Crew(Thread.ofVirtual().name("rollout-", 0).factory(), limits.hostsAtOnce());
    return new JournalledRollouts(
        new Workshop(journal, grounds, artifacts, prober, waiter, clock, crew, limits));
  }
}
