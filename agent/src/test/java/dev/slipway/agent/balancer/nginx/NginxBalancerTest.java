package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static dev.slipway.agent.balancer.Trials.seen;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what nginx was told is so or was undone, and nobody's file is harmed. Method: a real nginx,
 * broken, occupied, edited and reloaded by others.
 */
final class NginxBalancerTest {
  private static final Traffic ALL = states(SERVING, SERVING, SERVING);
  private static final Traffic A_DRAINS = states(DRAINING, SERVING, SERVING);

  private final Shop shop;
  private final Balancer balancer;

  NginxBalancerTest(@TempDir Path directory) {
    shop = new Shop(directory);
    balancer = shop.balancer();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private void edit(String from, String to) throws IOException {
    assertThat(shop.text()).contains(from);
    Files.writeString(shop.file(), shop.text().replace(from, to));
  }

  /** Asserts that nothing lies beside the file but the lock's directory and what belongs to it. */
  private void assertNothingIsLeftBehind() throws IOException {
    for (Path directory : List.of(shop.file().getParent(), Path.of(shop.file() + ".slipway"))) {
      try (var files = Files.list(directory)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(name -> name.matches("(?:new|mine|former)-.*"));
      }
    }
  }

  @Test
  void defect17AFileThatNginxRefusesLeavesEverythingAsItWas() throws IOException {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    var before = shop.text();
    Path foreign = Files.writeString(shop.nginx.owned("foreign.conf"), "nonsense here;\n");

    var reason = refusal(balancer.make(A_DRAINS, EPOCH));

    assertThat(reason).contains("without the change too", "unknown directive", "foreign.conf");
    assertThat(shop.text()).isEqualTo(before);
    assertNothingIsLeftBehind();
    Trials.assertStates(now(balancer.observe()), ALL);
    Files.delete(foreign);
    Trials.assertStates(now(balancer.make(A_DRAINS, EPOCH)), A_DRAINS);
  }

  @Test
  void anAddressThatNginxCannotResolveIsSaidToBeTheChangesFault() throws IOException {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    var before = shop.text();
    var servers = new TreeMap<>(shop.route(Shop.UPSTREAM).servers());
    servers.put(A, new Route.Server("a", "nowhere.invalid", 80));
    var unresolved = shop.balancer(shop.spec, new Route(Shop.UPSTREAM, servers));

    var reason = refusal(unresolved.make(ALL, EPOCH));

    assertThat(reason).contains("with the change", "host not found", "nowhere.invalid");
    assertThat(shop.text()).isEqualTo(before);
    assertNothingIsLeftBehind();
  }

  /** Both {@code nginx -t} and {@code nginx -s reload} end with 0 then. */
  @Test
  void aMasterThatKeepsItsFormerConfigurationIsNotBelievedToHaveTheNewOne() throws IOException {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    var before = shop.text();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      shop.nginx.withHttp("server { listen 127.0.0.1:%d; }".formatted(taken.getLocalPort()));

      var reason = refusal(balancer.make(A_DRAINS, EPOCH));

      assertThat(reason).contains("no new workers", "former configuration");
      assertThat(shop.nginx.errors()).contains("Address already in use");
      assertThat(shop.text()).isEqualTo(before);
      assertNothingIsLeftBehind();
      Trials.assertStates(now(balancer.observe()), ALL);
      assertThat(shop.ask("/")).isIn("a", "b", "c");
    }
    shop.nginx.withoutHttp();
    Trials.assertStates(now(balancer.make(A_DRAINS, EPOCH)), A_DRAINS);
  }

  @Test
  void aMemberThatDrainsIsIdleOnlyWhenTheWorkersThatServedItAreGone() {
    shop.start();
    now(balancer.make(states(SERVING, OUT, OUT), EPOCH));
    var open = shop.origins.begin(shop.nginx.port(Shop.UPSTREAM));
    await().until(shop.origins::isAsked);

    var drained = now(balancer.make(states(DRAINING, SERVING, SERVING), EPOCH));

    assertThat(seen(drained, A).state()).isEqualTo(DRAINING);
    assertThat(seen(drained, A).sessions()).as("a former worker waits for it").isEmpty();
    open.end();
    await().until(() -> seen(now(balancer.observe()), A).sessions().equals(OptionalInt.of(0)));
    assertThat(seen(now(balancer.observe()), B).sessions()).as("nobody counts").isEmpty();
  }

  @Test
  void drainingAndOutAreToldApartAndAMemberWithoutAShareServes() {
    shop.start();

    var made = now(balancer.make(states(SERVING, DRAINING, OUT), EPOCH));

    assertThat(seen(made, A).state()).isEqualTo(SERVING);
    assertThat(seen(made, B).state()).isEqualTo(DRAINING);
    assertThat(seen(made, Trials.C).state()).isEqualTo(OUT);
    assertThat(shop.text()).contains(" down;").doesNotContain("weight=0");
  }

