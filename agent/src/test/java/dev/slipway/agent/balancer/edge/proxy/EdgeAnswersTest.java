package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: answers that are allowed but rare reach the client whole, and at once. Method: members that
 * say exactly these bytes, and clients that read exactly what comes.
 */
class EdgeAnswersTest {
  private static final String KEEP = "Host: shop\r\n\r\n";
  private static final String CLOSE = "Host: shop\r\nConnection: close\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir private Path directory;
  private EdgeFixture edge;

  @BeforeEach
  void startTheEdge() {
    edge = EdgeFixture.in(directory);
  }

  @AfterEach
  void stopTheEdge() {
    edge.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Content-Length: 500\r\n"})
  void anAnswerThatNothingChangedIsNotWaitedForAsIfItHadABody(String length) {
    try (var origin =
            RawOrigin.running(talk -> {
              while (!talk.head().isEmpty()) {
                talk.say("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n" + length + "\r\n");
              }
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      assertThat(client.send("GET /1 HTTP/1.1\r\n" + KEEP).until("\r\n\r\n"))
          .startsWith("HTTP/1.1 304")
          .contains("ETag: \"1\"");
      assertThat(client.send("GET /2 HTTP/1.1\r\n" + CLOSE).rest())
          .startsWith("HTTP/1.1 304")
          .endsWith("\r\n\r\n");
      assertThat(edge.view("a").sessions()).isZero();
    }
  }

  @Test
  void aClientThatWantsToCloseStillSeesThatAnAnswerWasBrokenOff() {
    try (var origin = RawOrigin.answering(CHUNKED + "4\r\nhalf\r\n")) {
      edge.make(serving("a", origin.address()));

      var answer = RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\n" + CLOSE);

      assertThat(answer).contains("Transfer-Encoding: chunked", "half").doesNotContain("\r\n0\r\n");
    }
  }

  @Test
  void trailersReachAClientThatWantsToClose() {
    try (var origin = RawOrigin.answering(CHUNKED + "3\r\nabc\r\n0\r\nX-Sum: 42\r\n\r\n")) {
      edge.make(serving("a", origin.address()));

      assertThat(RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\n" + CLOSE))
          .endsWith("abc\r\n0\r\nX-Sum: 42\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 9\r\n", "Transfer-Encoding: chunked\r\n"})
  void aMemberMayRefuseABodyOfWhichNothingWasSent(String framing) {
    try (var origin =
            RawOrigin.running(talk -> {
              talk.head();
              talk.say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
              talk.in().readAllBytes();
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\n" + framing + CLOSE);

      assertThat(client.until("big")).startsWith("HTTP/1.1 413").endsWith("big");
    }
    await().until(() -> edge.view("a").sessions() == 0);
  }

  @RepeatedTest(10)
  void aMemberMayHangUpOnABodyThatItRefuses() {
    try (var origin =
            RawOrigin.running(talk -> {
              talk.head();
              talk.say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\nContent-Length: 50000000\r\n" + CLOSE);
      client.sendUntilClosed(new byte[1_000_000]);

      assertThat(client.until("big")).startsWith("HTTP/1.1 413");
    }
    await().until(() -> edge.view("a").sessions() == 0);
  }

  @Test
  void whatAMemberSaysUnaskedReachesNobody() {
    try (var origin =
            RawOrigin.running(talk -> {
              while (!talk.head().isEmpty()) {
                var answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
                talk.say(answer + "wanted" + answer + "poison");
              }
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      for (int i = 0; i < 20; i++) {
        assertThat(client.send("GET / HTTP/1.1\r\n" + KEEP).until("wanted"))
            .startsWith("HTTP/1.1 200")
            .endsWith("wanted");
      }
    }
  }
}
