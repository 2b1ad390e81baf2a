package dev.slipway.agent.balancer.nginx;

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
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the page about nginx tells people to write is enough. Method: a real nginx with the
 * very lines of the page, but for directories and ports.
 */
class NginxPageTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```nginx\\n(.*?)```");
  private static final Traffic BOTH =
      Traffic.stable(Map.of(Trials.A, MemberState.SERVING, Trials.B, MemberState.SERVING));

  private final Origins origins = new Origins(List.of("a", "b"));
  private final Machines machines = Machines.open(Optional.empty());
  private final int port = Loopback.freePort();
  private final Path directory;
  private final BalancerSpec.Nginx spec;

  NginxPageTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("slipway"));
    this.spec =
        new BalancerSpec.Nginx(
            "front",
            List.of(),
            directory.resolve("slipway/shop.conf").toString(),
            Optional.of(directory.resolve("nginx.conf").toString()),
            "127.0.0.1:" + Loopback.freePort(),
            BalancerSpec.Nginx.MAX_FAILS,
            Optional.empty());
  }

  @AfterEach
  void close() {
    machines.close();
    origins.close();
  }

  private static List<String> blocks() throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of("..", "docs", "nginx.md")))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private Route route() {
    return new Route("be_shop", Map.of(Trials.A, server("a"), Trials.B, server("b")));
  }

  private Route.Server server(String name) {
    return new Route.Server(name, "127.0.0.1", origins.address(name).getPort());
  }

  /** Puts what the doctor prints into the file that it names. */
  private String printed() {
    return NginxBalancers.lacking(spec, route(), machines).getOrDefault("front", List.of()).stream()
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .map(line -> line.substring(2) + "\n")
        .collect(Collectors.joining());
  }

  private Daemon started(int block) throws IOException {
    String main =
        "user root; daemon off; error_log DIR/error.log; pid DIR/nginx.pid; events {}\n"
            .replace("DIR", directory.toString());
    String places =
        List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi").stream()
            .map(kind -> "  %s_temp_path %s/%s;\n".formatted(kind, directory, kind))
            .collect(Collectors.joining("", "http {\n", ""));
    String lines =
        blocks()
            .get(block)
            .replace("http {\n", places)
            .replace("/etc/nginx", directory.toString())
            .replace("127.0.0.1:8080", "127.0.0.1:" + port);
    var config = Files.writeString(directory.resolve("nginx.conf"), main + lines);
    var command = List.of(Server.NGINX.require().toString(), "-c", config.toString());
    return Daemon.start(directory.resolve("nginx.log"), Map.of(), command)
        .awaitListening(Loopback.at("127.0.0.1", port));
  }

  @Test
  void itsLinesAndTheDoctorsAreEnough() throws IOException {
    Files.writeString(Path.of(spec.file()), printed());
    try (var _ = started(0)) {
      assertThat(printed()).isEmpty();
      var balancer = NginxBalancers.open(spec, route(), machines, Become.NONE).getFirst();

      Trials.now(balancer.make(BOTH, Trials.EPOCH));

      assertThat(Origins.ask(port, "/")).isIn("a", "b");
    }
  }

  @Test
  void itsLinesForWhatRequestsCarryAreEnough() throws IOException {
    Files.writeString(Path.of(spec.file()), printed());
    try (var _ = started(2)) {
      var balancer = NginxBalancers.open(spec, route(), machines, Become.NONE).getFirst();
      var routing =
          new Routing(
              List.of(new Rule(new Rule.Match.Header("X-Canary", "1"), Traffic.CANDIDATE)),
              Optional.of(new Mirror(Traffic.CANDIDATE, Share.ALL)),
              Optional.of(new Sticky(new Sticky.Key.Issued("arm", Duration.ofHours(1)), "")));

      Trials.now(
          balancer.make(BOTH.split(Set.of(Trials.B), Share.NONE).with(routing), Trials.EPOCH));

      assertThat(Origins.ask(port, "/")).isEqualTo("a");
      assertThat(Origins.askWith(port, "X-Canary: 1")).isEqualTo("b");
      await().until(() -> origins.copies("b") == 1);
    }
  }

  @Test
  void whatServesAlreadyIsTakenForThat() throws IOException {
    int at = origins.address("a").getPort();
    String edited =
        printed()
            .replace(at + " down;", at + " weight=1 max_fails=3;")
            .replace(at + " OUT 0", at + " SERVING 1");
    Files.writeString(Path.of(spec.file()), edited);
    try (var _ = started(0)) {
      var balancer = NginxBalancers.open(spec, route(), machines, Become.NONE).getFirst();

      var now = Trials.now(balancer.observe());

      assertThat(Trials.seen(now, Trials.A).gets()).isTrue();
      assertThat(Trials.seen(now, Trials.B).gets()).isFalse();
      assertThat(Origins.ask(port, "/")).isEqualTo("a");
    }
  }

  @Test
  void itShowsWhatIsReallyWritten() throws IOException {
    var route =
        new Route(
            "be_shop",
            Map.of(
                Trials.A, new Route.Server("web1", "10.0.0.1", 8001),
                Trials.B, new Route.Server("web2", "10.0.0.2", 8001)));
    var traffic =
        new FlatTraffic(
            Map.of(Trials.A, new FlatMember(Section.SCALE, MemberState.SERVING)),
            new Nobody.Refuse());
    var usual = new BalancerSpec.Nginx("front", List.of(), "/etc/nginx/slipway/shop.conf");

    assertThat(Section.of(Upstream.of(route, traffic), usual, Optional.empty()).text())
        .contains(blocks().get(1));
  }

  @Test
  void theFormatThatIsReadIsTheOneThatIsShown() throws IOException {
    assertThat(blocks().getLast()).contains(AccessLog.FORMAT, " slipway;");
  }
}
