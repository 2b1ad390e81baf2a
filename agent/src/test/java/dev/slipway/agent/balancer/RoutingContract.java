package dev.slipway.agent.balancer;

import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.canary;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: a request goes where what it carries says, and a copy harms nobody. Method: the promises of
 * {@link RequestsContract}, and besides requests with headers and cookies, counted at the members.
 */
public abstract class RoutingContract<C extends Carrier> extends RequestsContract<C> {
  private static final Rule BY_HEADER =
      new Rule(new Rule.Match.Header("X-Canary", "always"), Traffic.CANDIDATE);
  private static final Rule BY_COOKIE =
      new Rule(new Rule.Match.Cookie("canary", "yes"), Traffic.CANDIDATE);
  private static final Rule BACK =
      new Rule(new Rule.Match.Header("X-Canary", "never"), Traffic.STABLE);
  private static final Pattern GIVEN = Pattern.compile("(?i)set-cookie: (arm=[^;\\s]+)");
  private static final int USERS = 400;

  /** Makes it, or asserts that it is refused where the balancer cannot do that. */
  private boolean isRefused(Capability capability, Traffic wanted) {
    if (subject().capabilities().contains(capability)) {
      make(wanted);
      return false;
    }
    refusal(subject().balancer().make(wanted, EPOCH));
    return true;
  }

  private void make(Traffic wanted) {
    var made = now(subject().balancer().make(wanted, EPOCH));
    assertThat(made.observed().routing()).isEqualTo(wanted.routing());
    assertThat(now(subject().balancer().observe()).observed().routing())
        .isEqualTo(wanted.routing());
  }

  private static Routing rules(Rule... rules) {
    return new Routing(List.of(rules), Optional.empty(), Optional.empty());
  }

  private static Routing kept(Sticky.Key key) {
    return new Routing(List.of(), Optional.empty(), Optional.of(new Sticky(key, "trial")));
  }

  private String ask(String line, int times) {
    var who = new TreeSet<String>();
    for (int i = 0; i < times; i++) {
      who.add(subject().askWith(line));
    }
    return String.join(" ", who);
  }

  @Test
  void requestsThatMatchGoToTheTrackThoughItHasNoShare() {
    if (isRefused(Capability.MATCH, canary(Share.NONE).with(rules(BY_HEADER, BY_COOKIE)))) {
      return;
    }

    assertThat(ask("X-Canary: always", 8)).isEqualTo("c");
    assertThat(ask("x-canary: always", 2)).isEqualTo("c");
    assertThat(ask("Cookie: other=1; canary=yes", 8)).isEqualTo("c");
    assertThat(ask("X-Canary: alwaysnot", 8)).isEqualTo("a b");
    assertThat(ask("Cookie: canary=yes1; acanary=yes", 8)).isEqualTo("a b");
    assertThat(ask("Accept: */*", 8)).isEqualTo("a b");
  }

  @Test
  void theFirstRuleThatMatchesCountsWhateverTheSharesAre() {
    if (isRefused(Capability.MATCH, canary(Share.percent(50)).with(rules(BACK, BY_COOKIE)))) {
      return;
    }

    assertThat(ask("X-Canary: never", 12)).isEqualTo("a b");
    assertThat(ask("X-Canary: never\r\nCookie: canary=yes", 12)).isEqualTo("a b");
    assertThat(ask("Cookie: canary=yes", 8)).isEqualTo("c");
  }

  @Test
  void aMemberThatDrainsIsReachedByNoRule() {
    if (isRefused(Capability.MATCH, canary(Share.NONE).with(rules(BY_HEADER)))) {
      return;
    }
    assertThat(ask("X-Canary: always", 4)).isEqualTo("c");

    make(canary(Share.NONE).with(rules(BY_HEADER)).with(Trials.C, DRAINING));

    assertThat(ask("X-Canary: always", 12)).isEqualTo("a b");
  }

  @Test
  void rulesThatAreWantedNoMoreAreGone() {
    if (isRefused(Capability.MATCH, canary(Share.NONE).with(rules(BY_HEADER, BY_COOKIE)))) {
      return;
    }
    make(canary(Share.NONE).with(rules(BY_COOKIE)));

    assertThat(ask("X-Canary: always", 8)).isEqualTo("a b");
    assertThat(ask("Cookie: canary=yes", 4)).isEqualTo("c");

    make(canary(Share.NONE));
    assertThat(ask("Cookie: canary=yes", 8)).isEqualTo("a b");
  }

  @Test
  void rulesOutliveARestartWhereTheTrafficDoes() {
    var wanted = canary(Share.NONE).with(rules(BY_HEADER));
    if (isRefused(Capability.MATCH, wanted)) {
      return;
    }
    subject().restarts();

    switch (subject().memory()) {
      case KEEPS -> assertThat(ask("X-Canary: always", 8)).isEqualTo("c");
      case FORGETS -> make(wanted);
    }
    assertThat(ask("X-Canary: always", 8)).isEqualTo("c");
    assertThat(now(subject().balancer().observe()).observed().routing())
        .isEqualTo(wanted.routing());
  }

