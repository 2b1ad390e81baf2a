package dev.slipway.agent.balancer.haproxy;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a balancer is steered without the defects of the first scripts. Method: a real HAProxy,
 * whose every reply is 0 to a shell; the numbers are those of the list of defects.
 */
class SeedDefectsAtHaproxyTest extends AtShop {
  private static final int SWITCHES = 40;

  /** Returns which servers of a backend are drained or in maintenance, by HAProxy's own word. */
  private List<String> out(String backend) {
    return shop.haproxy
        .ask("show servers state " + backend)
        .lines()
        .skip(2)
        .map(line -> line.split(" ", -1))
        .filter(fields -> fields.length > 6 && (Integer.parseInt(fields[6]) & 0x3b) != 0)
        .map(fields -> fields[3])
        .toList();
  }

  @Test
  void defect07RequestsThatCannotBeCountedAreNotNone() throws IOException {
    var header = "# pxname,svname,qcur,qmax,scur,smax,";
    assertThat(Parsing.sessions(header + "\nbe_shop,a,0,0,2,2,\n", "be_shop"))
        .containsOnly(Map.entry("a", 2));

    assertThat(Parsing.sessions(header, "be_shop")).isEmpty();
    for (var reply : List.of("", "Permission denied", header + "\nbe_shop,a,0,0,,,")) {
      assertThatThrownBy(() -> Parsing.sessions(reply, "be_shop")).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OUT", "DRAINING", "SERVING"})
  void defect08ABackendOfNobodyIsNoSuccess(MemberState wanted) {
    shop.start("", "");

    var answer =
        balancer("be_none", "a").make(Traffic.stable(Map.of(instance("a"), wanted)), EPOCH);

    assertThat(answer).isNotInstanceOf(Answer.Now.class);
  }

  @Test
  void defect09AServerWhoseNameBeginsLikeAnothersIsAnother() throws IOException {
    shop.start(
        "",
        "",
        "server web1 127.0.0.1:9",
        "server web10 127.0.0.1:9",
        "server web11 127.0.0.1:9",
        "server 10.0.0.1 127.0.0.1:9",
        "server 10.0.0.10 127.0.0.1:9",
        "server 10x0y0z1 127.0.0.1:9");
    var file = directory.resolve("haproxy.cfg");
    var before = Files.readString(file);
    var traffic =
        Traffic.stable(
            Map.of(
                instance("web1"), MemberState.DRAINING,
                instance("10.0.0.1"), MemberState.DRAINING));
    var balancer = balancer("be_shop", "web1", "10.0.0.1");

    assertThat(balancer.make(traffic, EPOCH)).isInstanceOf(Answer.Now.class);
    assertThat(balancer.make(traffic, EPOCH)).isInstanceOf(Answer.Now.class);

    assertThat(out("be_shop")).containsExactlyInAnyOrder("web1", "10.0.0.1");
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(balancer("be_shop", "web").observe())
        .isEqualTo(balancer("be_shop", "10.0.0").observe());
    assertThat(balancer("be_shop", "web").make(drained("web"), EPOCH))
        .isInstanceOf(Answer.Refused.class);
  }

  private static Traffic drained(String server) {
    return Traffic.stable(Map.of(instance(server), MemberState.DRAINING));
  }

  @Test
  void defect10OnlyTheBackendOfTheRouteIsSteered() {
    shop.haproxy.backend("be_other", "server a 127.0.0.1:9", "server b 127.0.0.1:9");
    shop.start("", "");

    assertThat(balancer("be_other", "a").make(drained("a"), EPOCH)).isInstanceOf(Answer.Now.class);

    assertThat(out("be_other")).containsExactly("a");
    assertThat(out("be_shop")).isEmpty();
  }

  @Test
  void defect10AReplyThatIsNotEmptyIsARefusalThoughTheCommandEndsWell() {
    var socket = directory.resolve("operator.sock");
    shop.haproxy.withGlobal("stats socket " + socket + " level operator");
    shop.start("", "");
    var operator = at(socket.toString(), Shop.ROUTE);

    var answer = operator.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH);

    assertThat(Trials.refusal(answer)).containsIgnoringCase("permission denied");
    assertThat(out("be_shop")).isEmpty();
  }

  @Test
  void defect10AnEmptyReplyIsNotBelievedUntilItIsSeen() {
    // HAProxy takes the command and stays in the maintenance that the tracked server hands down.
    shop.start("check inter 1s", "track be_shop/a");
    shop.haproxy.ask("set server be_shop/a state maint");
    var balancer = balancer("be_shop", "b");

    var answer = balancer.make(Traffic.stable(Map.of(instance("b"), MemberState.SERVING)), EPOCH);

    assertThat(answer).isInstanceOf(Answer.Refused.class);
    assertThat(out("be_shop")).contains("a", "b");
  }

  @Test
  void defect11OfTwoBalancersBothAreChangedOrItIsNotDone() {
    shop.start("", "");
    try (var other = new Shop(directory.resolve("other")).start("", "")) {
      var pool =
          new Pool(
              List.of(shop.balancer(), named("second", other)),
              new Crew(Thread.ofVirtual().factory(), 2),
              EPOCH,
              Waiter.system(),
              Duration.ofSeconds(1));
      var drained = both(MemberState.SERVING, MemberState.DRAINING);

      assertThat(pool.want(drained)).isInstanceOf(Pool.Told.Said.class);
      assertThat(shop.ask(20)).containsOnlyKeys("a");
      assertThat(other.ask(20)).containsOnlyKeys("a");

      other.haproxy.kill();
      assertThat(pool.want(both(MemberState.SERVING, MemberState.SERVING)))
          .isInstanceOf(Pool.Told.Silent.class);
    }
  }

  private static Balancer named(String name, Shop shop) {
    var spec = new BalancerSpec.Haproxy(name, List.of(), shop.haproxy.socket().toString());
    return HaproxyBalancers.open(spec, Shop.ROUTE, shop.machines(), Become.NONE).getFirst();
  }

  @Test
  void defect17AllThatComeAreReadyBeforeAnyThatGoLeaves() {
    var changes = new Changes("be_shop");
    var serving = new ServerState(3, 2, 0, 1, 1, 0);
    var out = new ServerState(3, 0, 1, 1, 1, 0);
    for (int i = 0; i < 300; i++) {
      changes.add("old" + i, serving, MemberState.OUT, 0);
      changes.add("new" + i, out, MemberState.SERVING, 1);
    }

    var commands =
        changes.lines().stream().flatMap(line -> List.of(line.split(";", -1)).stream()).toList();

    assertThat(commands).hasSize(600);
    assertThat(commands.subList(0, 300)).allMatch(command -> command.endsWith("state ready"));
    assertThat(changes.lines()).hasSizeGreaterThan(1);
  }

  @Test
  void defect17NoRequestMeetsAGapWhileAllTrafficIsSwitched() {
    shop.start("", "disabled");
    var balancer = shop.balancer();
    var asking =
        IntStream.range(0, 4)
            .mapToObj(_ -> CompletableFuture.supplyAsync(() -> shop.ask(300)))
            .toList();

    for (int i = 0; i < SWITCHES; i++) {
      boolean even = i % 2 == 0;
      assertThat(
              balancer.make(
                  even
                      ? both(MemberState.OUT, MemberState.SERVING)
                      : both(MemberState.SERVING, MemberState.OUT),
                  EPOCH))
          .isInstanceOf(Answer.Now.class);
    }

    for (var answers : asking) {
      assertThat(answers.join().keySet()).isSubsetOf("a", "b");
    }
  }

  @Test
  void defect18ARequestThatIsOpenEndsWellOnAServerThatWasLetGo() {
    shop.start("", "disabled");
    var balancer = shop.balancer();
    var slow = CompletableFuture.supplyAsync(() -> shop.ask("/slow"));
    await().until(() -> seen(balancer.observe(), A).sessions().equals(OptionalInt.of(1)));

    for (var state : List.of(MemberState.DRAINING, MemberState.OUT)) {
      assertThat(seen(balancer.make(both(state, MemberState.SERVING), EPOCH), A).sessions())
          .as("it still counts when it is %s", state)
          .hasValue(1);
    }
    assertThat(shop.ask(10)).containsOnlyKeys("b");
    shop.origins.letGo();

    assertThat(slow.join()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><body>ok</body></html>\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "Name: HAProxy\nPid: NaN\nStart_time_sec: 1e+02\n",
        "1\n# be_id be_name srv_id srv_name\n3 be_shop 1 a\n"
      })
  void defect22WhateverElseAnswersIsNeitherServingNorIdle(String reply) throws IOException {
    try (var impostor = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> answer(impostor, reply));
      var address = "tcp://127.0.0.1:" + impostor.getLocalPort();
      var balancer = at(address, Shop.ROUTE);

      assertThat(balancer.observe()).isNotInstanceOf(Answer.Now.class);
      assertThat(balancer.make(both(MemberState.SERVING, MemberState.DRAINING), EPOCH))
          .isNotInstanceOf(Answer.Now.class);
    }
  }

  private static void answer(ServerSocket server, String reply) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getInputStream().read();
        socket.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        return;
      }
    }
  }
}
