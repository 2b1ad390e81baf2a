package dev.slipway.agent.journal;

/** What came of a step. */
public sealed interface Outcome {
  /** Returns one line for people. */
  String detail();

  /**
   * What the step says is true now.
   *
   * @param bytesSent to a host, of a release's files
   */
  record Done(String detail, long bytesSent) implements Outcome {}

  /** What the step says was seen to be true already, after a restart; nothing was done again. */
  record Held(String detail) implements Outcome {}

  /** It failed, and nothing depends on it: hooks of a release that leaves, and on a way back. */
  record PassedOver(String detail) implements Outcome {}

  /**
   * The release itself was judged bad: it does not start, or is not healthy.
   *
   * @param log the last lines of its output
   */
  record Bad(String detail, String log) implements Outcome {}

  /** It could not be done or could not be told; this says nothing about the release. */
  record Errored(String detail, Cause cause) implements Outcome {}

  /** The wait was cut, because the rollout turns or the agent stops. */
  record Cut(String detail) implements Outcome {}

  /** Why a step could not be done. */
  enum Cause {
    /** The host cannot be reached: it may be dead. */
    UNREACHABLE,
    /** The host is not who it was, or does not accept our key: a person must look. */
    IDENTITY,
    /** Something else cannot be had now: a balancer's answer, or the files of a release. */
    UNAVAILABLE,
    /** Somebody said no: a host, a balancer, the guard of the last server. */
    REFUSED,
    /** Time is up. */
    DEADLINE,
    /** The numbers of a release were too few to say whether it is good. */
    INCONCLUSIVE,
    /** Whether it was done cannot be told, and it must not be done twice: a person must look. */
    CUT_OFF
  }

  /** Returns whether the lane may go on. */
  default boolean isGood() {
    return switch (this) {
      case Done _, Held _, PassedOver _ -> true;
      case Bad _, Errored _, Cut _ -> false;
    };
  }
}
