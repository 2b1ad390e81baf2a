package dev.slipway.strategies.analysis.arms;

import java.util.Optional;

/**
 * What the releases are compared by.
 *
 * @param higherIs whether more of it is good
 * @param confidence how sure a difference must be to count, for example 0.95
 * @param minimumEffect how great a difference must be to count, as a part of the stable release's
 *     value; 0 where every difference counts
 */
public record Goal(
    String name, Numbers numbers, HigherIs higherIs, double confidence, double minimumEffect) {
  /** How sure one must be unless a manifest says otherwise. */
  public static final double USUAL_CONFIDENCE = 0.95;

  private static final double LEAST_CONFIDENCE = 0.5;

  /** Fewer failed requests, by whatever counts requests. */
  public static final Goal FEWER_FAILURES =
      new Goal(
          "error-rate",
          new Numbers.Failures(Optional.empty()),
          HigherIs.WORSE,
          USUAL_CONFIDENCE,
          0);

  public Goal {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a goal needs a name");
    }
    if (!(confidence >= LEAST_CONFIDENCE && confidence < 1)) {
      throw new IllegalArgumentException(
          "a confidence of %s is out of %s..1".formatted(confidence, LEAST_CONFIDENCE));
    }
    if (!(minimumEffect >= 0 && Double.isFinite(minimumEffect))) {
      throw new IllegalArgumentException(
          "a minimum effect of %s is below zero".formatted(minimumEffect));
    }
  }

  /** Which way is good. */
  public enum HigherIs {
    BETTER,
    WORSE
  }

  /** Where the numbers of each release come from. {@code {{arm}}} is filled in before. */
  public sealed interface Numbers {
    /**
     * Requests that failed, among all of them.
     *
     * @param provider who counts them; empty means the first that is there
     */
    record Failures(Optional<String> provider) implements Numbers {}

    /** What Prometheus counts, in PromQL: successes among trials. */
    record Queries(String successes, String trials) implements Numbers {}

    /** What a document of JSON counts, by pointers: successes among trials. */
    record Document(String url, String successes, String trials) implements Numbers {}

    /** One number for each user or event, in a list that a pointer leads to. */
    record Values(String url, String pointer) implements Numbers {}
  }
}
