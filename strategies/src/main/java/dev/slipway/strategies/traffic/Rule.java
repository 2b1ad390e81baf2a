package dev.slipway.strategies.traffic;

/** Requests that match go to a track, whatever the shares say. */
public record Rule(Match match, String track) {

  /** What a request must carry. */
  public sealed interface Match {
    /** A header with exactly this value. */
    record Header(String name, String value) implements Match {}

    /** A cookie with exactly this value. */
    record Cookie(String name, String value) implements Match {}
  }
}
