package dev.slipway.agent.journal;

/**
 * How much of the past is kept of each application in each environment.
 *
 * @param detailed ended rollouts whose every step can still be read
 * @param summaries ended rollouts that are in the history at all
 */
public record Retention(int detailed, int summaries) {
  /** Ten rollouts in full, 500 in short. */
  public static final Retention DEFAULT = new Retention(10, 500);

  public Retention {
    if (detailed < 0 || summaries < 1) {
      throw new IllegalArgumentException(
          "keeping %d rollouts in full and %d in short is out of 0.. and 1.."
              .formatted(detailed, summaries));
    }
  }
}
