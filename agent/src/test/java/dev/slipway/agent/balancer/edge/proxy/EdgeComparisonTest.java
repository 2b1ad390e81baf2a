package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.POOL;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.member;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.Response.ComparedView;
import dev.slipway.agent.balancer.edge.Response.FieldView;
import dev.slipway.agent.balancer.edge.RoutingSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.MirrorSpec;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.MemberState;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what a candidate answers otherwise is found, what is noise is not, and no user ever pays
 * for it. Method: a real edge between members that answer byte by byte what the test says.
 */
class EdgeComparisonTest {
  private static final Comparison PLAIN =
      new Comparison(new TreeSet<>(Set.of("ETag")), List.of("/at"), false);
  private static final Comparison NOISY = new Comparison(new TreeSet<>(), List.of(), true);

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

  private static String json(String more, String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(more, body.length(), body);
  }

  private static RawOrigin origin(IntFunction<String> answers) {
    var turn = new AtomicInteger();
    return RawOrigin.running(talk -> {
      while (!talk.head().isEmpty()) {
        talk.say(answers.apply(turn.getAndIncrement()));
      }
    });
  }

  private void make(InetSocketAddress stable, InetSocketAddress candidate, Comparison comparison) {
    var mirror =
        new MirrorSpec("candidate", 10_000, List.of("GET", "HEAD"), Optional.of(comparison));
    var routing =
        new RoutingSpec(
            Map.of("stable", List.of("stable"), "candidate", List.of("candidate")),
            Map.of("stable", 10_000, "candidate", 0),
            List.of(),
            Optional.of(mirror),
            Optional.empty());
    var members =
        List.of(serving("stable", stable), member("candidate", candidate, 0, MemberState.SERVING));
    var pool = new PoolSpec(POOL, Optional.empty(), members, Optional.empty(), Optional.empty());
    edge.make(pool.with(routing));
  }

