package dev.slipway.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: tests may trust the balancer that the bench gives them. Method: two servers that tell their
 * names, moved about over the admin socket.
 */
final class HaproxyFixtureTest {
  private static final int A = Loopback.freePort();
  private static final int B = Loopback.freePort();

  private final HttpServer a = server("a", A);
  private final HttpServer b = server("b", B);
  @TempDir Path directory;

  @BeforeEach
  void startServers() {
    a.start();
    b.start();
  }

  @AfterEach
  void stopServers() {
    a.stop(0);
    b.stop(0);
  }

  @Test
  void requestsGoWhereTheAdminSocketSendsThem() throws IOException {
    try (var haproxy = shop().start()) {
      assertThat(answers(haproxy)).contains("a", "b");

      assertThat(haproxy.ask("set server be_shop/a state drain")).isEmpty();

      assertThat(answers(haproxy)).containsOnly("b");
      assertThat(haproxy.log()).contains("be_shop/b");
    }
  }

  @Test
  void aRestartIsANewProcessThatForgotTheDrain() throws IOException {
    try (var haproxy = shop().start()) {
      var before = haproxy.workerPid();
      haproxy.ask("set server be_shop/a state drain");

      haproxy.restart();

      assertThat(haproxy.workerPid()).isNotEqualTo(before);
      assertThat(answers(haproxy)).contains("a", "b");
    }
  }

  @Test
  void aReloadTakesTheNewConfigurationAndANewWorker() throws IOException {
    try (var haproxy = shop().asMasterWorker().start()) {
      var before = haproxy.workerPid();
      haproxy.backend("be_shop", "server b 127.0.0.1:" + B);

      haproxy.reload();

      assertThat(haproxy.workerPid()).isNotEqualTo(before);
      assertThat(answers(haproxy)).containsOnly("b");
    }
  }

  @Test
  void theAdminSocketIsThereAsAPortToo() throws IOException {
    try (var haproxy = shop().start();
        var socket = Loopback.connect("127.0.0.1", haproxy.adminPort())) {
      socket.getOutputStream().write("show info\n".getBytes(StandardCharsets.UTF_8));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("Name: HAProxy");
    }
  }

  @Test
  void aKilledBalancerIsGoneUntilItIsStartedAgain() throws IOException {
    try (var haproxy = shop().start()) {
      haproxy.kill();

      assertThat(haproxy.isRunning()).isFalse();
      haproxy.start();
      assertThat(answers(haproxy)).contains("a", "b");
    }
  }

  private HaproxyFixture shop() {
    return HaproxyFixture.in(directory)
        .backend("be_shop", "server a 127.0.0.1:" + A, "server b 127.0.0.1:" + B);
  }

  private static String[] answers(HaproxyFixture haproxy) throws IOException {
    var answers = new String[8];
    for (int i : IntStream.range(0, answers.length).toArray()) {
      answers[i] = ask(haproxy.port("be_shop"));
    }
    return answers;
  }

  private static String ask(int port) throws IOException {
    try (var socket = Loopback.connect("127.0.0.1", port)) {
      var request = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
      socket.getOutputStream().write(request);
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  private static HttpServer server(String name, int port) {
    try {
      var server = HttpServer.create(Loopback.at("127.0.0.1", port), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, name.length());
            exchange.getResponseBody().write(name.getBytes(StandardCharsets.UTF_8));
            exchange.close();
          });
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
