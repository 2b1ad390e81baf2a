package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.POOL;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.member;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import dev.slipway.agent.balancer.edge.Response.MirrorView;
import dev.slipway.agent.balancer.edge.RoutingSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.MirrorSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.RuleSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.Where;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.strategies.traffic.MemberState;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: rules and copies never cost a user's request. Method: a real edge, with tracks of members
 * that are dead, slow or rude.
 */
class EdgeRoutingTest {
  private static final String GET =
      String.join(
          "\r\n",
          "GET /a?b=c HTTP/1.1",
          "Host: shop:81",
          "X-Canary: 1",
          "X-Slipway-Mirror: 1",
          "Connection: close",
          "",
          "");
  private static final String MARK = "X-Slipway-Mirror";

  @TempDir private Path directory;
  private EdgeFixture edge;
  private final Origin stable =
      Origin.with(exchange -> {
        var marked = exchange.getRequestHeaders().containsKey(MARK);
        Origin.say(exchange, "1", marked ? "marked" : "stable");
      });

  @BeforeEach
  void startTheEdge() {
    edge = EdgeFixture.in(directory);
  }

  @AfterEach
  void stopTheEdge() {
    edge.close();
    stable.close();
  }

  private void make(MemberSpec candidate, Optional<MirrorSpec> mirror) {
    var rule = new RuleSpec(Where.HEADER, "X-Canary", "1", "candidate");
    var routing =
        new RoutingSpec(
            Map.of("stable", List.of("stable"), "candidate", List.of("candidate")),
            Map.of("stable", 10_000, "candidate", 0),
            mirror.isPresent() ? List.of() : List.of(rule),
            mirror,
            Optional.empty());
    var members = List.of(serving("stable", stable.address()), candidate);
    var pool = new PoolSpec(POOL, Optional.empty(), members, Optional.empty(), Optional.empty());
    edge.make(pool.with(routing));
  }

  private void mirrorTo(InetSocketAddress shadow) {
    make(
        member("candidate", shadow, 0, MemberState.SERVING),
        Optional.of(new MirrorSpec("candidate", 10_000, List.of("GET", "POST"))));
  }

  private String ask() {
    return RawClient.exchange(edge.listen(), GET);
  }

  private MirrorView copies() {
    return edge.status().pools().getFirst().mirrored().orElseThrow();
  }

  @Test
  void whereNobodyOfTheTrackCanBeReachedTheRestAnswers() {
    var nobody = Loopback.at("127.0.0.1", Loopback.freePort());
    make(member("candidate", nobody, 0, MemberState.SERVING), Optional.empty());

    for (int request = 0; request < 5; request++) {
      assertThat(ask()).endsWith("stable");
    }
    assertThat(edge.view("candidate").sessions()).isZero();
  }

  @Test
  void aCopyIsWhatTheClientAskedForWithAMarkThatNobodyElseCanSet() {
    var seen = new CompletableFuture<String>();
    try (var shadow =
        Origin.with(exchange -> {
          var head = exchange.getRequestHeaders();
          seen.complete(
              "%s %s %s"
                  .formatted(exchange.getRequestURI(), head.getFirst("Host"), head.getFirst(MARK)));
          Origin.say(exchange, "2", "shadow");
        })) {
      mirrorTo(shadow.address());

      assertThat(ask()).endsWith("stable");

      assertThat(seen.join()).isEqualTo("/a?b=c shop:81 1");
      await().until(() -> edge.view("candidate").tally().classes().get(1) == 1);
      assertThat(copies()).isEqualTo(new MirrorView(1, 0, 0));
    }
  }

  @Test
  void aShadowThatNeverAnswersIsLeftAloneOnceTooManyCopiesWait() {
    try (var shadow =
        RawOrigin.running(talk -> {
          while (!talk.head().isEmpty()) {
            // It hears every request out and never answers.
          }
        })) {
      mirrorTo(shadow.address());

      for (int request = 0; request < 200; request++) {
        assertThat(ask()).endsWith("stable");
      }

      assertThat(copies().sent() + copies().dropped()).isEqualTo(200);
      assertThat(copies().dropped()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20_000, 65_536})
  void theBodyOfACopyIsThatOfTheRequest(int size) {
    var seen = new CompletableFuture<String>();
    try (var shadow =
        Origin.with(exchange -> {
          seen.complete(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          Origin.say(exchange, "2", "shadow");
        })) {
      mirrorTo(shadow.address());
      var body = "0123456789".repeat(7_000).substring(0, size);

      assertThat(post("Content-Length: %d\r\n\r\n%s".formatted(size, body))).endsWith("stable");
      assertThat(seen.join()).isEqualTo(body);
    }
  }

  @Test
  void aBodyInChunksIsCopiedAndOneThatIsTooLongIsNot() {
    var seen = new CompletableFuture<String>();
    try (var shadow =
        Origin.with(exchange -> {
          seen.complete(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          Origin.say(exchange, "2", "shadow");
        })) {
      mirrorTo(shadow.address());
      var body = "x".repeat(65_537);
      assertThat(post("Content-Length: 65537\r\n\r\n" + body)).endsWith("stable");
      assertThat(copies()).isEqualTo(new MirrorView(0, 1, 0));

      var chunks = "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
      assertThat(post(chunks)).endsWith("stable");
      assertThat(seen.join()).isEqualTo("abcde");
    }
  }

  @Test
  void clientsThatBreakOffTheirBodiesUseUpNoPlaceForACopy() {
    try (var shadow = Origin.named("shadow")) {
      mirrorTo(shadow.address());
      for (int round = 0; round < 2; round++) {
        var rude = new ArrayList<RawClient>();
        for (int client = 0; client < 100; client++) {
          rude.add(RawClient.to(edge.listen()));
          rude.getLast().send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nab");
        }
        await().until(() -> edge.view("stable").sessions() == 100);
        rude.forEach(RawClient::close);
        await().until(() -> edge.view("stable").sessions() == 0);
      }
      assertThat(copies()).isEqualTo(new MirrorView(0, 0, 0));

      assertThat(post("Content-Length: 2\r\n\r\nab")).endsWith("stable");
      await().until(() -> copies().sent() == 1);
    }
  }

  private String post(String rest) {
    return RawClient.exchange(
        edge.listen(), "POST / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n" + rest);
  }
}
