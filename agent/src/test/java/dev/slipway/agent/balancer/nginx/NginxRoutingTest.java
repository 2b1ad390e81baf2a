package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.canary;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: requests are told apart where the owner's servers ask for it, and nowhere by halves.
 * Method: a real nginx with and without those lines, broken, reloaded by others and under load.
 */
final class NginxRoutingTest {
  private static final String ODD = "a$b%c'{d}#(e)[f]|^?~!*+,./:<=>@&`$1";
  private static final Rule BY_HEADER = header("always");

  private final Shop shop;
  private final Balancer balancer;

  NginxRoutingTest(@TempDir Path directory) {
    shop = new Shop(directory);
    balancer = shop.balancer();
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static Rule header(String value) {
    return new Rule(new Rule.Match.Header("X-Canary", value), Traffic.CANDIDATE);
  }

  private static Traffic ruled(Rule... rules) {
    return canary(Share.NONE).with(new Routing(List.of(rules), Optional.empty(), Optional.empty()));
  }

  private static Traffic mirrored() {
    var mirror = new Mirror(Traffic.CANDIDATE, Share.ALL);
    return canary(Share.NONE).with(new Routing(List.of(), Optional.of(mirror), Optional.empty()));
  }

  private static Traffic kept(Sticky.Key key) {
    var sticky = new Sticky(key, "trial");
    return canary(Share.percent(50))
        .with(new Routing(List.of(), Optional.empty(), Optional.of(sticky)));
  }

  private String askWith(String line) {
    return Origins.askWith(shop.nginx.port(Shop.UPSTREAM), line);
  }

  @Test
  void whatNoServerAsksForIsRefusedWithTheLinesBeforeAnythingIsChanged() {
    shop.start();
    now(balancer.make(canary(Share.NONE), EPOCH));
    var before = shop.text();

    assertThat(refusal(balancer.make(ruled(BY_HEADER), EPOCH)))
        .contains("be_shop", "proxy_pass http://$slipway_to_be_shop;", "docs/nginx.md");
    assertThat(refusal(balancer.make(kept(new Sticky.Key.Header("X-User")), EPOCH)))
        .contains("$slipway_to_be_shop")
        .doesNotContain("Set-Cookie");
    var issued = new Sticky.Key.Issued("arm", Duration.ofHours(1));
    assertThat(refusal(balancer.make(kept(issued), EPOCH)))
        .contains("add_header Set-Cookie $slipway_cookie_be_shop always;");
    assertThat(refusal(balancer.make(mirrored(), EPOCH)))
        .contains("mirror /slipway-copy;", "$slipway_copy_be_shop");
    var compared = new Mirror(Traffic.CANDIDATE, Share.ALL).comparing(Comparison.PLAIN);
    var comparing = new Routing(List.of(), Optional.of(compared), Optional.empty());
    assertThat(refusal(balancer.make(canary(Share.NONE).with(comparing), EPOCH)))
        .contains("cannot compare");

    assertThat(shop.text()).isEqualTo(before);
    assertThat(now(balancer.observe()).observed().routing()).isEqualTo(Routing.NONE);
  }

  @Test
  void aConfigurationThatCannotBeShownIsRefusedInNginxsOwnWords() throws IOException {
    shop.steered().start();
    now(balancer.make(canary(Share.NONE), EPOCH));
    var before = shop.text();
    Files.writeString(shop.nginx.owned("foreign.conf"), "nonsense here;\n");

    assertThat(refusal(balancer.make(ruled(BY_HEADER), EPOCH)))
        .contains("nginx -T fails", "unknown directive", "foreign.conf");

    assertThat(shop.text()).isEqualTo(before);
  }

  @Test
  void aWayThatNginxRefusesLeavesTheFormerFileByteForByte() {
    shop.steered().start();
    now(balancer.make(ruled(header("never")), EPOCH));
    var before = shop.text();
    var servers = new TreeMap<>(shop.route(Shop.UPSTREAM).servers());
    servers.put(Trials.C, new Route.Server("c", "nowhere.invalid", 80));
    var unresolved = shop.balancer(shop.spec, new Route(Shop.UPSTREAM, servers));

    assertThat(refusal(unresolved.make(ruled(BY_HEADER), EPOCH)))
        .contains("nginx -t fails with the change", "nowhere.invalid");

    assertThat(shop.text()).isEqualTo(before);
    assertThat(askWith("X-Canary: never")).isEqualTo("c");
  }

  @Test
  void aHeaderThatNginxDropsIsNoRule() {
    shop.steered().start();
    var rule = new Rule(new Rule.Match.Header("X_Canary", "always"), Traffic.CANDIDATE);

    assertThat(refusal(balancer.make(ruled(rule), EPOCH))).contains("X_Canary", "drops");
  }

  @Test
  void aValueMatchesExactlyWhateverItIsMadeOf() {
    shop.steered().start();
    var cookie = new Rule(new Rule.Match.Cookie("my-arm", ODD), Traffic.CANDIDATE);
    var wanted = ruled(header(ODD), cookie);

    assertThat(now(balancer.make(wanted, EPOCH)).observed().routing()).isEqualTo(wanted.routing());

    assertThat(askWith("X-Canary: " + ODD)).isEqualTo("c");
    assertThat(askWith("Cookie: x=y; my-arm=" + ODD)).isEqualTo("c");
    assertThat(askWith("X-Canary: " + ODD.toUpperCase(Locale.ROOT))).isIn("a", "b");
    assertThat(askWith("Cookie: my-arm=" + ODD + "x")).isIn("a", "b");
  }

  @Test
  void aCandidateThatDiedGivesNobodyAnError() {
    shop.steered().start();
    now(balancer.make(ruled(BY_HEADER), EPOCH));
    assertThat(askWith("X-Canary: always")).isEqualTo("c");

    shop.origins.stop("c");

    for (int i = 0; i < 12; i++) {
      assertThat(askWith("X-Canary: always")).isIn("a", "b");
    }
  }

  @Test
  void whoIsThereForTestersAloneIsNotSaidToBeIdle() {
    shop.steered().start();

    var made = now(balancer.make(ruled(BY_HEADER), EPOCH));

    assertThat(Trials.seen(made, Trials.C).isUp()).isTrue();
    assertThat(Trials.seen(made, Trials.C).gets()).isFalse();
    await().during(Duration.ofMillis(1_500)).until(() -> sessionsOfC(balancer.observe()).isEmpty());
  }

  private static OptionalInt sessionsOfC(Answer answer) {
    return Trials.seen(now(answer), Trials.C).sessions();
  }

  @Test
  void anUpstreamOfALongNameHasVariablesThatFit() {
    var name = "shop.example-of.a-very-long-name." + "x".repeat(160);
    shop.nginx.with(shop.file(), shop.lacking(shop.spec, shop.route(name)));
    shop.start();
    var other = shop.balancer(shop.spec, shop.route(name));

    now(other.make(canary(Share.percent(50)), EPOCH));

    assertThat(refusal(other.make(ruled(BY_HEADER), EPOCH)))
        .containsPattern("\\$slipway_to_[0-9a-f]{24};");
  }

  @Test
  void changesOfRulesAndUsersAndCopiesAndLoadsByOthersLoseNoRequest() {
    shop.steered().start();
    now(balancer.make(canary(Share.NONE), EPOCH));
    var plan =
        LoadPlan.against(Loopback.at("127.0.0.1", shop.nginx.port(Shop.UPSTREAM)))
            .withPause(Duration.ofMillis(2));
    try (var load = LoadClient.start(plan, Waiter.system())) {
      for (int round = 0; round < 2; round++) {
        for (Traffic wanted :
            List.of(
                ruled(BY_HEADER),
                mirrored(),
                kept(new Sticky.Key.Issued("arm", Duration.ofHours(1))),
                canary(Share.percent(25)))) {
          now(balancer.make(wanted, EPOCH));
          shop.nginx.reload();
          await().until(() -> isSettled(wanted));
        }
      }
      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.sent()).isGreaterThan(100);
    }
  }

