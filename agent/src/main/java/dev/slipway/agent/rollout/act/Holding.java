package dev.slipway.agent.rollout.act;

/** Whether what a step says is true now. */
public sealed interface Holding {

  /** It is. */
  record Holds(String detail) implements Holding {}

  /** It is not, or it has to be shown anew. */
  record NotYet(String detail) implements Holding {}

  /** Nobody can say. */
  record CannotTell(String reason) implements Holding {}
}
