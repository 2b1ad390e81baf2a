package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import okhttp3.OkHttpClient;

/** Fetches files over HTTPS, or over HTTP from loopback. Safe for use by several threads. */
public interface Downloads {

  /**
   * Gets a file and hands its bytes on while they come.
   *
   * @param login goes to the address's own host and port, and nowhere else
   */
  Downloaded get(String url, Optional<Login> login, Sink sink);

  /** Returns downloads through one client with its own few connections. */
  static Downloads over(Limits limits) {
    return new CheckedDownloads(limits, new OkHttpClient());
  }

  /**
   * What one download may cost at most.
   *
   * @param idle the longest silence of the server
   */
  record Limits(long bytes, Duration connect, Duration idle, Duration total) {
    /** 2 GiB; 10 s to connect, 30 s of silence, one hour. */
    public static final Limits DEFAULT =
        new Limits(2L << 30, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofHours(1));
  }

  /** Takes what is downloaded. */
  interface Sink {
    /**
     * Reads the stream to its end; the stream fails when a limit is reached.
     *
     * @throws IOException if the bytes cannot be read or kept; the download is then unavailable
     */
    void accept(InputStream in) throws IOException;
  }

  /** How a download ended. */
  sealed interface Downloaded {
    /** Everything came. */
    record Complete() implements Downloaded {}

    /** The address is not allowed, or the answer says that trying again will not help. */
    record Refused(String reason) implements Downloaded {}

    /** The server asks for a login, or for another one. */
    record Denied(String reason) implements Downloaded {}

    /** It cannot be had now. */
    record Unavailable(String reason) implements Downloaded {}
  }
}