  private String ask(String method) {
    return RawClient.exchange(
        edge.listen(), method + " /a HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
  }

  private ComparedView after(int requests) {
    await().until(() -> view().compared() + view().uncompared() == requests);
    return view();
  }

  private ComparedView view() {
    return edge.status().pools().getFirst().compared().orElseThrow();
  }

  private ComparedView compared(String stable, String candidate, String method) {
    try (var one = origin(_ -> stable);
        var other = origin(_ -> candidate)) {
      make(one.address(), other.address(), PLAIN);
      assertThat(ask(method)).contains(stable.substring(stable.indexOf("\r\n\r\n")));
      return after(1);
    }
  }

  private static ComparedView found(FieldView... fields) {
    return new ComparedView(1, fields.length == 0 ? 0 : 1, 0, 0, 0, List.of(fields));
  }

  private static FieldView once(String field) {
    return new FieldView(field, 1, 0);
  }

  @Test
  void whatMeansTheSameIsTheSame() {
    assertThat(
            compared(
                json("ETag: 1\r\n", "{\"a\":1.0,\"b\":[2],\"at\":{\"x\":1}}"),
                json("X-Other: 1\r\nEtag: 1\r\n", "{\"b\":[2],\"a\":1,\"at\":\"now\"}"),
                "GET"))
        .isEqualTo(found());
  }

  @Test
  void statusHeadersAndFieldsAreNamedAndNeverTold() {
    var other = json("ETag: 2\r\n", "{\"a\":1,\"b\":[{\"c\":\"secret\"}]}").replace("200", "201");

    assertThat(compared(json("ETag: 1\r\n", "{\"a\":1,\"b\":[{\"c\":2}]}"), other, "GET"))
        .isEqualTo(found(once("/b/*/c"), once("header ETag"), once("status")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Content-Length: 3~~abc  | Content-Length: 3~~abd                           | body
          Content-Length: 3~~abc  | Transfer-Encoding: chunked~~1~a~2;x=y~bc~0~~     | ''
          Content-Length: 3~~abc  | Transfer-Encoding: chunked~~1~a~9~bc             | no answer
          Content-Length: 3~~abc  | Content-Encoding: gzip~Content-Length: 3~~xyz    | ''
          Content-Length: 3~Content-Encoding: gzip~~abc | Content-Encoding: gzip~Content-Length: 3~~xyz | body
          """)
  void bodiesAreComparedByTheirBytesHoweverTheyCome(String one, String other, String field) {
    var begin = "HTTP/1.1 200 OK\r\n";
    var candidate = begin + other.replace("~", "\r\n");
    try (var stable = origin(_ -> begin + one.replace("~", "\r\n"));
        var shadow =
            RawOrigin.running(talk -> {
              talk.head();
              talk.say(candidate);
            })) {
      make(stable.address(), shadow.address(), PLAIN);

      assertThat(ask("GET")).endsWith("\r\n\r\nabc");
      assertThat(after(1)).isEqualTo(field.isEmpty() ? found() : found(once(field)));
    }
  }

  @Test
  void headAndNotModifiedHaveNoBody() {
    var head = "HTTP/1.1 200 OK\r\nETag: %d\r\nContent-Length: 5\r\n\r\n";
    assertThat(compared(head.formatted(1), head.formatted(2), "HEAD"))
        .isEqualTo(found(once("header ETag")));
  }

  @Test
  void whatWasNotModifiedIsCompared() {
    var unmodified = "HTTP/1.1 304 Not Modified\r\nETag: %d\r\n\r\n";
    assertThat(compared(unmodified.formatted(1), unmodified.formatted(1), "GET"))
        .isEqualTo(found());
  }

  @Test
  void aCandidateThatHangsUpOrSaysTooMuchDiffersAndTheUserGetsEveryByte() {
    var huge = "0123456789".repeat(200_000);
    var answer = "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + huge;
    try (var stable = origin(turn -> turn == 1 ? answer : json("", "{}"));
        var rude = RawOrigin.running(talk -> talk.head());
        var endless = origin(_ -> answer)) {
      make(stable.address(), rude.address(), PLAIN);
      assertThat(ask("GET")).endsWith("{}");
      assertThat(after(1)).isEqualTo(found(once("no answer")));

      make(stable.address(), endless.address(), PLAIN);
      assertThat(ask("GET")).endsWith("\r\n\r\n" + huge);
      assertThat(after(2).differing()).isEqualTo(1);
      assertThat(ask("GET")).endsWith("{}");
      assertThat(after(3).fields()).containsExactly(once("no answer"), once("body"));
    }
  }

  @Test
  void aCandidateThatIsSilentHoldsUpNobody() {
    try (var stable = origin(_ -> json("", "{}"));
        var silent =
            RawOrigin.running(talk -> {
              while (!talk.head().isEmpty()) {
                // It hears every request out and never answers.
              }
            })) {
      make(stable.address(), silent.address(), PLAIN);
      for (int request = 0; request < 200; request++) {
        assertThat(ask("GET")).endsWith("{}");
      }
      assertThat(view().uncompared()).isPositive();
      assertThat(view().uncompared() + view().compared()).isLessThanOrEqualTo(200);
    }
  }

  @Test
  void aRandomFieldIsNoiseAndHidesNothingThatIsWrong() {
    try (var stable = origin(turn -> json("", "{\"id\":\"s%d\",\"sum\":1}".formatted(turn)));
        var good = origin(turn -> json("", "{\"id\":\"c%d\",\"sum\":1}".formatted(turn)));
        var bad = origin(turn -> json("", "{\"id\":\"b%d\",\"sum\":2}".formatted(turn)))) {
      make(stable.address(), good.address(), NOISY);
      for (int request = 1; request <= 20; request++) {
        ask("GET");
        after(request);
      }
      var noise = new ComparedView(20, 0, 20, 0, 0, List.of(new FieldView("/id", 0, 20)));
      assertThat(view()).isEqualTo(noise);

      make(stable.address(), bad.address(), NOISY);
      ask("GET");
      var wrong = List.of(new FieldView("/sum", 1, 0), new FieldView("/id", 0, 21));
      assertThat(after(21)).isEqualTo(new ComparedView(21, 1, 21, 0, 0, wrong));
    }
  }
}
