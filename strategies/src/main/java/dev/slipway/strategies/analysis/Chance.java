package dev.slipway.strategies.analysis;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * How likely it is that so many failures are chance.
 *
 * <p>Both tests are exact, so they hold for a handful of requests, too. They are asked at every
 * measurement, and each time is another occasion for chance, so it must be one in a hundred.
 */
final class Chance {
  private static final double BELIEVED = 0.01;

  private static final BinomialTest MORE_THAN =
      BinomialTest.withDefaults().with(AlternativeHypothesis.GREATER_THAN);

  private Chance() {}

  /** Returns whether so many of these requests fail too often for this rate. */
  static boolean isRuledOut(Tally seen, double rate) {
    return rate <= 0
        ? seen.failed() > 0
        : rate < 1
            && MORE_THAN.test(seen.requestsForTest(), seen.failedForTest(), rate).getPValue()
                <= BELIEVED;
  }

  /**
   * Returns whether the candidate fails so much more often that no rate of both explains it at
   * which the candidate's is the stable one's times the ratio.
   *
   * <p>Of all failures seen, such a candidate would have the share that its requests have when they
   * are counted that many times; how far above that share its failures are is what is tested.
   */
  static boolean isRuledOut(Tally candidate, Tally stable, double ratio) {
    long failed = candidate.failed() + stable.failed();
    double weight = ratio * candidate.requests();
    double share = weight / (weight + stable.requests());
    return failed > 0 && isRuledOut(new Tally(failed, candidate.failed()), share);
  }

  /** Requests, and how many of them failed. */
  record Tally(long requests, long failed) {
    static Tally of(double rate, long requests) {
      return new Tally(requests, Math.clamp(Math.round(rate * requests), 0, requests));
    }

    private int requestsForTest() {
      return (int) Math.min(requests, Integer.MAX_VALUE);
    }

    private int failedForTest() {
      return (int) Math.round((double) failed * requestsForTest() / requests);
    }
  }
}
