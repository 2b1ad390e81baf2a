package dev.slipway.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.ScriptedServer.After;
import dev.slipway.agent.demo.ScriptedServer.Reply;
import dev.slipway.agent.time.Waiter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Goal: what the load client calls lost is exactly what users would have lost. Method: a server
 * that fails on purpose, in each way and at each moment that makes a difference.
 */
final class LoadClientTest {
  private static final long ENOUGH = 30;

  @Test
  void answersAreCountedByStatusAndVersion() {
    var report = reusing((_, request) -> ScriptedServer.ok(request % 2 == 0 ? "2" : "1"));

    assertThat(report.lost()).isZero();
    assertThat(report.retried()).isZero();
    assertThat(report.byStatus()).isEqualTo(Map.of(200, report.sent()));
    assertThat(report.byVersion()).containsOnlyKeys("1", "2");
    assertThat(report.byVersion().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(report.sent());
  }

  @Test
  void aReusedConnectionClosedBeforeAnyByteIsRetriedAndNotLost() {
    var report =
        reusing((_, request) -> request < 3 ? ScriptedServer.ok("1") : new Reply("", After.CLOSE));

    assertThat(report.lost()).isZero();
    assertThat(report.retried()).isPositive();
  }

  @Test
  void aRequestWhoseRetryFailsTooIsLost() {
    var report =
        reusing((connection, request) ->
            connection == 1 && request == 1 ? ScriptedServer.ok("1") : new Reply("", After.CLOSE));

    assertThat(report.ok()).isEqualTo(1);
    assertThat(report.retried()).isEqualTo(1);
    assertThat(report.lost()).isEqualTo(report.sent() - 1);
  }

  @Test
  void aNewConnectionClosedBeforeAnyByteIsLostWithoutRetry() {
    var report = reconnecting((_, _) -> new Reply("", After.CLOSE));

    assertThat(report.retried()).isZero();
    assertThat(report.lost()).isEqualTo(report.sent());
    assertThat(report.byFailure().values()).isNotEmpty();
  }

  @Test
  void anAnswerThatIsCutIsLostEvenOnAReusedConnection() {
    var cut = ScriptedServer.answer(200, "1").replace("Content-Length: 2", "Content-Length: 9");
    var report =
        reusing(
            (_, request) -> request == 1 ? ScriptedServer.ok("1") : new Reply(cut, After.CLOSE));

    assertThat(report.retried()).isZero();
    assertThat(report.byFailure()).containsOnlyKeys("answer was cut");
    assertThat(report.lost()).isEqualTo(report.byFailure().get("answer was cut"));
  }

  @Test
  void aServerErrorIsLostAndCountedWithItsStatus() {
    var report =
        reusing((_, request) ->
            request % 3 == 0
                ? new Reply(ScriptedServer.answer(503, "2"), After.KEEP)
                : ScriptedServer.ok("1"));

    assertThat(report.lost()).isEqualTo(report.byStatus().get(503)).isPositive();
    assertThat(report.ok()).isEqualTo(report.byStatus().get(200));
    assertThat(report.firstLosses().getFirst()).contains("status 503 from version 2");
    assertThat(report.render()).contains("503=" + report.lost());
  }

  @Test
  void aServerThatKeepsSilentLosesTheRequestWithoutRetry() {
    try (var server =
        ScriptedServer.start(
            (_, request) -> request == 1 ? ScriptedServer.ok("1") : new Reply("", After.KEEP))) {
      var plan = plan(server.address(), 1, 0).withTimeout(Duration.ofMillis(50));

      var report = runUntil(4, plan);

      assertThat(report.retried()).isZero();
      assertThat(report.byFailure()).containsOnlyKeys("no answer in time");
    }
  }

  @Test
  void whereNobodyListensEveryRequestIsLost() {
    var report = runUntil(ENOUGH, plan(Loopback.at("127.0.0.1", Loopback.freePort()), 1, 1));

    assertThat(report.lost()).isEqualTo(report.sent());
    assertThat(report.byFailure()).containsOnlyKeys("not connected: Connection refused");
  }

  @Test
  void aServerThatAnnouncesTheCloseIsNotRetried() {
    var closing =
        ScriptedServer.answer(200, "1").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    var report = reusing((_, _) -> new Reply(closing, After.CLOSE));

    assertThat(report.lost()).isZero();
    assertThat(report.retried()).isZero();
  }

  @Test
  void bodiesInChunksAndBodiesUpToTheEndAreAnswersToo() {
    var chunked =
        """
        HTTP/1.1 100 Continue\r
        \r
        HTTP/1.1 200 OK\r
        Transfer-Encoding: chunked\r
        \r
        3;x=y\r
        abc\r
        A\r
        0123456789\r
        0\r
        \r
        """;
    var endless = "HTTP/1.0 200 OK\r\n\r\nup to the end";
    var report =
        reusing((_, request) ->
            request % 2 == 1 ? new Reply(chunked, After.KEEP) : new Reply(endless, After.CLOSE));

    assertThat(report.lost()).isZero();
    assertThat(report.retried()).isZero();
    assertThat(report.byVersion()).containsOnlyKeys("unnamed");
  }

  @Test
  void reusingClientsKeepTheirConnectionAndReconnectingOnesDoNot() {
    try (var server = ScriptedServer.start((_, _) -> ScriptedServer.ok("1"))) {
      var reused = runUntil(ENOUGH, plan(server.address(), 2, 0));
      assertThat(reused.sent()).isGreaterThanOrEqualTo(ENOUGH);
      assertThat(server.connections()).isEqualTo(2);

      var fresh = runUntil(ENOUGH, plan(server.address(), 0, 2));
      assertThat(server.connections()).isEqualTo((int) (2 + fresh.sent()));
    }
  }

  private static LoadReport reusing(ScriptedServer.Script script) {
    try (var server = ScriptedServer.start(script)) {
      return runUntil(ENOUGH, plan(server.address(), 1, 0));
    }
  }

  private static LoadReport reconnecting(ScriptedServer.Script script) {
    try (var server = ScriptedServer.start(script)) {
      return runUntil(ENOUGH, plan(server.address(), 0, 1));
    }
  }

  private static LoadPlan plan(InetSocketAddress address, int reusing, int reconnecting) {
    return LoadPlan.against(address)
        .withClients(reusing, reconnecting)
        .withPause(Duration.ofMillis(1));
  }

  private static LoadReport runUntil(long requests, LoadPlan plan) {
    try (var load = LoadClient.start(plan, Waiter.system())) {
      await().until(() -> load.report().sent() >= requests);
      return load.stop();
    }
  }
}
