package dev.slipway.agent.balancer.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an agent steers an edge that was started before the agent was upgraded, and the reverse.
 * Method: an end of the control socket that knows the first version of the language only, as it was
 * released: it refuses every other version and every word that it does not know.
 */
class OlderEdgeTest {
  private static final Pattern VERSION = Pattern.compile("\"v\":(\\d+)");
  private static final String NOW =
      "{\"v\":1,\"is\":\"now\",\"generation\":\"g\",\"epoch\":{\"store\":\"store\",\"counter\":1},"
          + "\"pools\":[{\"name\":\"app\",\"members\":[{\"name\":\"a\",\"address\":\"127.0.0.1\","
          + "\"port\":19001,\"weight\":10000,\"state\":\"SERVING\",\"witness\":\"NONE\",\"sessions\":0,"
          + "\"tally\":{\"requests\":0,\"classes\":[],\"failures\":0,\"latency\":[]}}],\"parked\":0}]}";

  @TempDir private Path directory;

  private static Traffic all() {
    return Traffic.stable(Map.of(Trials.A, MemberState.SERVING));
  }

  private EdgeBalancer balancer() {
    var spec =
        new BalancerSpec.Edge("front", directory.resolve("edge.sock").toString(), Optional.empty());
    var route = new Route("app", Map.of(Trials.A, new Route.Server("a", "127.0.0.1", 19_001)));
    return (EdgeBalancer) EdgeBalancers.open(spec, route);
  }

  @Test
  void itIsToldAllThatItUnderstandsAndRefusedRulesWithWhatToDo() throws Exception {
    var rule = new Rule(new Rule.Match.Header("X-Canary", "1"), Traffic.STABLE);
    var ruled = all().with(new Routing(List.of(rule), Optional.empty(), Optional.empty()));
    try (var older = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      older.bind(UnixDomainSocketAddress.of(directory.resolve("edge.sock")));
      Thread.ofVirtual().start(() -> serve(older));

      assertThat(Trials.now(balancer().make(all(), Trials.EPOCH)).generation()).isEqualTo("g");
      assertThat(balancer().observe()).isInstanceOf(Answer.Now.class);
      assertThat(Trials.refusal(balancer().make(ruled, Trials.EPOCH)))
          .contains("older than this agent", "match rules", "systemctl restart slipway-edge");
    }
  }

  private static void serve(ServerSocketChannel older) {
    while (older.isOpen()) {
      try (var channel = older.accept()) {
        answer(channel);
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void answer(SocketChannel channel) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    var line = in.readLine();
    var version = VERSION.matcher(line);
    assertThat(version.find()).isTrue();
    var wrong = "this is version 1 of the language, not " + version.group(1);
    if (version.group(1).equals("1")) {
      wrong = line.contains("routing") ? "Unrecognized property \\\"routing\\\"" : "";
    }
    var text =
        wrong.isEmpty()
            ? NOW
            : "{\"v\":1,\"is\":\"refused\",\"code\":\"BAD_REQUEST\",\"reason\":\"%s\"}"
                .formatted(wrong);
    channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anEdgeThatComparesNothingIsToldSoWithoutAndRefusedWhatItCannotDo() {
    var mirror = new Mirror(Traffic.STABLE, Share.ALL);
    var copied = all().with(new Routing(List.of(), Optional.of(mirror), Optional.empty()));
    var compared = mirror.comparing(Comparison.PLAIN);
    var names = new Request.Make(Trials.EPOCH, pool(copied));

    assertThat(Wire.versionOf(names)).isEqualTo(2);
    assertThat(Wire.write(names, 2)).contains("\"mirror\"").doesNotContain("comparison");
    assertThat(Wire.request(Wire.write(names, 2)))
        .isEqualTo(new Wire.Read.Understood<>(new Wire.Asked(names, 2)));
    var wanted = all().with(new Routing(List.of(), Optional.of(compared), Optional.empty()));
    var make = new Request.Make(Trials.EPOCH, pool(wanted));
    assertThat(Wire.versionOf(make)).isEqualTo(3);
    assertThat(Wire.request(Wire.write(make)))
        .isEqualTo(new Wire.Read.Understood<>(new Wire.Asked(make, 3)));
    assertThat(Wire.request(Wire.write(make).replace("\"v\":3", "\"v\":2")))
        .isEqualTo(new Wire.Read.Garbled<>("version 2 of the language has no word 'comparison'"));
  }

  private static PoolSpec pool(Traffic traffic) {
    var routing = RoutingSpec.of(traffic, Instance::slot);
    return new PoolSpec(
        "app", Optional.empty(), List.of(), Optional.empty(), Optional.empty(), routing);
  }

  @Test
  void whoSpeaksTheFirstVersionIsAnsweredInItAndFindsNoNewWordInTheFileEither() throws Exception {
    var options =
        EdgeOptions.of(
            List.of(Loopback.at("127.0.0.1", Loopback.freePort())),
            directory.resolve("edge.sock"),
            directory.resolve("edge.json"));
    if (!(EdgeProcess.start(options) instanceof EdgeProcess.Started.Running(var edge))) {
      throw new AssertionError("it does not start");
    }
    try (edge) {
      Trials.now(balancer().make(all(), Trials.EPOCH));

      assertThat(said("{\"v\":1,\"op\":\"status\"}"))
          .startsWith("{\"v\":1,\"is\":\"now\"")
          .doesNotContain("routing", "mirrored");
      assertThat(said("{\"v\":2,\"op\":\"status\"}"))
          .startsWith("{\"v\":2,\"is\":\"now\"")
          .contains("routing", "mirrored");
      assertThat(said("{\"v\":1,\"op\":\"make\",\"pool\":{\"routing\":null}}"))
          .contains("version 1 of the language has no word 'routing'");
      assertThat(Files.readString(options.state())).contains("\"a\"").doesNotContain("routing");
    }
  }

  private String said(String line) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(directory.resolve("edge.sock")));
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      var in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      return in.readLine();
    }
  }
}
