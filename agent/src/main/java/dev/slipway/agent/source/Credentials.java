package dev.slipway.agent.source;

import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What is shown to an HTTP server; read when it is needed and never kept. */
record Credentials(Optional<Login> login) {

  /** Reads a login from a file, if there is one. */
  static Credentials read(Optional<Path> file) throws IOException {
    return file.isEmpty() ? new Credentials(Optional.empty()) : read(file.get());
  }

  private static Credentials read(Path file) throws IOException {
    var called = "the file with the credentials";
    return switch (Secrets.read(called, file)) {
      case Secrets.Read.Unusable(var reason) -> throw new IOException(reason);
      case Secrets.Read.Found(var secret) ->
          switch (Login.of(secret)) {
            case Login.Parsed.Usable(var login) -> new Credentials(Optional.of(login));
            case Login.Parsed.Unusable(var reason) ->
                throw new IOException("%s, %s: %s".formatted(called, file, reason));
          };
    };
  }

  /** Returns the headers that log in to a host. */
  Map<String, String> headers(String host) {
    return login
        .flatMap(one -> one.authorization(host))
        .map(text -> Map.of("Authorization", text))
        .orElse(Map.of());
  }

  /** Returns a text in which nothing of the secret is left. */
  String scrub(String text) {
    return login.map(one -> one.scrub(text)).orElse(text);
  }
}
