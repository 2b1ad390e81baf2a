package dev.slipway.agent.balancer.haproxy;

import static dev.slipway.agent.balancer.haproxy.Shop.A;
import static dev.slipway.agent.balancer.haproxy.Shop.B;
import static dev.slipway.agent.balancer.haproxy.Shop.EPOCH;
import static dev.slipway.agent.balancer.haproxy.Shop.generation;
import static dev.slipway.agent.balancer.haproxy.Shop.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what the adapter says is so, really is so, whatever HAProxy replies. Method: a real HAProxy
 * in front of real servers, asked, counted and mistreated.
 */
class HaproxyBalancerTest {
  @TempDir private Path directory;
  private Shop shop;

  @BeforeEach
  void make() {
    shop = new Shop(directory);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void aDrainedServerGetsNothingAndComesBack() {
    shop.start("", "");
    var balancer = shop.balancer();

    var drained = balancer.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH);
    assertThat(seen(drained, B).state()).isEqualTo(MemberState.DRAINING);
    assertThat(shop.ask(20)).containsOnlyKeys("a");

    var back = balancer.make(both(MemberState.SERVING, MemberState.SERVING), EPOCH);
    assertThat(seen(back, B).state()).isEqualTo(MemberState.SERVING);
    assertThat(shop.ask(20)).containsOnlyKeys("a", "b");
  }

  @Test
  void outIsMaintenance() {
    shop.start("", "");
    var out = shop.balancer().make(both(MemberState.SERVING, MemberState.OUT), EPOCH);

    assertThat(seen(out, B).state()).isEqualTo(MemberState.OUT);
    assertThat(shop.ask(20)).containsOnlyKeys("a");
  }

  @Test
  void ninetyAndTenPercentAreCounted() {
    shop.start("", "");
    assertThat(shop.balancer().make(canary(10), EPOCH)).isInstanceOf(Answer.Now.class);

    assertThat(shop.ask(500).get("b")).isBetween(43, 56);
  }

  @Test
  void configuredWeightsComeBackWithOneHundredPercent() {
    shop.start("weight 10", "weight 20");
    var balancer = shop.balancer();
    var canary = balancer.make(canary(25), EPOCH);
    assertThat(seen(canary, A).weight()).isEqualTo(256);
    assertThat(seen(canary, B).weight()).isEqualTo(85);

    var stable = balancer.make(both(MemberState.SERVING, MemberState.SERVING), EPOCH);
    assertThat(seen(stable, A).weight()).isEqualTo(10);
    assertThat(seen(stable, B).weight()).isEqualTo(20);
  }

  @Test
  void aServerThatIsConfiguredDisabledCanServe() {
    shop.start("", "disabled");
    var balancer = shop.balancer();
    assertThat(seen(balancer.observe(), B).state()).isEqualTo(MemberState.OUT);

    var on = balancer.make(both(MemberState.SERVING, MemberState.SERVING), EPOCH);
    assertThat(seen(on, B).state()).isEqualTo(MemberState.SERVING);
    assertThat(shop.ask(20)).containsOnlyKeys("a", "b");
  }

  @Test
  void openRequestsOfADrainedServerAreCountedUntilTheyEnd() {
    shop.start("", "disabled");
    var balancer = shop.balancer();
    var slow = CompletableFuture.supplyAsync(() -> shop.ask("/slow"));
    await().until(() -> seen(balancer.observe(), A).sessions().equals(OptionalInt.of(1)));

    var drained = balancer.make(both(MemberState.DRAINING, MemberState.SERVING), EPOCH);
    assertThat(seen(drained, A).sessions()).hasValue(1);
    shop.slow.countDown();

    assertThat(slow.join()).isEqualTo("a");
    await().until(() -> seen(balancer.observe(), A).sessions().equals(OptionalInt.of(0)));
  }

  @Test
  void theChecksOfHaproxyAreAWitness() {
    shop.start("check inter 50ms fall 1 rise 1", "");
    var balancer = shop.balancer();
    await().until(() -> seen(balancer.observe(), A).witness() == Witness.UP);
    assertThat(seen(balancer.observe(), B).witness()).isEqualTo(Witness.NONE);
    shop.stop("a");

    await().until(() -> seen(balancer.observe(), A).witness() == Witness.DOWN);
    assertThat(seen(balancer.observe(), A).gets()).isFalse();
  }