  @Test
  void defect20NeitherTheWayForthNorTheWayBackWritesAWeightOfZero() {
    shop.start();
    for (int percent : List.of(0, 100, 0)) {
      now(balancer.make(Trials.canary(Share.percent(percent)), EPOCH));

      assertThat(shop.text()).contains(" down;").doesNotContain("weight=0");
      shop.nginx.restart();
      assertThat(shop.ask("/")).isIn(percent == 100 ? List.of("c") : List.of("a", "b"));
    }
  }

  @Test
  void aMemberThatIsNewOrMovedIsOutUntilItIsMadeToServe() {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    var servers = new TreeMap<>(shop.route(Shop.UPSTREAM).servers());
    var added = new Instance("d", "web", "current");
    int port = shop.origins.address("a").getPort();
    servers.put(added, new Route.Server("d", "127.0.0.1", port));
    servers.put(A, new Route.Server("a", "127.0.0.2", port));
    var changed = shop.balancer(shop.spec, new Route(Shop.UPSTREAM, servers));

    assertThat(seen(now(changed.observe()), added).state()).isEqualTo(OUT);
    assertThat(seen(now(changed.observe()), A).state()).as("at its new address").isEqualTo(OUT);
    var made = now(changed.make(Traffic.stable(Map.of(added, SERVING)), EPOCH));

    assertThat(seen(made, added).gets()).isTrue();
    assertThat(shop.ask("/")).isEqualTo("a");
  }

  @Test
  void twoUpstreamsInOneFileAndTwoFilesDoNotDisturbOneAnother() throws IOException {
    var same = shop.route("be_same");
    var other = shop.spec("other.conf");
    shop.nginx.front("be_same").front("be_other");
    shop.nginx.with(shop.file(), shop.lacking(shop.spec, same));
    shop.nginx.with(Path.of(other.file()), shop.lacking(other, shop.route("be_other")));
    Files.writeString(shop.file(), shop.text() + "# the owner's own words\n");
    shop.start();
    var beside = shop.balancer(shop.spec, same);
    var elsewhere = shop.balancer(other, shop.route("be_other"));

    now(balancer.make(states(SERVING, OUT, OUT), EPOCH));
    now(beside.make(states(OUT, SERVING, OUT), EPOCH));
    now(elsewhere.make(states(OUT, OUT, SERVING), EPOCH));
    now(balancer.make(states(SERVING, DRAINING, OUT), EPOCH));

    assertThat(shop.ask("/")).isEqualTo("a");
    assertThat(Origins.ask(shop.nginx.port("be_same"), "/")).isEqualTo("b");
    assertThat(Origins.ask(shop.nginx.port("be_other"), "/")).isEqualTo("c");
    Trials.assertStates(now(beside.observe()), states(OUT, SERVING, OUT));
    Trials.assertStates(now(elsewhere.observe()), states(OUT, OUT, SERVING));
    assertThat(shop.text()).contains("# the owner's own words\n");
  }

  @Test
  void aReloadByOthersLosesNothingAndIsNotTakenForARestart() {
    shop.start();
    var made = now(balancer.make(A_DRAINS, EPOCH));

    shop.nginx.reload();

    await()
        .untilAsserted(
            () -> assertThat(Trials.told(now(balancer.observe()))).isEqualTo(Trials.told(made)));
  }

