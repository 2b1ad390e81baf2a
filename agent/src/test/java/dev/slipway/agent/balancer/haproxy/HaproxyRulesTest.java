package dev.slipway.agent.balancer.haproxy;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.C;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Origins;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: rules are in the maps and in their files alike, and nobody else's are touched. Method: a
 * real HAProxy that is reloaded by others, that has no maps, and whose maps others write.
 */
class HaproxyRulesTest extends AtShop {
  private static final Rule ODD =
      new Rule(new Rule.Match.Header("X-Odd_Name", "a.b*(c)|[d]$^?+#{e}"), Traffic.CANDIDATE);
  private static final Rule COOKIE =
      new Rule(new Rule.Match.Cookie("beta", "1"), Traffic.CANDIDATE);

  private static Traffic ruled(Rule... rules) {
    return new Traffic(
        Map.of(Traffic.STABLE, Share.ALL, Traffic.CANDIDATE, Share.NONE),
        Map.of(
            A, new Member(Traffic.STABLE, SERVING),
            B, new Member(Traffic.CANDIDATE, SERVING),
            C, new Member(Traffic.CANDIDATE, SERVING)),
        List.of(rules),
        Optional.empty(),
        new Nobody.Refuse());
  }

  private Map<String, Integer> ask(String line, int times) {
    var answers = new HashMap<String, Integer>();
    for (int i = 0; i < times; i++) {
      answers.merge(Origins.askWith(shop.haproxy.port("be_shop"), line), 1, Integer::sum);
    }
    return answers;
  }

  private Path file(String name) {
    return Path.of(shop.haproxy.socket() + ".slipway/state/be_shop." + name);
  }

  @Test
  void aReloadAndARestartByOthersKeepTheRules() throws IOException {
    shop.obeyingRules().keepingState().haproxy.asMasterWorker();
    shop.start("", "", shop.server("c", ""));
    var balancer = balancer("be_shop", "a", "b", "c");
    Trials.now(balancer.make(ruled(ODD, COOKIE), EPOCH));
    assertThat(Files.readAllLines(file("rules"))).hasSize(2);
    assertThat(Files.readAllLines(file("tracks"))).hasSize(60);

    shop.haproxy.reload();
    assertObeyed();
    shop.haproxy.restart();
    assertObeyed();

    assertThat(Trials.now(balancer.observe()).observed().routing().rules())
        .containsExactly(ODD, COOKIE);
    Trials.now(balancer.make(ruled(), EPOCH));
    shop.haproxy.restart();
    assertThat(ask("Cookie: beta=1", 4)).containsOnlyKeys("a");
    assertThat(Files.readString(file("rules")) + Files.readString(file("tracks"))).isEmpty();
  }

  /** Two servers share the requests of a track by chance: far from both ends is good enough. */
  private void assertObeyed() {
    var answers = ask("X-Odd_Name: a.b*(c)|[d]$^?+#{e}", 60);
    assertThat(answers).containsOnlyKeys("b", "c");
    assertThat(answers.get("b")).isBetween(10, 50);
    assertThat(ask("X-Odd_Name: aXb*(c)|[d]$^?+#{e}", 4)).containsOnlyKeys("a");
    assertThat(ask("Cookie: x=y; beta=1", 4).keySet()).isSubsetOf("b", "c");
  }

  @Test
  void whereTheConfigurationHasNoMapsARuleIsRefusedWithTheLines() {
    shop.start("", "", shop.server("c", ""));
    var balancer = balancer("be_shop", "a", "b", "c");
    var before = Trials.now(balancer.make(Trials.states(SERVING, SERVING, SERVING), EPOCH));

    assertThat(Trials.refusal(balancer.make(ruled(COOKIE), EPOCH)))
        .contains("be_shop", "http-request set-var(txn.slipway)", "use-server %[rand(60)");
    assertThat(Trials.told(Trials.now(balancer.observe()))).isEqualTo(Trials.told(before));
    Trials.now(balancer.make(ruled(), EPOCH));
  }

  @Test
  void rulesOfAnotherApplicationInTheSameBackendAreLeftAlone() {
    shop.obeyingRules().start("", "", shop.server("c", ""));
    Trials.now(balancer("be_shop", "a", "b", "c").make(ruled(COOKIE), EPOCH));
    var other = balancer("be_shop", "a");
    var onlyA = Traffic.stable(Map.of(A, SERVING));

    Trials.now(other.make(onlyA, EPOCH));
    assertThat(ask("Cookie: beta=1", 8).keySet()).isSubsetOf("b", "c");
    assertThat(Trials.now(other.observe()).observed().routing()).isEqualTo(Routing.NONE);
    var mine = new Rule(COOKIE.match(), Traffic.STABLE);
    var ruled = onlyA.with(new Routing(List.of(mine), Optional.empty(), Optional.empty()));
    assertThat(Trials.refusal(other.make(ruled, EPOCH))).contains("another application");
  }

  @Test
  void whatOthersWriteIntoTheMapsIsGoneWithTheNextChange() {
    shop.obeyingRules().start("", "", shop.server("c", ""));
    var balancer = balancer("be_shop", "a", "b", "c");
    Trials.now(balancer.make(ruled(COOKIE), EPOCH));
    shop.haproxy.ask("add map %s .* candidate".formatted(file("rules")));
    assertThat(ask("A: b", 4).keySet()).isSubsetOf("b", "c");

    Trials.now(balancer.make(ruled(COOKIE), EPOCH));

    assertThat(ask("A: b", 4)).containsOnlyKeys("a");
  }

  @Test
  void overTcpNoFileCouldBeKeptAndARuleIsRefused() {
    shop.obeyingRules().start("", "", shop.server("c", ""));
    var balancer = at("tcp://127.0.0.1:" + shop.haproxy.adminPort(), Shop.ROUTE);
    var rule = new Rule(COOKIE.match(), Traffic.STABLE);
    var ruled =
        both(SERVING, SERVING).with(new Routing(List.of(rule), Optional.empty(), Optional.empty()));

    assertThat(Trials.refusal(balancer.make(ruled, EPOCH))).contains("match rules", "kept");
  }
}
