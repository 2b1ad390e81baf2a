package dev.slipway.agent.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What is shown to an HTTP server; read when it is needed and never kept. */
record Credentials(Optional<String> secret) {
  private static final int LENGTH_MAX = 16 * 1024;

  /** Reads {@code user:password} or a bearer token from the first line of a file. */
  static Credentials read(Optional<Path> file) throws IOException {
    return file.isEmpty() ? new Credentials(Optional.empty()) : read(file.get());
  }

  private static Credentials read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("the file with the credentials, %s, cannot be read".formatted(file));
    }
    var line = Files.size(file) > LENGTH_MAX ? "" : Files.readString(file).strip();
    if (line.isEmpty() || line.chars().anyMatch(Character::isISOControl)) {
      throw new IOException(
          "%s must hold one line: user:password, or a bearer token".formatted(file));
    }
    return new Credentials(Optional.of(line));
  }

  /** Returns the headers that log in. */
  Map<String, String> headers() {
    return secret.map(text -> Map.of("Authorization", authorization(text))).orElse(Map.of());
  }

  /** Returns a text in which nothing of the secret is left. */
  String scrub(String text) {
    var clean = text;
    for (var word : secret.stream().flatMap(Credentials::parts).toList()) {
      clean = clean.replace(word, "***");
    }
    return clean;
  }

  @Override
  public String toString() {
    return "Credentials[***]";
  }

  private static Stream<String> parts(String secret) {
    var password = secret.substring(secret.indexOf(':') + 1);
    return Stream.of(secret, encoded(secret), password).filter(part -> !part.isEmpty());
  }

  private static String authorization(String secret) {
    return secret.contains(":") ? "Basic " + encoded(secret) : "Bearer " + secret;
  }

  private static String encoded(String secret) {
    return Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
  }
}