  private boolean isSettled(Traffic wanted) {
    return balancer.observe() instanceof Answer.Now(var observed, var _)
        && observed.routing().equals(wanted.routing());
  }

  /** What the page says of copies: an answer is not held up, and its connection is. */
  @Test
  void theAnswerWaitsForNoCopyAndTheConnectionDoes() throws IOException {
    shop.steered().start();
    try (var hanging = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      hanging.setSoTimeout(20_000);
      copyingTo(hanging.getLocalPort());
      try (var client = Loopback.connect("127.0.0.1", shop.nginx.port(Shop.UPSTREAM))) {
        client.setSoTimeout(20_000);
        send(client);
        try (var copy = hanging.accept()) {
          assertThat(copy.isConnected()).isTrue();
          assertThat(answer(client)).startsWith("HTTP/1.1 200");
          send(client);
          var in = client.getInputStream();
          await().during(Duration.ofMillis(300)).until(() -> in.available() == 0);
        }
        assertThat(answer(client)).startsWith("HTTP/1.1 200");
      }
    }
  }

  private void copyingTo(int port) {
    var servers = new TreeMap<>(shop.route(Shop.UPSTREAM).servers());
    servers.put(Trials.C, new Route.Server("c", "127.0.0.1", port));
    now(shop.balancer(shop.spec, new Route(Shop.UPSTREAM, servers)).make(mirrored(), EPOCH));
  }

  private static void send(Socket client) throws IOException {
    client
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads an answer with its body of one byte. */
  private static String answer(Socket client) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      if (next < 0) {
        return "closed after: " + head;
      }
      head.append((char) next);
    }
    client.getInputStream().readNBytes(1);
    return head.toString();
  }
}
