package dev.slipway.agent.balancer;

/**
 * How long answers took in all, from a balancer that tells a rounded average.
 *
 * @param answers how many
 * @param millis how long they took together; what one balancer tells of any time is wrong by
 *     {@value #LEAST} at most, so that it may be below zero
 */
public record Spent(long answers, double millis) {
  /** So many answers it takes until an average is right within a millisecond. */
  public static final long LEAST = 512;

  /** Nothing was answered yet. */
  public static final Spent NONE = new Spent(0, 0);

  public Spent {
    if (answers < 0 || !Double.isFinite(millis)) {
      throw new IllegalArgumentException("%d answers took %s ms".formatted(answers, millis));
    }
  }

  /** Returns the sum of both. */
  public Spent plus(Spent other) {
    return new Spent(answers + other.answers, millis + other.millis);
  }

  /**
   * Returns what was spent since an earlier one.
   *
   * @throws IllegalArgumentException if it is a later one, because more was answered then
   */
  Spent since(Spent earlier) {
    return new Spent(answers - earlier.answers, millis - earlier.millis);
  }
}
