package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;

/**
 * Asks servers for short texts over HTTPS, or over HTTP on loopback. Safe for use by several
 * threads.
 */
public interface Queries {

  /**
   * Asks once; a redirect is an answer, and not followed.
   *
   * @param form what is sent as a form with POST; empty to ask with GET
   * @param login goes to the address's own host; what the server says may repeat it
   */
  Answered ask(String url, Map<String, String> form, Optional<Login> login);

  /** Returns queries through one client with its own few connections. */
  static Queries over(Limits limits) {
    return new CheckedQueries(limits, new OkHttpClient());
  }

  /** What one exchange may cost at most; {@code total} is from the first byte to the last. */
  record Limits(int bytes, Duration connect, Duration total) {
    /** 1 MiB; 3 s to connect, 5 s in all. */
    public static final Limits DEFAULT =
        new Limits(1 << 20, Duration.ofSeconds(3), Duration.ofSeconds(5));
  }

  /** What came of it. Reasons name the address without what may be secret in it. */
  sealed interface Answered {
    /** The server answered, well or badly, with all of this text. */
    record Text(int status, String text) implements Answered {}

    /** The address is not allowed, or the login is not for it; asking again will not help. */
    record Refused(String reason) implements Answered {}

    /** No whole answer came, or one that is too long. */
    record Unanswered(String reason) implements Answered {}
  }
}
