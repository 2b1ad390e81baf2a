package dev.slipway.strategies.analysis;

/** What a measurement, or all of them, say of a release; each kind with its reason for people. */
public sealed interface Verdict {
  /** Returns the reason, with the numbers. */
  String detail();

  /** It is good. */
  record Pass(String detail) implements Verdict {}

  /** It is bad. */
  record Fail(String detail) implements Verdict {}

  /** It could not be measured; this says nothing about the release. */
  record Errored(String detail) implements Verdict {}

  /** Too little is known to say. */
  record Inconclusive(String detail) implements Verdict {}
}
