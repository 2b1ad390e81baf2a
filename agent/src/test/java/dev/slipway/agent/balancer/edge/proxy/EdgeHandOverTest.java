package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.edge.EdgeBalancers.Answered;
import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an edge whose listening socket somebody else holds can be restarted under load. Method: a
 * script that does what {@code slipway-edge.socket} does, opens the socket and hands it to one edge
 * after the other as standard input.
 */
class EdgeHandOverTest {
  private static final Instance WEB1 = new Instance("web1", "web", "current");
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RESTARTS = 3;

  private static final String SUPERVISOR =
      """
      use Socket;
      my $port = shift;
      socket(my $socket, PF_INET, SOCK_STREAM, 0) or die $!;
      setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die $!;
      bind($socket, sockaddr_in($port, INADDR_LOOPBACK)) or die $!;
      listen($socket, 4096) or die $!;
      open(STDIN, '<&', $socket) or die $!;
      while (1) { system(@ARGV); }
      """;

  @TempDir private Path directory;
  private final InetSocketAddress listen = Loopback.at("127.0.0.1", Loopback.freePort());
  private final Origin origin = Origin.named("1");
  private Daemon supervisor;

  @BeforeEach
  void startTheEdge() {
    supervisor =
        Daemon.start(
            directory.resolve("edge.log"),
            Map.of(),
            List.of(
                Server.PERL.require().toString(),
                "-e",
                SUPERVISOR,
                String.valueOf(listen.getPort()),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EdgeProgram.class.getName(),
                String.valueOf(listen.getPort()),
                directory.toString()));
    await().atMost(PATIENCE).until(() -> generation().isPresent());
    make();
  }

  @AfterEach
  void stopTheEdge() {
    // Whoever holds the socket does not take the edge along when it is ended.
    List<ProcessHandle> edges =
        ProcessHandle.of(supervisor.pid()).stream().flatMap(ProcessHandle::children).toList();
    supervisor.close();
    edges.forEach(ProcessHandle::destroyForcibly);
    origin.close();
  }

  @Test
  void aRestartLosesNoRequest() {
    var clients = LoadPlan.against(listen).withPause(Duration.ofMillis(2));
    try (var load = LoadClient.start(clients, Waiter.system())) {
      for (int i = 1; i <= RESTARTS; i++) {
        int enough = i * 200;
        await().atMost(PATIENCE).until(() -> load.report().sent() > enough);
        var before = generation();
        edge().destroy();
        await().atMost(PATIENCE).until(() -> isAnother(before));
      }
      var after = load.report().sent();
      await().atMost(PATIENCE).until(() -> load.report().sent() > after + 200);

      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("1");
    }
  }

  @Test
  void whoComesWhileNoEdgeRunsWaitsForTheNext() {
    var before = generation();
    var killed = edge();
    killed.destroyForcibly();
    await().atMost(PATIENCE).until(() -> !killed.isAlive());

    assertThat(RawClient.exchange(listen, GET)).startsWith("HTTP/1.1 200");
    assertThat(isAnother(before)).isTrue();
  }

  private ProcessHandle edge() {
    return ProcessHandle.of(supervisor.pid()).orElseThrow().children().findFirst().orElseThrow();
  }

  private boolean isAnother(Optional<String> before) {
    var now = generation();
    return now.isPresent() && !now.equals(before);
  }

  private Optional<String> generation() {
    return switch (EdgeBalancers.status(control())) {
      case Answered.Said(var now) -> Optional.of(now.generation());
      case Answered.Refused _, Answered.Unreachable _ -> Optional.empty();
    };
  }

  private void make() {
    int port = origin.address().getPort();
    var route = new Route("app", Map.of(WEB1, new Route.Server("web1", "127.0.0.1", port)));
    var spec = new BalancerSpec.Edge("front", control(), Optional.empty());
    try (var balancer = EdgeBalancers.open(spec, route)) {
      assertThat(balancer.make(Traffic.stable(Map.of(WEB1, MemberState.SERVING)), EPOCH))
          .isInstanceOf(Answer.Now.class);
    }
  }

  private String control() {
    return directory.resolve("edge.sock").toString();
  }
}
