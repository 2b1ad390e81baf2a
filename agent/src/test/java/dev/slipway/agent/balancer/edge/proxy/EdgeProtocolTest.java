package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.edge.proxy.requests.EdgeTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the edge passes on what HTTP lets it pass on, byte for byte, and refuses what would let a
 * client and a member disagree. Method: bytes written by hand on both sides.
 */
class EdgeProtocolTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CLOSE = "Host: shop.example.com\r\nConnection: close\r\n\r\n";
  private static final int MEGABYTES_20 = 20 << 20;

  @TempDir private Path directory;
  private EdgeFixture edge;

  @BeforeEach
  void startTheEdge() {
    edge =
        EdgeFixture.in(
            directory,
            options ->
                options.with(
                    new EdgeTimes(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(1_500),
                        Duration.ofSeconds(2))));
  }

  @AfterEach
  void stopTheEdge() {
    edge.close();
  }

  @Test
  void aPathIsPassedOnByteForByte() {
    assertThat(headFor("GET /a%2Fb/../c;x=1/%7e?q=%20&&+= HTTP/1.1\r\n" + CLOSE))
        .startsWith("GET /a%2Fb/../c;x=1/%7e?q=%20&&+= HTTP/1.1\r\n");
  }

  @Test
  void theMemberIsToldWhoAskedAndFieldsOfTheHopAreKept() {
    var head =
        headFor(
            head(
                "GET / HTTP/1.1",
                "Host: shop.example.com:81",
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Proto: https",
                "Forwarded: for=6.6.6.6",
                "TE: trailers",
                "Keep-Alive: timeout=5",
                "X-Hop: 1",
                "X-End: 2",
                "Connection: close, X-Hop"));

    assertThat(head)
        .contains("Host: shop.example.com:81\r\n", "X-End: 2\r\n")
        .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n")
        .contains("X-Forwarded-Host: shop.example.com:81\r\n")
        .doesNotContain("6.6.6.6", "X-Hop", "Keep-Alive", "TE:", "Connection:");
  }

  @Test
  void aFoldedFieldIsUnfolded() {
    assertThat(headFor("GET / HTTP/1.1\r\nX: 1\r\n folded\r\n" + CLOSE))
        .contains("X: 1 folded\r\n");
  }

  @Test
  void anOldClientIsServed() {
    try (var origin =
        RawOrigin.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n")) {
      edge.make(serving("a", origin.address()));

      var answer = RawClient.exchange(edge.listen(), "GET / HTTP/1.0\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.0 200").endsWith("\r\n\r\nold");
      assertThat(origin.heads().getFirst()).contains("Host: 127.0.0.1:");
    }
  }

  @Test
  void aHeadRequestGetsTheLengthAndNoBody() {
    try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n")) {
      edge.make(serving("a", origin.address()));

      var answer = RawClient.exchange(edge.listen(), "HEAD / HTTP/1.1\r\n" + CLOSE);

      assertThat(answer).contains("Content-Length: 42").endsWith("\r\n\r\n");
    }
  }

  @Test
  void anAnswerThatEndsWithTheConnectionIsPassedOnWhole() {
    try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\n\r\nuntil the end")) {
      edge.make(serving("a", origin.address()));

      assertThat(RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\n" + CLOSE))
          .endsWith("\r\nuntil the end\r\n0\r\n\r\n");
    }
  }

  @Test
  void anAnswerThatIsBrokenOffIsNotMadeToLookWhole() {
    try (var origin =
        RawOrigin.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")) {
      edge.make(serving("a", origin.address()));

      var answer =
          RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");

      assertThat(answer).contains("half").doesNotContain("\r\n0\r\n");
      await().until(() -> edge.view("a").sessions() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
        "Content-Length: -2\r\n\r\nok"
      })
  void anAnswerWhoseEndIsUnclearIsNotPassedOn(String rest) {
    try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\n" + rest)) {
      edge.make(serving("a", origin.address()));

      assertThat(RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\n" + CLOSE))
          .startsWith("HTTP/1.1 502");
      assertThat(edge.view("a").sessions()).isZero();
    }
  }

  @Test
  void chunksCountMoreThanALength() {
    try (var origin =
        RawOrigin.answering(
            head("HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked")
                + "5\r\nwhole\r\n0\r\n\r\n")) {
      edge.make(serving("a", origin.address()));

      assertThat(RawClient.exchange(edge.listen(), "GET / HTTP/1.1\r\n" + CLOSE))
          .doesNotContain("Content-Length")
          .endsWith("\r\nwhole\r\n0\r\n\r\n");
    }
  }

  @Test
  void aBodyWaitsForTheMemberWhenTheClientAsksFirst() throws IOException {
    try (var origin = Origin.named("a");
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n" + CLOSE);
      assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 100");
      client.send("body");

      assertThat(client.rest()).startsWith("HTTP/1.1 200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 20971520", "Transfer-Encoding: chunked"})
  void largeBodiesPassInBothDirections(String framing) throws IOException {
    var body = new byte[MEGABYTES_20];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i * 31);
    }
    try (var origin =
            Origin.with(exchange -> {
              var read = exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, read.length);
              exchange.getResponseBody().write(read);
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\n" + framing + "\r\n" + CLOSE);
      boolean chunked = framing.endsWith("chunked");
      if (chunked) {
        client.send(Integer.toHexString(body.length) + "\r\n");
      }
      client.send(body);
      if (chunked) {
        client.send("\r\n0\r\n\r\n");
      }

      assertThat(client.until("\r\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(client.in().readAllBytes()).isEqualTo(body);
    }
  }

  @Test
  void aMemberMayAnswerBeforeItHasReadTheBody() {
    try (var origin =
            RawOrigin.running(talk -> {
              talk.head();
              talk.say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
              talk.in().readAllBytes();
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n" + CLOSE + "begin");

      assertThat(client.until("big")).startsWith("HTTP/1.1 413").endsWith("big");
    }
    await().until(() -> edge.view("a").sessions() == 0);
  }

  static Stream<String> unsound() {
    return Stream.of(
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: +5\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: -5\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: 0x5\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n" + CLOSE,
        "POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n" + CLOSE,
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" + CLOSE,
        "GET / HTTP/1.1\r\nX: a\u0000b\r\n" + CLOSE,
        "CONNECT shop:80 HTTP/1.1\r\n" + CLOSE,
        "GET  / HTTP/1.1\r\n" + CLOSE,
        "GET /\u0001 HTTP/1.1\r\n" + CLOSE,
        "GET /?a=\u007f HTTP/1.1\r\n" + CLOSE,
        "nonsense\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("unsound")
  void anUnsoundRequestReachesNoMember(String request) {
    try (var origin = RawOrigin.answering(OK)) {
      edge.make(serving("a", origin.address()));

      var answer = RawClient.exchange(edge.listen(), request);

      assertThat(answer).matches(text -> text.isEmpty() || text.matches("(?s)HTTP/1.. 400.*"));
      assertThat(origin.heads()).isEmpty();
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() {
    try (var origin = RawOrigin.answering(OK)) {
      edge.make(serving("a", origin.address()));

      var huge = "GET / HTTP/1.1\r\nX: " + "x".repeat(100_000) + "\r\n" + CLOSE;

      assertThat(RawClient.exchange(edge.listen(), huge)).doesNotContain("200");
      assertThat(origin.heads()).isEmpty();
    }
  }

  @Test
  void aClientThatNeverEndsItsHeadIsSentAway() {
    try (var client = RawClient.to(edge.listen())) {
      assertThat(client.send("GET / HTTP/1.1\r\nHost: sl").rest()).doesNotContain("200");
    }
  }

  @Test
  void aClientThatNeverEndsItsBodyIsSentAway() {
    try (var origin = Origin.named("a");
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));

      client.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n" + CLOSE + "half");

      assertThat(client.rest()).startsWith("HTTP/1.1 408");
      await().until(() -> edge.view("a").sessions() == 0);
    }
  }

  @Test
  void aMemberThatNeverAnswersIsGivenUp() {
    try (var origin = RawOrigin.running(talk -> talk.in().readAllBytes())) {
      edge.make(serving("a", origin.address()));

      var answer = RawClient.exchange(edge.listen(), "POST / HTTP/1.1\r\n" + CLOSE);

      assertThat(answer).startsWith("HTTP/1.1 504").contains("did not answer in time");
      await().until(() -> edge.view("a").sessions() == 0);
    }
  }

  @Test
  void aTunnelIsCountedUntilItIsClosed() {
    try (var origin =
            RawOrigin.running(talk -> {
              talk.head();
              talk.say(
                  head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: echo")
                      + "hello");
              talk.say("you said " + (char) talk.in().read());
              talk.in().readAllBytes();
            });
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));
      client.send(
          head(
              "GET /ws HTTP/1.1",
              "Host: shop",
              "Connection: keep-alive, Upgrade",
              "Upgrade: echo"));
      assertThat(client.until("hello")).startsWith("HTTP/1.1 101").contains("Upgrade: echo");
      assertThat(edge.view("a").sessions()).isEqualTo(1);
      assertThat(client.send("x").until("said x")).isEqualTo("you said x");
      assertThat(edge.view("a").sessions()).isEqualTo(1);
    }
    await().until(() -> edge.view("a").sessions() == 0);
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private String headFor(String request) {
    try (var origin = RawOrigin.answering(OK)) {
      edge.make(serving("a", origin.address()));
      assertThat(RawClient.exchange(edge.listen(), request)).startsWith("HTTP/1.1 200");
      return origin.heads().getFirst();
    }
  }
}