  @Test
  void fault54ASocketThatIsGoneIsUnreachable() {
    shop.start("", "");
    var balancer = shop.balancer();
    shop.haproxy.kill();

    assertThat(balancer.observe()).isInstanceOf(Answer.Unreachable.class);
    assertThat(balancer.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH))
        .isInstanceOf(Answer.Unreachable.class);
  }

  @Test
  void fault54ASocketThatAllowsNoChangesIsARefusal() {
    var socket = directory.resolve("user.sock");
    shop.haproxy.withGlobal("stats socket " + socket + " level user");
    shop.start("", "");
    var reader = Shop.balancer(Shop.ROUTE, socket.toString(), List.of(), shop.machines());

    assertThat(reader.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.reason()).containsIgnoringCase("permission denied"));
  }

  @Test
  void fault55ARestartIsNoticedAndTheTrafficMadeTrueAgain() {
    shop.start("", "");
    var balancer = shop.balancer();
    var drain = both(MemberState.SERVING, MemberState.DRAINING);
    var before = balancer.make(drain, EPOCH);
    shop.haproxy.restart();

    var after = balancer.observe();
    assertThat(generation(after)).isNotEqualTo(generation(before));
    assertThat(seen(after, B).state()).isEqualTo(MemberState.SERVING);
    assertThat(seen(balancer.make(drain, EPOCH), B).state()).isEqualTo(MemberState.DRAINING);
  }

  @Test
  void fault57AMissingServerIsRefusedInTheWordsOfHaproxy() {
    shop.start("", "");
    var route = route("be_shop", "nope");
    var balancer =
        Shop.balancer(route, shop.haproxy.socket().toString(), List.of(), shop.machines());

    assertThat(balancer.make(Traffic.stable(Map.of(A, MemberState.SERVING)), EPOCH))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused ->
                assertThat(refused.reason()).contains("be_shop/nope").contains("No such server"));
  }

  @Test
  void fault57AMissingBackendIsRefusedInTheWordsOfHaproxy() {
    shop.start("", "");
    var route = route("be_none", "a");
    var balancer =
        Shop.balancer(route, shop.haproxy.socket().toString(), List.of(), shop.machines());

    assertThat(balancer.observe())
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused ->
                assertThat(refused.reason()).contains("be_none").contains("Can't find backend"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a;set server be_shop/a state maint", "a b", "a\nb", "", "a/b", "ä"})
  void namesThatCouldBeCommandsAreRefused(String name) {
    assertThatThrownBy(() ->
            Shop.balancer(route("be_shop", name), "/run/none.sock", List.of(), shop.machines()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a server name of HAProxy");
  }

  @Test
  void anOlderAgentOrAStrangerSteersNothing() {
    shop.start("", "");
    var balancer = shop.balancer();
    var drain = both(MemberState.SERVING, MemberState.DRAINING);
    assertThat(balancer.make(drain, new Epoch("store", 2))).isInstanceOf(Answer.Now.class);

    var undone = both(MemberState.DRAINING, MemberState.SERVING);
    assertThat(balancer.make(undone, new Epoch("store", 1))).isInstanceOf(Answer.Refused.class);
    assertThat(balancer.make(undone, new Epoch("other", 9))).isInstanceOf(Answer.Refused.class);
    assertThat(seen(balancer.observe(), B).state()).isEqualTo(MemberState.DRAINING);
  }

  @Test
  void serversOfOthersStayAsTheyAre() {
    shop.start("", "", "server foreign 127.0.0.1:9 weight 7", "server spare 127.0.0.1:9 disabled");
    shop.haproxy.ask("set server be_shop/foreign state drain");
    var before = foreign();

    shop.balancer().make(canary(10), EPOCH);
    shop.balancer().make(both(MemberState.OUT, MemberState.SERVING), EPOCH);

    assertThat(foreign()).isEqualTo(before);
  }

  @Test
  void whatHaproxyCannotDoIsRefusedBeforeAnythingIsSent() {
    shop.start("", "");
    var parked =
        both(MemberState.OUT, MemberState.OUT).with(new Nobody.Park(10, Duration.ofSeconds(5)));

    assertThat(shop.balancer().make(parked, EPOCH)).isInstanceOf(Answer.Refused.class);
    assertThat(shop.ask(4)).containsOnlyKeys("a", "b");
  }

  @Test
  void aTcpSocketAnswersLikeAUnixOne() {
    shop.start("", "");
    var address = "tcp://127.0.0.1:" + shop.haproxy.adminPort();
    var balancer = Shop.balancer(Shop.ROUTE, address, List.of(), shop.machines());

    var drained = balancer.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH);
    assertThat(seen(drained, B).state()).isEqualTo(MemberState.DRAINING);
  }

  @Test
  void socketsOnOtherHostsAreReachedThroughTheirConnection() {
    shop.start("", "");
    try (var sshd = SshdFixture.in(directory.resolve("sshd")).start();
        var machines = Machines.open(Optional.of(settings(sshd)))) {
      var hosts = List.of(new Host("lb1", "127.0.0.1", Optional.empty(), Reach.SSH, Map.of()));
      var unix = Shop.balancer(Shop.ROUTE, shop.haproxy.socket().toString(), hosts, machines);
      var tcp =
          Shop.balancer(Shop.ROUTE, "tcp://127.0.0.1:" + shop.haproxy.adminPort(), hosts, machines);

      assertThat(unix.name()).isEqualTo("front@lb1");
      assertThat(seen(unix.make(both(MemberState.SERVING, MemberState.OUT), EPOCH), B).state())
          .isEqualTo(MemberState.OUT);
      assertThat(seen(tcp.observe(), B).state()).isEqualTo(MemberState.OUT);
    }
  }

  @Test
  void ofTwoBalancersTheOneThatIsDownSaysSo() {
    shop.start("", "");
    var down = new Host("lb2", "127.0.0.1", Optional.empty(), Reach.SSH, Map.of());
    var up = new Host("lb1", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());
    try (var sshd = SshdFixture.in(directory.resolve("sshd")).start();
        var machines = Machines.open(Optional.of(settings(sshd)))) {
      sshd.kill();
      var spec =
          new BalancerSpec.Haproxy("front", List.of(up, down), shop.haproxy.socket().toString());
      var balancers = HaproxyBalancers.open(spec, Shop.ROUTE, machines, Become.NONE);
      var drain = both(MemberState.SERVING, MemberState.DRAINING);

      assertThat(balancers).extracting(b -> b.name()).containsExactly("front@lb1", "front@lb2");
      assertThat(balancers.get(0).make(drain, EPOCH)).isInstanceOf(Answer.Now.class);
      assertThat(balancers.get(1).make(drain, EPOCH))
          .isInstanceOfSatisfying(
              Answer.Unreachable.class,
              gone -> assertThat(gone.reason()).contains("front@lb2", "connection refused"));
    }
  }

  private String foreign() {
    return shop.haproxy
        .ask("show servers state be_shop")
        .lines()
        .filter(line -> line.contains("foreign") || line.contains("spare"))
        // Seconds since the last change.
        .map(line -> line.replaceFirst("^((?:\\S+ ){9})\\S+ ", "$1"))
        .toList()
        .toString();
  }

  private static Traffic both(MemberState a, MemberState b) {
    return Traffic.stable(Map.of(A, a, B, b));
  }

  private static Traffic canary(int percent) {
    return new Traffic(
        Map.of(
            Traffic.STABLE, Share.percent(100 - percent),
            Traffic.CANDIDATE, Share.percent(percent)),
        Map.of(
            A, new Member(Traffic.STABLE, MemberState.SERVING),
            B, new Member(Traffic.CANDIDATE, MemberState.SERVING)),
        List.of(),
        Optional.empty(),
        new Nobody.Refuse());
  }

  private static Route route(String backend, String server) {
    Map<Instance, Route.Server> servers = Map.of(A, new Route.Server(server, "127.0.0.1", 1));
    return new Route(backend, servers);
  }

  private static SshSettings settings(SshdFixture sshd) {
    return new SshSettings(
        sshd.user(),
        sshd.port(),
        Optional.empty(),
        sshd.knownHosts(),
        sshd.userKey(),
        Become.NONE,
        Duration.ofSeconds(15));
  }
}
