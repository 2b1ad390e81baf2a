package dev.slipway.strategies.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: users are spread as the shares say and stay where they are. Method: many users, counted.
 */
class StickyTest {
  private static final int USERS = 20_000;

  private static Set<Integer> on(String track, String salt, Map<String, Integer> percents) {
    var sticky = new Sticky(new Sticky.Key.Header("X-User"), salt);
    var shares = new TreeMap<String, Share>();
    percents.forEach((name, percent) -> shares.put(name, Share.percent(percent)));
    var users = new HashSet<Integer>();
    for (int user = 0; user < USERS; user++) {
      if (sticky.track(shares, "user-" + user).equals(track)) {
        users.add(user);
      }
    }
    return users;
  }

  private static Set<Integer> candidates(String salt, int percent) {
    return on(Traffic.CANDIDATE, salt, Map.of("stable", 100 - percent, "candidate", percent));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 25, 50, 75, 99, 100})
  void eachTrackHasItsShareOfTheUsersWithinOnePercentagePoint(int percent) {
    assertThat(candidates("", percent).size())
        .isBetween((percent - 1) * USERS / 100, (percent + 1) * USERS / 100);
  }

  @Test
  void nobodyLeavesTheCandidateWhileItGrows() {
    var before = candidates("x", 0);
    for (int percent : new int[] {5, 25, 50, 75, 100}) {
      var after = candidates("x", percent);
      assertThat(after).containsAll(before);
      before = after;
    }
    assertThat(before).hasSize(USERS);
  }

  @Test
  void anotherTrialHasOtherUsers() {
    var both = new HashSet<>(candidates("one", 50));
    both.retainAll(candidates("two", 50));

    assertThat(both.size()).isBetween(USERS * 24 / 100, USERS * 26 / 100);
  }

  @Test
  void threeArmsHaveTheirShares() {
    var percents = Map.of("stable", 20, "b", 30, "c", 50);

    assertThat(on("b", "", percents).size()).isBetween(USERS * 29 / 100, USERS * 31 / 100);
    assertThat(on("c", "", percents).size()).isBetween(USERS * 49 / 100, USERS * 51 / 100);
    assertThat(on("stable", "", percents).size()).isBetween(USERS * 19 / 100, USERS * 21 / 100);
  }

  @Test
  void whatNoBalancerCouldBeToldIsRefused() {
    assertThatThrownBy(() -> new Sticky.Key.Cookie("a b")).hasMessageContaining("no name of a");
    for (int millis : new int[] {-1000, 0, 900, 1500}) {
      assertThatThrownBy(() -> new Sticky.Key.Issued("arm", Duration.ofMillis(millis)))
          .hasMessageContaining("whole seconds");
    }
    assertThatThrownBy(() -> new Sticky(new Sticky.Key.Header("X"), "a;b"))
        .hasMessageContaining("no salt");
    assertThatThrownBy(() -> new Rule.Match.Header("X-Canary", "a\"b"))
        .hasMessageContaining("X-Canary");
    assertThatThrownBy(() -> new Rule.Match.Cookie("", "1")).hasMessageContaining("cookie");
    assertThatThrownBy(() -> new Mirror(Traffic.STABLE, Share.ALL, Set.of()))
        .hasMessageContaining("copies nothing");
  }
}