  @Test
  void reloadsByOthersInTheSameMomentAreNotMistakenForOurs() throws Exception {
    shop.start();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Traffic wanted : List.of(ALL, A_DRAINS, ALL, A_DRAINS)) {
        var made = threads.submit(() -> balancer.make(wanted, EPOCH));
        while (!made.isDone()) {
          shop.nginx.reload();
        }
        Trials.assertStates(now(made.get()), wanted);
      }
    }
  }

  @Test
  void anEditThatSaysOneThingToClientsAndAnotherToUsIsNotBelieved() throws IOException {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    String server = "server 127.0.0.1:%d".formatted(shop.origins.address("a").getPort());
    edit(server + " weight=256 max_fails=3;", server + " down;");
    shop.nginx.reload();

    assertThat(refusal(balancer.observe())).contains("edited by hand", shop.file().toString());
    Trials.assertStates(now(balancer.make(ALL, EPOCH)), ALL);
    assertThat(shop.text()).doesNotContain(" down;");
  }

  @Test
  void anEditThatSaysTheSameToBothIsWhatIsSo() throws IOException {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    int port = shop.origins.address("a").getPort();
    edit(
        "server 127.0.0.1:%d weight=256 max_fails=3;".formatted(port),
        "server 127.0.0.1:%d down;".formatted(port));
    edit("a 127.0.0.1 %d SERVING 256".formatted(port), "a 127.0.0.1 %d OUT 0".formatted(port));
    shop.nginx.reload();

    await()
        .untilAsserted(
            () -> Trials.assertStates(now(balancer.observe()), states(OUT, SERVING, SERVING)));
  }

  @Test
  void whatWasWrittenAndNotLoadedIsNotSoUntilItIs() throws IOException {
    shop.start();
    now(balancer.make(A_DRAINS, EPOCH));
    var later = shop.text();
    now(balancer.make(ALL, EPOCH));
    // As after an agent and its machine that ended between the rename and the reload.
    Files.writeString(shop.file(), later);

    Trials.assertStates(now(balancer.observe()), ALL);
    Trials.assertStates(now(balancer.make(ALL, EPOCH)), ALL);
    shop.nginx.restart();

    Trials.assertStates(now(balancer.observe()), ALL);
  }

  @Test
  void anNginxThatWasNeverToldOfTheUpstreamIsRefusedWithTheWayOut() {
    shop.nginx.withHttp("upstream be_shop { server 127.0.0.1:1; }").start();

    for (Answer answer : List.of(balancer.observe(), balancer.make(ALL, EPOCH))) {
      assertThat(refusal(answer)).contains(shop.file().toString(), "slipway doctor");
    }
    assertThat(shop.file()).doesNotExist();
    assertThat(shop.lacking(shop.spec, shop.route(Shop.UPSTREAM)))
        .startsWith(shop.file().toString())
        .endsWith("http", "  include %s;".formatted(shop.file()));
  }

  @Test
  void whatTheDoctorPrintsIsEnoughAndSendsNothingToAnybody() {
    shop.start();

    assertThat(shop.lacking(shop.spec, shop.route(Shop.UPSTREAM))).isEmpty();
    Trials.assertStates(now(balancer.observe()), states(OUT, OUT, OUT));
    assertThat(shop.ask("/")).contains("502");
  }

  @Test
  void anUpstreamOfThatNameInAnotherFileIsNotMistakenForOurs() {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    var other = shop.spec("other.conf");
    var namesake = shop.balancer(other, shop.route(Shop.UPSTREAM));

    assertThat(refusal(namesake.observe())).contains("other.conf", "slipway doctor");
  }

  @Test
  void aSectionThatSomebodyDeletedIsLackingThoughNginxStillRunsWithIt() throws IOException {
    shop.start();
    Files.writeString(shop.file(), "");

    Trials.assertStates(now(balancer.observe()), states(OUT, OUT, OUT));
    assertThat(shop.lacking(shop.spec, shop.route(Shop.UPSTREAM)))
        .startsWith(shop.file().toString());
    Trials.assertStates(now(balancer.make(ALL, EPOCH)), ALL);
    assertThat(shop.lacking(shop.spec, shop.route(Shop.UPSTREAM))).isEmpty();
  }

  @Test
  void aFileThatIsNotIncludedIsSaidToBeThat() {
    shop.nginx.withHttp("upstream be_shop { server 127.0.0.1:1; }").start();
    var spec = shop.spec("shop.txt");
    shop.nginx.with(Path.of(spec.file()), shop.lacking(spec, shop.route(Shop.UPSTREAM)));

    assertThat(shop.lacking(spec, shop.route(Shop.UPSTREAM)))
        .containsExactly("http", "  include %s;".formatted(spec.file()));
    assertThat(shop.balancer(spec, shop.route(Shop.UPSTREAM)).observe())
        .isInstanceOfSatisfying(
            Answer.Unreachable.class, gone -> assertThat(gone.reason()).contains(spec.status()));
  }

  @Test
  void ownersOptionsOfAnUpstreamAreKept() throws IOException {
    Files.writeString(Path.of(shop.file() + ".be_shop.options"), "least_conn;\nkeepalive 8;\n");
    shop.start();

    Trials.assertStates(now(balancer.make(ALL, EPOCH)), ALL);
    Files.writeString(Path.of(shop.file() + ".be_shop.options"), "no_such_method;\n");

    assertThat(refusal(balancer.make(A_DRAINS, EPOCH))).contains("no_such_method");
  }

  @Test
  void aMasterThatWasKilledAloneIsNotMistakenForAnNginxThatCanBeTold() {
    shop.start();
    now(balancer.make(ALL, EPOCH));
    shop.nginx.killMaster();

    assertThat(balancer.observe())
        .isInstanceOfSatisfying(
            Answer.Unreachable.class,
            gone -> {
              assertThat(gone.reason()).contains("master");
              assertThat(gone.still()).isEmpty();
            });
  }

  /** A word of nginx's configuration is at most 4,096 bytes long. */
  @Test
  void hundredsOfMembersAreToldOf() {
    var servers = new TreeMap<Instance, Route.Server>();
    var states = new TreeMap<Instance, MemberState>();
    for (int i = 0; i < 400; i++) {
      var instance = new Instance("host" + i, "web", "current");
      servers.put(instance, new Route.Server("host-%d-of-many".formatted(i), "127.0.0.1", 1 + i));
      states.put(instance, i % 2 == 0 ? SERVING : DRAINING);
    }
    var route = new Route(Shop.UPSTREAM, servers);
    shop.nginx.with(shop.file(), shop.lacking(shop.spec, route)).start();

    var made = now(shop.balancer(shop.spec, route).make(Traffic.stable(states), EPOCH));

    assertThat(made.observed().members()).hasSize(400);
    states.forEach((one, state) -> assertThat(seen(made, one).state()).isEqualTo(state));
  }
}
