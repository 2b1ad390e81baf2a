package dev.slipway.agent.reconcile.gates;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.rollout.gate.Authors;
import dev.slipway.agent.rollout.gate.Vote;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.strategies.gate.Approver;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in which people approve. */
public final class Votes {
  /** The trailer of a commit that approves; its value says what: a version or a rollout. */
  public static final String TRAILER = "Slipway-Approve";

  private static final Logger LOG = LoggerFactory.getLogger(Votes.class);

  private final Rollouts rollouts;

  /** Makes the way to rollouts. */
  public Votes(Rollouts rollouts) {
    this.rollouts = rollouts;
  }

  /**
   * A commit whose message approves something.
   *
   * @param about what the trailer says
   */
  public record Word(String branch, String commit, Approver who, String about) {}

  /** Counts what somebody asked the agent for. */
  public Voted asked(Target target, String who, String why, Reach reach, Authors authors) {
    String how =
        switch (reach) {
          case GATES -> "approve";
          case PAUSES_TOO -> "promote";
        };
    return rollouts.vote(
        target, new Vote(Approver.of(who), how, why, Optional.empty(), reach), authors);
  }

  /** Counts what a commit says, for whichever of these applications it means. */
  public void written(Collection<Target> targets, Word word, Authors authors) {
    var vote =
        new Vote(
            word.who(),
            "commit " + word.commit(),
            "%s: %s".formatted(TRAILER, word.about()),
            Optional.of(word.about()),
            Reach.GATES);
    targets.forEach(target -> {
      Voted voted = rollouts.vote(target, vote, authors);
      switch (voted) {
        case Voted.Counted(var text) -> LOG.info("{}: {}", target, text);
        case Voted.Refused(var reason) ->
            LOG.info("{}: commit {} approves nothing: {}", target, word.commit(), reason);
      }
    });
  }
}
