package dev.slipway.agent.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.artifact.ArtifactStore.Fetched;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an artifact behind a login is had with the secret of its environment and with no other, and
 * the secret is named and never told. Method: a real server that asks for user and password.
 */
class PrivateSourcesTest {
  private static final byte[] ARCHIVE = new Archives().file("a", "text").bytes();

  @TempDir Path directory;
  private volatile String pair = "ada:hunter2";
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    server.createContext(
        "/shop.tar",
        exchange -> {
          try (exchange) {
            var wanted = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
            var given = exchange.getRequestHeaders().getFirst("Authorization");
            exchange.sendResponseHeaders(wanted.equals(given) ? 200 : 401, 0);
            exchange.getResponseBody().write(ARCHIVE);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theSecretOfTheEnvironmentLetsIn() {
    secret("production", "nexus", "ada:hunter2");

    assertThat(fetch("production", "nexus")).isInstanceOf(Fetched.Got.class);
  }

  @Test
  void aWrongSecretIsNamedAndCanBePutRight() {
    secret("production", "nexus", "ada:wr0ng");
    assertThat(unavailable("production", "nexus"))
        .contains("401", "secret 'nexus' of environment 'production'", "/shop.tar")
        .doesNotContain("wr0ng");

    secret("production", "nexus", "ada:hunter2");

    assertThat(fetch("production", "nexus")).isInstanceOf(Fetched.Got.class);
  }

  @Test
  void aRotatedPasswordIsReadWhenItIsNeeded() {
    secret("production", "nexus", "ada:hunter2");
    assertThat(fetch("production", "nexus")).isInstanceOf(Fetched.Got.class);

    pair = "ada:hunter3";
    secret("staging", "nexus", "ada:hunter3");

    assertThat(fetch("staging", "nexus")).isInstanceOf(Fetched.Got.class);
  }

  @Test
  void whatALoginBroughtIsInNobodyElsesCache() {
    secret("production", "nexus", "ada:hunter2");
    assertThat(fetch("production", "nexus")).isInstanceOf(Fetched.Got.class);

    assertThat(unavailable("preview", "nexus")).contains("'preview'", "there is no file");
    assertThat(store().fetch(source(Optional.empty())))
        .isInstanceOfSatisfying(
            Fetched.Refused.class,
            refused -> assertThat(refused.reason()).contains("401", "secretRef"));
  }

  @Test
  void aSecretThatIsOpenToAllIsNotSent() throws IOException {
    Path file = secret("production", "nexus", "ada:hunter2");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(unavailable("production", "nexus")).contains("chmod 600").doesNotContain("hunter2");
  }

  @Test
  void aTextThatLetsInNowhereIsRefusedByName() {
    secret("production", "nexus", "hunter2\nhunter3");

    assertThat(unavailable("production", "nexus"))
        .contains("'nexus'", "one line")
        .doesNotContain("hunter");
  }

  private Path secret(String environment, String name, String value) {
    try {
      Path file = directory.resolve("secrets").resolve(environment).resolve(name);
      Files.createDirectories(directory.resolve("secrets").resolve(environment));
      Files.writeString(file, value);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String unavailable(String environment, String name) {
    return switch (fetch(environment, name)) {
      case Fetched.Unavailable(var reason) -> reason;
      case Fetched other -> throw new AssertionError(other.toString());
    };
  }

  private Fetched fetch(String environment, String name) {
    return store().fetch(source(Optional.of(new SecretName(environment, name))));
  }

  private ArtifactSource source(Optional<SecretName> secret) {
    var url = "http://127.0.0.1:%d/shop.tar".formatted(server.getAddress().getPort());
    return new ArtifactSource.Url(url, Digest.of(ARCHIVE), secret);
  }

  private ArtifactStore store() {
    return ArtifactStore.in(
        directory.resolve("artifacts"),
        Downloads.over(Downloads.Limits.DEFAULT),
        new Secrets(directory.resolve("secrets"), Optional.empty()),
        _ -> new Trees.Listing.Refused("no tree"),
        ArtifactLimits.DEFAULT);
  }
}
