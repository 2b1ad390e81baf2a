package dev.slipway.agent.demo;

/** What became of one request on one connection. */
sealed interface Outcome {
  /** A complete answer; {@code reusable} tells whether the connection takes another request. */
  record Answered(int status, String version, boolean reusable) implements Outcome {}

  /** The connection was closed or reset before any byte of an answer. */
  record Unanswered(String how) implements Outcome {}

  /** No connection, no answer in time, or an answer that is cut or makes no sense. */
  record Failed(String how) implements Outcome {}
}
