package dev.slipway.agent.reconcile.decision;

import java.time.Duration;

/**
 * How often things are looked at and tried again.
 *
 * @param watch between two looks at an application that is as it should be
 * @param balancers between two short questions to its balancers meanwhile
 * @param catchUp between two tries to bring back hosts that could not be reached
 * @param firstRetry the wait after a first failure that says nothing about the release; doubles
 * @param lastRetry the longest such wait
 * @param retries how often such a release is tried at all, until a person or a commit says more
 * @param publish between two status commits of one repository
 */
public record Tempo(
    Duration watch,
    Duration balancers,
    Duration catchUp,
    Duration firstRetry,
    Duration lastRetry,
    int retries,
    Duration publish) {
  /** Argo CD's retry limits; status at most every ten seconds. */
  public static final Tempo DEFAULT =
      new Tempo(
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofMinutes(3),
          5,
          Duration.ofSeconds(10));

  public Tempo {
    if (!watch.isPositive()
        || !balancers.isPositive()
        || !catchUp.isPositive()
        || !firstRetry.isPositive()
        || retries < 1) {
      throw new IllegalArgumentException("a tempo that never looks or tries does nothing");
    }
  }

  /** Returns the wait after so many failures in a row. */
  public Duration backOff(int failures) {
    Duration wait = firstRetry;
    for (int i = 1; i < failures && wait.compareTo(lastRetry) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(lastRetry) < 0 ? wait : lastRetry;
  }
}
