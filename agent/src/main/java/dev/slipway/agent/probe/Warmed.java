package dev.slipway.agent.probe;

import java.util.Optional;

/** What came of requests that nobody waited for. */
public sealed interface Warmed {

  /**
   * They were sent.
   *
   * @param answered how many had any answer
   * @param errors how many of those answers were errors, 400 or above
   * @param silent how many had none
   * @param last the last error or silence, for people
   */
  record Sent(int answered, int errors, int silent, Optional<String> last) implements Warmed {}

  /** It could not be asked, which says nothing about it. */
  record Unknown(String reason) implements Warmed {}
}
