package dev.slipway.agent.rollout.gate;

import dev.slipway.strategies.gate.Approver;
import java.util.Optional;

/**
 * One person's word that a rollout may go on.
 *
 * @param how it was given, for people
 * @param about the version, the release or the rollout that is meant, if that was said
 * @param reach whether it ends a pause too
 */
public record Vote(Approver who, String how, String why, Optional<String> about, Reach reach) {

  /** What a vote is about. */
  public enum Reach {
    /** Gates, at which approval is asked for. */
    GATES,
    /** Also pauses, which would end by themselves. */
    PAUSES_TOO
  }

  /** What came of a vote. */
  public sealed interface Voted {
    /** It is recorded, or was before; the text says what it leads to. */
    record Counted(String text) implements Voted {}

    /** It does not count; nothing was recorded. */
    record Refused(String reason) implements Voted {}
  }
}
