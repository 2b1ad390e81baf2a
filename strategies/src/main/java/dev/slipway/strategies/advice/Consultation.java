package dev.slipway.strategies.advice;

/** What an advisor says to the answers that were given so far. */
public sealed interface Consultation {

  /** It has to know this, too. */
  record Asks(Question question) implements Consultation {}

  /** It knows enough. */
  record Advises(Advice advice) implements Consultation {}
}
