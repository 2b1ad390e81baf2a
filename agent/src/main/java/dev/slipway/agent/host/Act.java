package dev.slipway.agent.host;

/** How a change on a host ended. */
public sealed interface Act {

  /** It is true now. {@code changed} says whether it was before; bytes counts what was sent. */
  record Done(String detail, long bytesSent) implements Act {}

  /** The host refused: an older epoch, a foreign store, no space, a digest that does not match. */
  record Refused(String reason) implements Act {}

  /** The application's own part failed; {@code log} holds the last lines of its output. */
  record Failed(String reason, String log) implements Act {}

  /**
   * Whether it happened is unknown: the connection was lost or the time was up. Look, then decide.
   */
  record Unknown(String reason) implements Act {}

  /** Nothing was begun: the host cannot be reached. */
  record Unreachable(String reason) implements Act {}

  /** Nothing was begun: the host is not who it was, or does not accept us. Do not ask again. */
  record IdentityRefused(String reason) implements Act {}

  /** Returns how it ended, for people. */
  default String text() {
    return switch (this) {
      case Done(var detail, var _) -> detail;
      case Refused(var reason) -> reason;
      case Failed(var reason, var _) -> reason;
      case Unknown(var reason) -> reason;
      case Unreachable(var reason) -> reason;
      case IdentityRefused(var reason) -> reason;
    };
  }
}
