package dev.slipway.strategies.advice;

import dev.slipway.strategies.advice.Question.Choice;
import java.util.List;

/**
 * A recommendation and what it rests on.
 *
 * @param best what suits the answers best
 * @param use the best of what is built; the same as {@code best} once that is
 * @param reasons every answer that led to the best, in the order of the questions
 * @param further the answers that led on to what is built; none where the best is
 */
public record Advice(Technique best, Technique use, List<Reason> reasons, List<Reason> further) {
  public Advice {
    reasons = List.copyOf(reasons);
    further = List.copyOf(further);
  }

  /** An answer that was given. */
  public record Reason(Question question, Choice answer) {}

  /** Returns whether the best can be used today. */
  public boolean isBuilt() {
    return best == use;
  }
}
