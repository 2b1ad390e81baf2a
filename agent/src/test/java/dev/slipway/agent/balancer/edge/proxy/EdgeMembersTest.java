package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.CheckSpec;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: no fault of a member becomes one of a request if another member could serve it, and nothing
 * is counted for ever. Method: members that hang up, refuse and recover at the worst moment.
 */
class EdgeMembersTest {
  private static final Waiter WAITER = Waiter.system();
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";

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

  @Test
  void aMemberThatHangsUpIdleConnectionsCostsNoRequest() {
    try (var origin = hangingUpAfter(Duration.ofMillis(50))) {
      edge.make(serving("a", origin.address()));
      List<String> lost = new CopyOnWriteArrayList<>();
      List<Thread> clients = new ArrayList<>();
      for (int client = 0; client < 24; client++) {
        int gapMillis = 46 + client % 9;
        var method = client % 2 == 0 ? "GET" : "POST";
        clients.add(Thread.ofVirtual().start(() -> lost.addAll(sendWithGaps(method, gapMillis))));
      }
      clients.forEach(EdgeMembersTest::join);

      assertThat(lost).isEmpty();
      assertThat(origin.heads()).hasSizeGreaterThanOrEqualTo(24 * 40);
    }
  }

  private List<String> sendWithGaps(String method, int gapMillis) {
    List<String> lost = new ArrayList<>();
    try (var client = RawClient.to(edge.listen())) {
      for (int request = 0; request < 40; request++) {
        client.send(method + " / HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n");
        var answer = client.until("ok!");
        if (!answer.startsWith("HTTP/1.1 200")) {
          lost.add(method + " " + request + ": " + answer);
        }
        WAITER.await(Duration.ofMillis(gapMillis), new Signal());
      }
    }
    return lost;
  }

  private static RawOrigin hangingUpAfter(Duration idle) {
    return RawOrigin.running(talk -> {
      try {
        while (!talk.head().isEmpty()) {
          talk.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok!");
          talk.socket().setSoTimeout(Math.toIntExact(idle.toMillis()));
        }
      } catch (SocketTimeoutException e) {
        talk.socket().close();
      }
    });
  }

  @Test
  void aRequestGoesOnToTheNextMemberWhenOneCannotBeReached() {
    var nobody = Loopback.at("127.0.0.1", Loopback.freePort());
    try (var alive = Origin.named("alive")) {
      edge.make(serving("dead", nobody), serving("alive", alive.address()));

      for (int request = 0; request < 10; request++) {
        assertThat(RawClient.exchange(edge.listen(), POST)).startsWith("HTTP/1.1 200");
      }

      assertThat(edge.view("dead").witness()).isEqualTo(Witness.DOWN);
      assertThat(edge.view("dead").sessions()).isZero();
      assertThat(edge.view("alive").witness()).isEqualTo(Witness.NONE);
    }
  }

  @Test
  void theLastMemberIsNeverGivenUp() {
    var address = Loopback.at("127.0.0.1", Loopback.freePort());
    edge.make(serving("a", address));
    for (int request = 0; request < 5; request++) {
      assertThat(RawClient.exchange(edge.listen(), GET))
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 1");
    }
    try (var _ = Origin.at(address, exchange -> Origin.say(exchange, "1", "back"))) {
      assertThat(RawClient.exchange(edge.listen(), GET)).endsWith("back");
    }
  }

