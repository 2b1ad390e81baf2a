package dev.slipway.agent.probe;

/** The answer to one health question. */
public sealed interface Checked {

  /** It works. */
  record Good(String detail) implements Checked {}

  /** It answered and does not work, or did not answer although its host does. */
  record Bad(String reason) implements Checked {}

  /** It could not be asked, which says nothing about it. */
  record Unknown(String reason) implements Checked {}
}
