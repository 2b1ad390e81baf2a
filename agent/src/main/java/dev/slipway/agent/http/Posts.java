package dev.slipway.agent.http;

import java.time.Duration;
import java.util.Optional;
import okhttp3.OkHttpClient;

/**
 * Posts JSON to addresses that are secret, over HTTPS, or over HTTP to loopback. Safe for use by
 * several threads.
 *
 * <p>No reason says an address, nor what a server or a library says, since they may repeat it.
 */
public interface Posts {

  /** Posts a message once; a redirect is not followed. */
  Posted post(String url, Message message);

  /** Returns posts through one client with its own few connections. */
  static Posts over(Limits limits) {
    return new CheckedPosts(limits, new OkHttpClient());
  }

  /**
   * What is posted.
   *
   * @param id the same whenever it is posted again
   */
  record Message(String id, String json) {}

  /** How long one exchange may take. */
  record Limits(Duration connect, Duration total) {
    /** 5 s to connect, 10 s in all. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  /** How it ended. */
  sealed interface Posted {
    /** It has arrived. */
    record Accepted() implements Posted {}

    /** Trying again will not help. */
    record Refused(String reason) implements Posted {}

    /**
     * It has not arrived, as far as can be told.
     *
     * @param after how long the server asks to be left alone
     */
    record Failed(String reason, Optional<Duration> after) implements Posted {}
  }
}
