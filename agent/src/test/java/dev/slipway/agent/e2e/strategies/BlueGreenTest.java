package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: requests are switched to slots that were proven, back to slots that are still warm, and
 * none is lost on either way.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, and requests without a pause
 * through the edge, HAProxy and nginx.
 */
@Timeout(300)
final class BlueGreenTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final int MANY = 500;

  @TempDir private Path directory;

  /** Something in front, by the name of its kind. */
  record Kind(String name, BiFunction<Path, LocalFleet, Front> start) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("edge", (directory, _) -> Front.edge(directory)),
        new Kind("haproxy", BlueGreenTest::haproxy),
        new Kind("nginx", BlueGreenTest::nginx));
  }

  private static Front haproxy(Path directory, LocalFleet fleet) {
    var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
    int green = fleet.sparePort().orElseThrow();
    Stream<String> servers =
        IntStream.range(0, fleet.addresses().size())
            .boxed()
            .flatMap(i ->
                Stream.of(
                    server(fleet, i, "blue", fleet.appPort()), server(fleet, i, "green", green)));
    haproxy
        .backend(
            "be_shop",
            Stream.concat(Stream.of("option httpchk GET /up"), servers).toArray(String[]::new))
        .start();
    return Front.of(
        Loopback.at("127.0.0.1", haproxy.port("be_shop")),
        new Front.Lines(
            "{name: front, haproxy: {socket: \"%s\"}}".formatted(haproxy.socket()),
            "{name: front, backend: be_shop, server: \"{{host.name}}-{{slot}}\"}"),
        haproxy::close);
  }

  private static Front nginx(Path directory, LocalFleet fleet) {
    var servers = new TreeMap<Instance, Route.Server>();
    for (int i = 0; i < fleet.addresses().size(); i++) {
      String host = "web%d".formatted(i + 1);
      String address = fleet.addresses().get(i);
      servers.put(
          new Instance(host, "shop", "blue"),
          new Route.Server(host + "-blue", address, fleet.appPort()));
      servers.put(
          new Instance(host, "shop", "green"),
          new Route.Server(host + "-green", address, fleet.sparePort().orElseThrow()));
    }
    return Front.nginx(
        NginxFixture.in(directory.resolve("nginx")), servers, "{{host.name}}-{{slot}}");
  }

  private static String server(LocalFleet fleet, int host, String slot, int port) {
    return "server web%d-%s %s:%d check inter 200ms fall 2 rise 1 disabled"
        .formatted(host + 1, slot, fleet.addresses().get(host), port);
  }

  private World world(Kind kind, String network, String delay) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, network);
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    return world
        .behind(kind.start().apply(directory, fleet))
        .strategy("blueGreen: {scaleDownDelay: %s}".formatted(delay))
        .describe()
        .start();
  }

  private static RolloutStatus released(World world, String version) {
    RolloutStatus ended = world.release(version, SOUND);
    assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
    return ended;
  }

  private static LoadReport stopped(LoadClient load) {
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + MANY);
    LoadReport report = load.stop();
    assertThat(report.lost()).as(report.render()).isZero();
    return report;
  }

  private static void assertServes(World world, String version) {
    assertThat(world.status().instances())
        .filteredOn(instance -> instance.traffic().startsWith("serving"))
        .hasSize(2)
        .allSatisfy(instance -> assertThat(instance.release()).startsWith(version + "@"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void allRequestsAreSwitchedAndTheFormerSlotsAreStopped(Kind kind) {
    try (var world = world(kind, "127.0.191", "1s")) {
      released(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > MANY);
        released(world, "2");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "2");
      assertThat(world.status().instances())
          .filteredOn(instance -> instance.release().startsWith("1@"))
          .hasSize(2)
          .allSatisfy(instance -> assertThat(instance.health()).isEqualTo("stopped"));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aReleaseThatIsNotHealthyGetsNoRequest(Kind kind) {
    try (var world = world(kind, "127.0.192", "1s")) {
      released(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > MANY);
        RolloutStatus ended = world.release("2", new Behaviour.Unhealthy());
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1");
      assertServes(world, "1");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aRevertWhileTheFormerSlotsAreWarmIsOneSwitchAndSendsNothing(Kind kind) {
    try (var world = world(kind, "127.0.193", "10m")) {
      released(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        await().atMost(PATIENCE).until(() -> load.report().sent() > MANY);
        String push = world.push("2", SOUND);
        await()
            .atMost(PATIENCE)
            .until(() -> load.report().byVersion().getOrDefault("2", 0L) > MANY);

        String revert = world.checkout().revert(push);
        world.checkout().push();
        RolloutStatus back = world.ended(revert);

        assertThat(back.ending()).as(back.toString()).contains("succeeded");
        assertThat(back.bytesSent()).isZero();
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "1");
    }
  }
}
