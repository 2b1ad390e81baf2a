package dev.slipway.agent.e2e.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that has releases for those who log in, and takes notices; when it refuses it repeats
 * what it was told, as a careless one may.
 */
public final class Nexus implements AutoCloseable {
  private final Path directory;
  private final HttpServer http;
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private volatile String login;

  /** Starts a server that lets in who logs in as this. */
  public Nexus(Path directory, String login) {
    this.directory = directory;
    this.login = login;
    try {
      Files.createDirectories(directory);
      http = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/releases/", this::release);
    http.createContext("/hooks/", this::notice);
    http.start();
  }

  /** Lets in nobody but who logs in as this. */
  public void expect(String other) {
    login = other;
  }

  public String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(http.getAddress().getPort(), path);
  }

  /** Returns the bodies of all notices. */
  public List<String> notices() {
    return notices;
  }

  /** Packs a release; returns it as the source of an application. */
  public String packed(String version, Behaviour behaviour, String secret) {
    try {
      Path files = directory.resolve("files-" + version);
      DemoRelease.write(files, version, behaviour);
      Path archive = directory.resolve("shop-%s.tar".formatted(version));
      Program.of("tar", "-cf", archive, "-C", files, ".").output();
      return "{url: \"%s\", sha256: \"%s\", secretRef: {name: %s}}"
          .formatted(
              url("/releases/shop-{{version}}.tar"),
              Digest.of(Files.readAllBytes(archive)),
              secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void release(HttpExchange exchange) throws IOException {
    try (exchange) {
      var given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      var wanted = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
      Path file = directory.resolve(exchange.getRequestURI().getPath().replaceAll(".*/", ""));
      var body = given.equals(wanted) ? Files.readAllBytes(file) : given.getBytes(UTF_8);
      exchange.getResponseHeaders().set("X-Given", given);
      exchange.sendResponseHeaders(given.equals(wanted) ? 200 : 401, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void notice(HttpExchange exchange) throws IOException {
    try (exchange) {
      notices.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
