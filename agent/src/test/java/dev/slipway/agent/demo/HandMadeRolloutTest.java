package dev.slipway.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the load client sees the difference between a good and a bad rollout on a real balancer.
 * Method: replace one of two applications behind HAProxy by hand, once drained and once killed.
 */
final class HandMadeRolloutTest {
  private final InetSocketAddress first = Loopback.at("127.0.0.11", Loopback.freePort());
  private final InetSocketAddress second = Loopback.at("127.0.0.12", Loopback.freePort());
  @TempDir Path directory;
  private HaproxyFixture haproxy;
  private Daemon old;
  private Daemon other;

  @BeforeEach
  void serveVersionOne() throws IOException {
    old = start("1", first);
    other = start("1", second);
    haproxy =
        HaproxyFixture.in(directory.resolve("haproxy"))
            .backend("be_shop", server("first", first), server("second", second))
            .start();
  }

  @AfterEach
  void stopAll() {
    haproxy.close();
    old.close();
    other.close();
  }

  @Test
  void aDrainedApplicationIsReplacedWithoutALostRequest() throws IOException {
    try (var load = LoadClient.start(plan(), Waiter.system())) {
      awaitRequests(load, 200);
      haproxy.ask("set server be_shop/first state drain");
      await().until(() -> idle("first"));
      old.close();
      try (var _ = start("2", first)) {
        haproxy.ask("set server be_shop/first state ready");
        await().until(() -> load.report().byVersion().containsKey("2"));
        awaitRequests(load, 200);
        var report = load.stop();

        assertThat(report.lost()).as(report::render).isZero();
        assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      }
    }
  }

  @Test
  void aKilledApplicationLosesTheRequestsThatItHad() {
    try (var load = LoadClient.start(plan(), Waiter.system())) {
      awaitRequests(load, 200);
      old.kill();
      awaitRequests(load, 50);

      assertThat(load.stop().lost()).isPositive();
    }
  }

  private LoadPlan plan() {
    // Slow enough that there is always a request at either application.
    return LoadPlan.against(Loopback.at("127.0.0.1", haproxy.port("be_shop")))
        .withPath("/slow?ms=20")
        .withClients(4, 4);
  }

  private Daemon start(String version, InetSocketAddress address) throws IOException {
    var release = directory.resolve("release-" + version);
    DemoRelease.write(release, version, new Behaviour.Sound());
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command =
        List.of(
            release.resolve("bin/start").toString(),
            "--address",
            address.getHostString(),
            "--port",
            String.valueOf(address.getPort()));
    return Daemon.start(
            directory.resolve(address.getHostString() + ".log"),
            Map.of("JAVA", java.toString()),
            command)
        .awaitListening(address);
  }

  private boolean idle(String name) {
    return haproxy
        .ask("show servers conn be_shop")
        .lines()
        .filter(line -> line.startsWith("be_shop/" + name + " "))
        .allMatch(line -> line.split(" ", -1)[6].equals("0"));
  }

  private static void awaitRequests(LoadClient load, long more) {
    long before = load.report().sent();
    await().atMost(Duration.ofSeconds(30)).until(() -> load.report().sent() >= before + more);
  }

  private static String server(String name, InetSocketAddress address) {
    return "server %s %s:%d".formatted(name, address.getHostString(), address.getPort());
  }
}
