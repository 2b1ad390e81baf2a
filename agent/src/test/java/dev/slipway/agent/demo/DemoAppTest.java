package dev.slipway.agent.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the demo application can be released, and released broken, like any other. Method: write
 * releases, start each as a process of its own the way a host does, and ask it over HTTP.
 */
final class DemoAppTest {
  private final int port = Loopback.freePort();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  @TempDir Path directory;

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void aSoundReleaseNamesItsVersionAndItsPlace() throws Exception {
    try (var _ = startListening(new Behaviour.Sound())) {
      var answer = get("/");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Slipway-Version")).contains("2.4.1");
      assertThat(answer.headers().firstValue("X-Slipway-Host")).contains("127.0.0.11:" + port);
      assertThat(answer.body()).contains("version 2.4.1");
      assertThat(get("/up").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anUnhealthyReleaseServesButItsHealthCheckSaysNo() throws Exception {
    try (var _ = startListening(new Behaviour.Unhealthy())) {
      await().until(() -> get("/up").statusCode() == 503);
      assertThat(get("/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aReleaseThatWillNotStartEndsWithStatusOne() throws Exception {
    try (var app = start(new Behaviour.WillNotStart())) {
      assertThat(app.awaitExit()).isEqualTo(1);
      assertThat(app.log()).contains("does not start");
    }
  }

  @Test
  void aReleaseThatCrashesIsHealthyFirst() throws Exception {
    try (var app = startListening(new Behaviour.CrashesAfter(Duration.ofSeconds(2)))) {
      assertThat(get("/up").statusCode()).isEqualTo(200);
      assertThat(app.awaitExit()).isEqualTo(1);
    }
  }

  @Test
  void aSlowReleaseListensInTheEnd() throws Exception {
    try (var _ = startListening(new Behaviour.StartsSlowly(Duration.ofMillis(500)))) {
      assertThat(get("/up").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anUnknownBehaviourIsRefusedWithItsName() throws Exception {
    DemoRelease.write(directory, "2.4.1", new Behaviour.Sound());
    Files.writeString(directory.resolve("BEHAVIOUR"), "moody\n");
    try (var app = run()) {
      assertThat(app.awaitExit()).isEqualTo(2);
      assertThat(app.log()).contains("no behaviour 'moody'");
    }
  }

  @Test
  void anOpenRequestIsFinishedWhenTheProcessIsAskedToEnd() throws Exception {
    try (var app = startListening(new Behaviour.Sound());
        var slow = Loopback.connect("127.0.0.11", port)) {
      var request = "GET /slow?ms=1500 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
      slow.getOutputStream().write(request);
      // The request has been read once one that was sent later is answered.
      get("/");
      app.signal("TERM");

      assertThat(new String(slow.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200 OK")
          .endsWith("slow from version 2.4.1 on 127.0.0.11:%d\n".formatted(port));
      assertThat(app.awaitExit()).isZero();
    }
  }

  @Test
  void clientsThatHungUpHoldNoProcessUp() throws Exception {
    try (var app = startListening(new Behaviour.Sound())) {
      for (int i = 0; i < 5; i++) {
        hangUp("GET /slow?ms=200 HTTP/1.1\r\nHost: a\r\n\r\n");
        hangUp("GET /up HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      get("/slow?ms=500");
      app.signal("TERM");

      await().atMost(Duration.ofSeconds(20)).until(() -> !app.isAlive());
    }
  }

  /** As HAProxy does after a check: no answer is read, and the connection is reset. */
  private void hangUp(String request) throws IOException {
    try (var socket = Loopback.connect("127.0.0.11", port)) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
    }
  }

  @Test
  void theSameReleaseHasTheSameBytes(@TempDir Path other) throws IOException {
    DemoRelease.write(directory, "1", new Behaviour.Sound());
    DemoRelease.write(other, "1", new Behaviour.Sound());

    for (var file : List.of("app.jar", "VERSION", "BEHAVIOUR", "bin/start")) {
      assertThat(directory.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
    }
  }

  @Test
  void everyBehaviourIsReadAsItIsWritten() {
    var all =
        List.of(
            new Behaviour.Sound(),
            new Behaviour.WillNotStart(),
            new Behaviour.Unhealthy(),
            new Behaviour.FailsSmokeTests(),
            new Behaviour.FailsOneIn(20),
            new Behaviour.FailsUnderLoad(50),
            new Behaviour.AnswersSlowly(Duration.ofMillis(20)),
            new Behaviour.CrashesAfter(Duration.ofSeconds(3)),
            new Behaviour.StartsSlowly(Duration.ofMillis(250)));

    assertThat(all).allSatisfy(each -> assertThat(Behaviour.parse(each.line())).contains(each));
    assertThat(Behaviour.parse("crashes-after")).isEmpty();
    assertThat(Behaviour.parse("crashes-after soon")).isEmpty();
  }

  private Daemon startListening(Behaviour behaviour) throws IOException {
    return start(behaviour).awaitListening(Loopback.at("127.0.0.11", port));
  }

  private Daemon start(Behaviour behaviour) throws IOException {
    DemoRelease.write(directory, "2.4.1", behaviour);
    return run();
  }

  private Daemon run() {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command =
        List.of(
            directory.resolve("bin/start").toString(),
            "--address",
            "127.0.0.11",
            "--port",
            String.valueOf(port));
    return Daemon.start(directory.resolve("log"), Map.of("JAVA", java.toString()), command);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.11:" + port + path)).build();
  }
}
