package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import dev.slipway.agent.time.Signal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;

/**
 * Calls services of others by a POST of JSON, over HTTPS, or over HTTP on loopback. Safe for use by
 * several threads.
 */
public interface Calls {

  /**
   * Calls once; a redirect is an answer, and not followed, and what an answer says is not read.
   *
   * @param login goes to the address's own host
   * @param total from the first byte to the last
   * @param cut ends the call
   */
  Called post(String url, Message message, Optional<Login> login, Duration total, Signal cut);

  /** Returns calls through one client with its own few connections. */
  static Calls over(Duration connect) {
    return new CheckedCalls(connect, new OkHttpClient());
  }

  /**
   * What is posted as a JSON object, with headers beside those that every call has.
   *
   * @param body texts, and objects of texts, in the order in which they are written
   */
  record Message(Map<String, Object> body, Map<String, String> headers) {
    public Message {
      body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
      headers = Map.copyOf(headers);
    }
  }

  /** What came of it. Reasons name the address without what may be secret in it. */
  sealed interface Called {
    /** The server answered. */
    record Answered(int status) implements Called {
      /** Returns whether the answer is a good one. */
      public boolean isGood() {
        return status >= 200 && status < 300;
      }
    }

    /** The address is not allowed, or the login is not for it; calling again will not help. */
    record Refused(String reason) implements Called {}

    /** No answer came, as far as can be told. */
    record Unanswered(String reason) implements Called {}
  }
}
