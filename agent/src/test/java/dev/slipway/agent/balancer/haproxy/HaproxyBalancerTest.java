package dev.slipway.agent.balancer.haproxy;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what the adapter says is so, really is so, whatever HAProxy replies. Method: a real HAProxy
 * in front of real servers, asked, counted and mistreated.
 */
class HaproxyBalancerTest extends AtShop {
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
  void basesThatDifferSplitEachTrackAndComeBackExactly() {
    shop.start("weight 10", "weight 30", shop.server("c", "weight 256"));
    var balancer = balancer("be_shop", "a", "b", "c");
    var before = balancer.observe();

    var canary = Trials.now(balancer.make(Trials.canary(Share.percent(20)), EPOCH));
    int a = Trials.seen(canary, A).weight();
    int b = Trials.seen(canary, B).weight();
    int c = Trials.seen(canary, Trials.C).weight();
    assertThat(b).isCloseTo(3 * a, within(1));
    assertThat(100.0 * c / (a + b + c)).isBetween(19.0, 21.0);

    for (var state : List.of(MemberState.DRAINING, MemberState.OUT, MemberState.SERVING)) {
      balancer.make(Trials.states(MemberState.SERVING, state, MemberState.SERVING), EPOCH);
    }
    assertThat(Trials.now(balancer.observe()).observed()).isEqualTo(Trials.now(before).observed());
  }

  @Test
  void aServerThatItsOwnerGaveNoWeightServesWithoutGettingAnything() {
    shop.start("weight 10", "weight 0");
    var balancer = shop.balancer();

    for (var state : List.of(MemberState.OUT, MemberState.SERVING)) {
      var made = balancer.make(both(MemberState.SERVING, state), EPOCH);
      assertThat(seen(made, B).state()).isEqualTo(state);
      assertThat(seen(made, B).weight()).isZero();
    }
    assertThat(seen(balancer.observe(), B).isUp()).isTrue();
    assertThat(seen(balancer.observe(), B).gets()).isFalse();
    assertThat(shop.ask(10)).containsOnlyKeys("a");
    assertThat(refusal(balancer.make(canary(10), EPOCH))).contains("candidate", "0%");
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
  void theChecksOfHaproxyAreAWitness() {
    shop.start("check inter 50ms fall 1 rise 1", "");
    var balancer = shop.balancer();
    await().until(() -> seen(balancer.observe(), A).witness() == Witness.UP);
    assertThat(seen(balancer.observe(), B).witness()).isEqualTo(Witness.NONE);
    shop.origins.stop("a");

    await().until(() -> seen(balancer.observe(), A).witness() == Witness.DOWN);
    assertThat(seen(balancer.observe(), A).gets()).isFalse();
  }

  @Test
  void fault54ASocketThatAllowsNoChangesIsARefusal() {
    var socket = directory.resolve("user.sock");
    shop.haproxy.withGlobal("stats socket " + socket + " level user");
    shop.start("", "");
    var reader = at(socket.toString(), Shop.ROUTE);

    assertThat(refusal(reader.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH)))
        .containsIgnoringCase("permission denied");
  }

  @Test
  void fault57AMissingServerIsRefusedInTheWordsOfHaproxy() {
    shop.start("", "");
    var nope = Traffic.stable(Map.of(instance("nope"), MemberState.SERVING));

    assertThat(refusal(balancer("be_shop", "nope").make(nope, EPOCH)))
        .contains("be_shop/nope", "No such server");
  }

  @Test
  void fault57AMissingBackendIsRefusedInTheWordsOfHaproxy() {
    shop.start("", "");
    assertThat(refusal(balancer("be_none", "a").observe()))
        .contains("be_none", "Can't find backend");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a;set server be_shop/a state maint", "a b", "a\nb", "", "a/b", "ä"})
  void namesThatCouldBeCommandsAreRefused(String name) {
    var route = new Route("be_shop", Map.of(A, new Route.Server(name, "127.0.0.1", 1)));

    assertThatThrownBy(() -> at("/run/none.sock", route))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a server name of HAProxy");
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
  void aTcpSocketAnswersLikeAUnixOne() {
    shop.start("", "");
    var address = "tcp://127.0.0.1:" + shop.haproxy.adminPort();
    var balancer = at(address, Shop.ROUTE);

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
              gone -> assertThat(gone.reason()).contains("connection refused"));
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
