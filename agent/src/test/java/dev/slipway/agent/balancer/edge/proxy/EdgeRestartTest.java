package dev.slipway.agent.balancer.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.edge.EdgeBalancers.Answered;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the edge needs no agent to take up its work again. Method: a real process that is killed
 * and started anew.
 */
class EdgeRestartTest {
  private static final Instance WEB1 = new Instance("web1", "web", "current");
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
  private static final Duration START = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final InetSocketAddress listen = Loopback.at("127.0.0.1", Loopback.freePort());
  private Optional<Process> process = Optional.empty();

  @AfterEach
  void killTheEdge() {
    process.ifPresent(Process::destroyForcibly);
  }

  @Test
  void aKilledEdgeServesAgainWithoutTheAgent() throws IOException, InterruptedException {
    try (var origin = Origin.named("1")) {
      start();
      var before = make(origin);
      assertThat(RawClient.exchange(listen, GET)).startsWith("HTTP/1.1 200");

      process.orElseThrow().destroyForcibly().waitFor();
      start();

      assertThat(RawClient.exchange(listen, GET)).startsWith("HTTP/1.1 200");
      assertThat(make(origin).generation()).isNotEqualTo(before.generation());
    }
  }

  @Test
  void aStoppedEdgeFinishesWhatItHasBegun() throws IOException, InterruptedException {
    try (var slow =
        Origin.with(exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('a');
          exchange.getResponseBody().flush();
          await().until(() -> !process.orElseThrow().toHandle().isAlive() || refuses());
          exchange.getResponseBody().write('z');
        })) {
      start();
      make(slow);
      try (var client = RawClient.to(listen)) {
        client.send(GET).until("a");
        process.orElseThrow().destroy();

        assertThat(client.rest()).contains("z");
      }
      assertThat(process.orElseThrow().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(directory.resolve("edge.sock")).doesNotExist();
    }
  }

  private boolean refuses() {
    try (var socket = Loopback.connect("127.0.0.1", listen.getPort())) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  private Answer.Now make(Origin origin) {
    var at = origin.address();
    var route = new Route("app", Map.of(WEB1, new Route.Server("web1", "127.0.0.1", at.getPort())));
    var spec = new BalancerSpec.Edge("front", control(), Optional.empty());
    try (var balancer = EdgeBalancers.open(spec, route)) {
      var answer =
          balancer.make(Traffic.stable(Map.of(WEB1, MemberState.SERVING)), new Epoch("store", 1));
      assertThat(answer).isInstanceOf(Answer.Now.class);
      return (Answer.Now) answer;
    }
  }

  private String control() {
    return directory.resolve("edge.sock").toString();
  }

  private void start() throws IOException {
    process =
        Optional.of(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    EdgeProgram.class.getName(),
                    String.valueOf(listen.getPort()),
                    directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("edge.log").toFile())
                .start());
    await().atMost(START).until(() -> EdgeBalancers.status(control()) instanceof Answered.Said);
  }
}
