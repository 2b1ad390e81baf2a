package dev.slipway.agent.metrics;

import dev.slipway.agent.http.Queries;
import dev.slipway.agent.http.Queries.Answered;
import dev.slipway.agent.secret.Login;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where numbers are asked for over HTTP, and with which login.
 *
 * @param login read again for each question, since it may be renewed; empty asks without one
 */
record Endpoint(Queries queries, Optional<Supplier<Login.Parsed>> login) {
  private static final int SHOWN_MAX = 300;

  Said ask(String url, Map<String, String> form) {
    if (login.isEmpty()) {
      return new Said(queries.ask(url, form, Optional.empty()), Optional.empty());
    }
    return switch (login.get().get()) {
      case Login.Parsed.Usable(var usable) ->
          new Said(queries.ask(url, form, Optional.of(usable)), Optional.of(usable));
      case Login.Parsed.Unusable(var reason) ->
          new Said(new Answered.Refused(reason), Optional.empty());
    };
  }

  /** What came of asking, and what may have been repeated of the login. */
  record Said(Answered answered, Optional<Login> login) {

    /** Returns a text fit to be shown: short, on one line, and without the login. */
    String shown(String text) {
      var clean = login.map(one -> one.scrub(text)).orElse(text);
      var line = clean.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
      return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + " …";
    }

    /** Whether the server says that this login, or none, is not enough. */
    boolean isDenied() {
      return answered instanceof Answered.Text(var status, var _)
          && (status == 401 || status == 403);
    }
  }
}
