package dev.slipway.strategies.plan;

import java.util.List;

/**
 * A step of a lane with the steps that take it back, fixed when the plan is made.
 *
 * @param undo empty where nothing needs to be taken back
 */
public record Move(Step step, List<Step> undo) {
  public Move {
    undo = List.copyOf(undo);
  }

  /** Returns a move that leaves nothing to take back. */
  public static Move of(Step step) {
    return new Move(step, List.of());
  }

  /** Returns a move that these steps take back. */
  public static Move of(Step step, Step... undo) {
    return new Move(step, List.of(undo));
  }
}
