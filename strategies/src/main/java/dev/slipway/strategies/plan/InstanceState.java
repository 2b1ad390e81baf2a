package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Occupant;

/**
 * What was observed of one instance: what lies there, how it does, whether its variables are right.
 */
public record InstanceState(Occupant occupant, Condition condition, Environment environment) {

  /** How an instance does. */
  public enum Condition {
    /** It runs and its health check is good. */
    HEALTHY,
    /** It runs and its health check is bad. */
    UNHEALTHY,
    /** It does not run. */
    STOPPED,
    /** Its host cannot be asked. */
    UNREACHABLE
  }

  /** Whether the variables on the host are those wanted for its release. */
  public enum Environment {
    CURRENT,
    STALE
  }
}
