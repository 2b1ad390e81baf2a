package dev.slipway.strategies.traffic;

import java.util.regex.Pattern;

/** Requests that match go to a track, whatever the shares say. */
public record Rule(Match match, String track) {
  /** What is left out would need an escape in the words of one balancer or another. */
  private static final Pattern VALUE = Pattern.compile("[!#-:<-\\[\\]-~]{1,200}");

  /** What a request must carry. */
  public sealed interface Match {
    /** Returns the name of the header or cookie. */
    String name();

    /** Returns what it must be, exactly. */
    String value();

    /** Returns for people which requests match. */
    default String text() {
      return switch (this) {
        case Header(var name, var value) -> "requests with %s: %s".formatted(name, value);
        case Cookie(var name, var value) -> "requests with the cookie %s=%s".formatted(name, value);
      };
    }

    /** A header with exactly this value. */
    record Header(String name, String value) implements Match {
      public Header {
        Names.check("header", name);
        check(name, value);
      }
    }

    /** A cookie with exactly this value. */
    record Cookie(String name, String value) implements Match {
      public Cookie {
        Names.check("cookie", name);
        check(name, value);
      }
    }
  }

  private static void check(String name, String value) {
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'%s' cannot be matched in %s; write 1 to 200 visible ASCII characters without \" ; and \\"
              .formatted(value, name));
    }
  }
}
