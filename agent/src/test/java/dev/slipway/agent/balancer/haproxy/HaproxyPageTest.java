package dev.slipway.agent.balancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the page about HAProxy tells people to write is enough. Method: a real HAProxy with
 * the very lines of the page, but for directories, addresses and ports.
 */
class HaproxyPageTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```haproxy\\n(.*?)```");
  private static final Instance BLUE = new Instance("web1", "web", "blue");
  private static final Instance GREEN = new Instance("web1", "web", "green");

  private final Origins origins = new Origins(List.of("blue", "green"));
  private final Machines machines = Machines.open(Optional.empty());
  private final int port = Loopback.freePort();
  private final Path directory;
  private final BalancerSpec.Haproxy spec;

  HaproxyPageTest(@TempDir Path directory) {
    this.directory = directory;
    this.spec =
        new BalancerSpec.Haproxy("front", List.of(), directory.resolve("admin.sock").toString());
  }

  @AfterEach
  void close() {
    machines.close();
    origins.close();
  }

  private String lines() throws IOException {
    var block = BLOCK.matcher(Files.readString(Path.of("..", "docs", "haproxy.md")));
    assertThat(block.find()).isTrue();
    return block
        .group(1)
        .replace("/run/haproxy", directory.toString())
        .replace("127.0.0.1:8080", "127.0.0.1:" + port)
        .replaceAll("10\\.0\\.0\\.[12]:8001", at("blue"))
        .replaceAll("10\\.0\\.0\\.[12]:8002", at("green"));
  }

  private String at(String name) {
    return "127.0.0.1:" + origins.address(name).getPort();
  }

  private Daemon started(String cfg) throws IOException {
    var file = Files.writeString(directory.resolve("haproxy.cfg"), cfg);
    var command = List.of(Server.HAPROXY.require().toString(), "-db", "-f", file.toString());
    var daemon = Daemon.start(directory.resolve("haproxy.log"), Map.of(), command);
    return daemon.awaitListening(Loopback.at("127.0.0.1", port));
  }

  private static Route route() {
    var servers = new TreeMap<Instance, Route.Server>();
    for (String host : List.of("web1", "web2")) {
      for (String slot : List.of("blue", "green")) {
        servers.put(
            new Instance(host, "web", slot), new Route.Server(host + "-" + slot, "127.0.0.1", 1));
      }
    }
    return new Route("be_shop", servers);
  }

  private List<String> lacking() {
    var lacking = HaproxyBalancers.lacking(spec, route(), machines);
    assertThat(lacking).containsOnlyKeys("front");
    return lacking.values().stream().flatMap(List::stream).toList();
  }

  @Test
  void itsLinesLackNothingAndKeepTheTrafficOverARestart() throws IOException {
    var balancer = HaproxyBalancers.open(spec, route(), machines, Become.NONE).getFirst();
    var green = Traffic.stable(Map.of(GREEN, MemberState.SERVING, BLUE, MemberState.DRAINING));
    try (var _ = started(lines())) {
      assertThat(lacking()).isEmpty();
      assertThat(Origins.ask(port, "/")).isEqualTo("blue");
      Trials.now(balancer.make(green, Trials.EPOCH));
      assertThat(Origins.ask(port, "/")).isEqualTo("green");
    }

    try (var _ = started(lines())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(Origins.ask(port, "/")).isEqualTo("green"));
      var now = Trials.now(balancer.observe());
      assertThat(Trials.seen(now, GREEN).weight()).isEqualTo(10);
      assertThat(Trials.seen(now, BLUE).state()).isEqualTo(MemberState.DRAINING);
    }
  }

  @Test
  void eachOfItsLinesThatIsTakenAwayIsNamed() throws IOException {
    var needed =
        Map.of(
            "  server-state-base " + directory + "/admin.sock.slipway/state",
            "global",
            "  load-server-state-from-file local",
            "backend be_shop",
            "  option redispatch",
            "backend be_shop");
    for (var line : needed.entrySet()) {
      try (var _ = started(lines().replace(line.getKey() + "\n", ""))) {
        assertThat(lacking()).containsExactly(line.getValue(), line.getKey());
      }
    }
  }
}
