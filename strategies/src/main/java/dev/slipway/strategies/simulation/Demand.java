package dev.slipway.strategies.simulation;

import dev.slipway.strategies.traffic.Share;
import java.time.Duration;

/**
 * How many requests there are, and how many of its own the new release fails. Counts are those that
 * are to be expected, without chance.
 *
 * @param perSecond to each role that a balancer stands in front of
 * @param errorRate the part of its requests that the new release fails, from 0 to 1
 * @param from since when after the start it fails them
 */
public record Demand(double perSecond, double errorRate, Duration from) {
  private static final double SECOND = Duration.ofSeconds(1).toMillis();

  public Demand {
    if (!(perSecond > 0) || !Double.isFinite(perSecond)) {
      throw new IllegalArgumentException(
          "%s requests a second are none; use a number above 0".formatted(perSecond));
    }
    if (!(errorRate >= 0 && errorRate <= 1) || from.isNegative()) {
      throw new IllegalArgumentException(
          "an error rate of %s from %s on cannot be; use 0 to 1, and a time after the start"
              .formatted(errorRate, from));
    }
  }

  /** Returns how many requests such a part of all is in a time. */
  double requests(Share share, Duration since, Duration until) {
    double part = share.basisPoints() / (double) Share.ALL.basisPoints();
    return perSecond * part * Math.max(0, until.minus(since).toMillis()) / SECOND;
  }

  /** Returns how many of them the new release fails. */
  double failed(Share share, Duration since, Duration until) {
    return errorRate * requests(share, since.compareTo(from) > 0 ? since : from, until);
  }
}