  @Test
  void aUserStaysOnOneTrackAndWhoIsOnTheCandidateStaysThereWhileItGrows() {
    if (isRefused(
        Capability.STICKY, canary(Share.percent(25)).with(kept(new Sticky.Key.Header("X-User"))))) {
      return;
    }
    var few = onCandidate("X-User: ");
    assertThat(few).hasSizeBetween(USERS / 4 - 40, USERS / 4 + 40);
    assertThat(onCandidate("X-User: ")).isEqualTo(few);

    make(canary(Share.percent(50)).with(kept(new Sticky.Key.Cookie("uid"))));

    assertThat(onCandidate("Cookie: uid=")).containsAll(few).hasSizeBetween(160, 240);
    assertThat(subject().ask(40).getOrDefault("c", 0)).isBetween(15, 25);
  }

  private Set<Integer> onCandidate(String line) {
    var users = new TreeSet<Integer>();
    for (int user = 0; user < USERS; user++) {
      if (subject().askWith(line + "u" + user).equals("c")) {
        users.add(user);
      }
    }
    return users;
  }

  @Test
  void whoHasNoCookieGetsOneStaysByItAndLosesItInTheEnd() {
    if (isRefused(
        Capability.STICKY,
        canary(Share.percent(50)).with(kept(new Sticky.Key.Issued("arm", Duration.ofHours(1)))))) {
      return;
    }
    int candidates = 0;
    for (int user = 0; user < 60; user++) {
      var first = subject().answer("GET");
      var given = GIVEN.matcher(first);
      assertThat(given.find()).as(first).isTrue();
      assertThat(first).contains("Max-Age=3600", "Path=/");
      var again = subject().answer("GET", "Cookie: " + given.group(1));
      assertThat(again).doesNotContainIgnoringCase("set-cookie");
      boolean candidate = Origins.who(first).equals("c");
      assertThat(Origins.who(again).equals("c")).as(given.group(1)).isEqualTo(candidate);
      candidates += candidate ? 1 : 0;
    }
    assertThat(candidates).isBetween(12, 48);

    make(canary(Share.percent(50)).with(kept(new Sticky.Key.Cleared("arm"))));
    assertThat(subject().answer("GET", "Cookie: arm=any")).contains("arm=;", "Max-Age=0");
    assertThat(subject().answer("GET")).doesNotContainIgnoringCase("set-cookie");
  }

  @Test
  void thisShareOfWhatChangesNothingIsCopiedAndNobodyGetsAnAnswerFromThere() {
    if (isRefused(
        Capability.MIRROR,
        canary(Share.NONE).with(mirror(new Mirror(Traffic.CANDIDATE, Share.percent(50)))))) {
      return;
    }

    assertThat(subject().ask(40)).containsOnlyKeys("a", "b");
    assertThat(Origins.who(subject().answer("POST"))).isIn("a", "b");

    int chance = subject().copiesByChance();
    await()
        .untilAsserted(
            () -> assertThat(subject().origins().copies("c")).isBetween(20 - chance, 20 + chance));
    int copies = subject().origins().copies("c");
    await().during(Duration.ofMillis(200)).until(() -> subject().origins().copies("c") == copies);
    assertThat(subject().origins().copies("a") + subject().origins().copies("b")).isZero();
  }

  private static Routing mirror(Mirror mirror) {
    return new Routing(List.of(), Optional.of(mirror), Optional.empty());
  }

  @Test
  void nothingIsCopiedToWhoDrainsOrOnceNobodyWantsIt() {
    var all = mirror(new Mirror(Traffic.CANDIDATE, Share.ALL, Set.of("GET", "POST")));
    if (isRefused(Capability.MIRROR, canary(Share.NONE).with(all))) {
      return;
    }
    subject().answer("POST", "Content-Length: 0");
    await().until(() -> subject().origins().copies("c") == 1);

    make(canary(Share.NONE).with(all).with(Trials.C, DRAINING));
    subject().ask(10);
    make(canary(Share.NONE));
    subject().ask(10);

    await().during(Duration.ofMillis(200)).until(() -> subject().origins().copies("c") == 1);
  }

  @Test
  void aCopyThatNobodyAnswersHarmsNoRequest() {
    if (isRefused(
        Capability.MIRROR,
        canary(Share.NONE).with(mirror(new Mirror(Traffic.CANDIDATE, Share.ALL))))) {
      return;
    }
    subject().origins().stop("c");

    assertThat(subject().ask(40)).containsOnlyKeys("a", "b");
  }
}
