package dev.slipway.agent.journal;

/**
 * A place in a rollout: which of its plans, which lane, and which step there.
 *
 * @param leg 0 for the plan that the rollout started with, one more for each turn
 * @param index of the step in its part, counted from 0
 */
public record Position(int leg, String lane, Part part, int index) {
  public Position {
    if (leg < 0 || index < 0 || lane.isBlank()) {
      throw new IllegalArgumentException(
          "%d/%s/%s/%d is no place in a rollout".formatted(leg, lane, part, index));
    }
  }

  /** The two lists of steps that a lane has. */
  public enum Part {
    /** The way there. */
    STEPS,
    /** The way back of a lane that failed. */
    RESTORE
  }

  /** Prints {@code 0/web1:3}, or {@code 0/web1!3} for a step that restores. */
  @Override
  public String toString() {
    return leg + "/" + lane + (part == Part.STEPS ? ":" : "!") + index;
  }
}
