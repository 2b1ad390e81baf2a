package dev.slipway.agent.probe;

import java.util.Map;

/** What came back on one HTTP request. */
sealed interface Answered {

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   */
  record Got(int status, Map<String, String> headers, Body body) implements Answered {}

  /** None, although its host is there. */
  record Silent(String reason) implements Answered {}

  /** It could not be asked. */
  record Unknown(String reason) implements Answered {}

  /** As much of a body as is read. */
  record Body(String text, boolean isCut) {}
}
