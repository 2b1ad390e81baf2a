package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.strategies.traffic.Observed.Witness;
import java.time.Duration;

/**
 * What the edge thinks of a member: from requests that failed, and from its own checks if it makes
 * any.
 *
 * <p>A member that fails several times in a row is left alone for a while, twice as long each time;
 * then one request tries it, and one more failure sends it out again. Safe for use by several
 * threads.
 */
final class Wellness {
  private static final int FAILURES_MAX = 3;
  private static final long FIRST_REST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int DOUBLINGS_MAX = 5;

  private int failures;
  private int rests;
  private long restUntilNanos;
  private boolean resting;
  private Witness checked = Witness.NONE;
  private int checksInRow;

  /** Starts anew, for a member that was proven by somebody else. */
  synchronized void forgive() {
    failures = 0;
    rests = 0;
    resting = false;
    checked = Witness.NONE;
    checksInRow = 0;
  }

  /** Notes a request that got no answer; returns whether the member was sent out by it. */
  synchronized boolean failed(long nowNanos) {
    failures++;
    if (failures < FAILURES_MAX || isResting(nowNanos)) {
      return false;
    }
    resting = true;
    restUntilNanos = nowNanos + (FIRST_REST_NANOS << Math.min(rests, DOUBLINGS_MAX));
    rests++;
    return true;
  }

  synchronized void succeeded() {
    failures = 0;
    rests = 0;
    resting = false;
  }

  /** Notes the answer to a check; returns whether the opinion changed. */
  synchronized boolean checked(Witness answer, int rise, int fall) {
    if (answer == checked) {
      checksInRow = 0;
      return false;
    }
    checksInRow++;
    // The first check ever counts at once: there is no older opinion to defend.
    boolean enough = checked == Witness.NONE && answer == Witness.UP;
    if (!enough && checksInRow < (answer == Witness.UP ? rise : fall)) {
      return false;
    }
    checked = answer;
    checksInRow = 0;
    return true;
  }

  synchronized boolean isWell(long nowNanos) {
    return checked != Witness.DOWN && !isResting(nowNanos);
  }

  synchronized Witness witness(long nowNanos) {
    return isWell(nowNanos) ? checked : Witness.DOWN;
  }

  private boolean isResting(long nowNanos) {
    return resting && nowNanos - restUntilNanos < 0;
  }
}