  @Test
  void anUnsafeRequestIsSentOnlyOnce() {
    try (var hangsUp = RawOrigin.running(RawOrigin.Talk::head);
        var other = Origin.named("other")) {
      edge.make(serving("a", hangsUp.address()), serving("b", other.address()));

      var answers = List.of(exchange(POST), exchange(POST));

      assertThat(answers).anyMatch(answer -> answer.startsWith("HTTP/1.1 502"));
      assertThat(hangsUp.heads()).hasSize(1);
      assertThat(List.of(exchange(GET), exchange(GET)))
          .allMatch(answer -> answer.startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void clientsThatGoAwayLeaveNothingBehind() {
    var release = new CountDownLatch(1);
    try (var slow =
        Origin.with(exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[1 << 20]);
          awaitQuietly(release);
          for (int megabyte = 0; megabyte < 50; megabyte++) {
            exchange.getResponseBody().write(new byte[1 << 20]);
          }
        })) {
      edge.make(serving("a", slow.address()));
      for (int client = 0; client < 20; client++) {
        try (var gone = RawClient.to(edge.listen())) {
          assertThat(gone.send(GET).until("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
      }
      release.countDown();

      await().until(() -> edge.view("a").sessions() == 0);
    }
  }

  @Test
  void uploadsThatAreBrokenOffLeaveNothingBehind() {
    try (var origin = Origin.named("a")) {
      edge.make(serving("a", origin.address()));
      for (int client = 0; client < 20; client++) {
        try (var gone = RawClient.to(edge.listen())) {
          gone.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 100000\r\n\r\nhalf");
          await().until(() -> edge.view("a").sessions() == 1);
        }
        await().until(() -> edge.view("a").sessions() == 0);
      }
      assertThat(origin.answered()).isZero();
    }
  }

  @Test
  void itsOwnChecksTakeAMemberOutAndBringItBack() {
    var sick = new AtomicBoolean();
    try (var a =
            Origin.with(exchange -> {
              if (sick.get() && exchange.getRequestURI().getPath().equals("/up")) {
                exchange.sendResponseHeaders(500, -1);
              } else {
                Origin.say(exchange, "a", "a");
              }
            });
        var b = Origin.named("b")) {
      var check = new CheckSpec("/up", 50, 1_000, 2, 2);
      edge.make(
          new PoolSpec(
              EdgeFixture.POOL,
              Optional.empty(),
              List.of(serving("a", a.address()), serving("b", b.address())),
              Optional.empty(),
              Optional.of(check)));
      await().until(() -> edge.view("a").witness() == Witness.UP);

      sick.set(true);
      await().until(() -> edge.view("a").witness() == Witness.DOWN);
      for (int request = 0; request < 10; request++) {
        assertThat(exchange(GET)).endsWith("\r\n\r\nb");
      }
      sick.set(false);
      await().until(() -> edge.view("a").witness() == Witness.UP);
    }
  }

  @Test
  void waitingRequestsAreLimitedInNumberAndTime() {
    edge.makeParking(2, 700);
    try (var first = RawClient.to(edge.listen());
        var second = RawClient.to(edge.listen())) {
      first.send(GET);
      second.send(GET);
      await().until(() -> edge.parked() == 2);

      assertThat(exchange(GET)).startsWith("HTTP/1.1 503").contains("too many requests wait");
      assertThat(first.rest()).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
      assertThat(second.rest()).startsWith("HTTP/1.1 503");
      assertThat(edge.parked()).isZero();
    }
  }

  @Test
  void aBodyIsNotReadWhileItsRequestWaits() {
    edge.makeParking(10, 20_000);
    try (var origin = Origin.with(EdgeMembersTest::echo);
        var client = RawClient.to(edge.listen())) {
      client.send(POST);
      await().until(() -> edge.parked() == 1);
      edge.makeParking(10, 20_000, serving("a", origin.address()));

      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nhi");
    }
  }

  @Test
  void connectionsAreReusedForSafeMethodsAndFreshForOthers() {
    try (var origin = hangingUpAfter(Duration.ofSeconds(10));
        var client = RawClient.to(edge.listen())) {
      edge.make(serving("a", origin.address()));
      for (int request = 0; request < 10; request++) {
        client.send("GET / HTTP/1.1\r\nHost: shop\r\n\r\n").until("ok!");
      }
      assertThat(origin.connections()).isEqualTo(1);
      for (int request = 0; request < 10; request++) {
        client.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n").until("ok!");
      }
      assertThat(origin.connections()).isEqualTo(11);
    }
  }

  @Test
  void aMemberThatIsKilledCostsNoSafeRequest() {
    try (var stays = Origin.named("stays")) {
      var dies = Origin.named("dies");
      edge.make(serving("dies", dies.address()), serving("stays", stays.address()));
      try (var load = LoadClient.start(LoadPlan.against(edge.listen()), WAITER)) {
        await().until(() -> dies.answered() > 50);
        dies.close();
        long sent = load.report().sent();
        await().until(() -> load.report().sent() > sent + 200);
        var report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
      }
    }
  }

  private static void echo(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private String exchange(String request) {
    return RawClient.exchange(edge.listen(), request);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
