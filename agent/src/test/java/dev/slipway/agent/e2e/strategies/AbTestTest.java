package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static dev.slipway.agent.e2e.strategies.Expectations.users;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: an A/B test ends as the numbers of its two releases say, each user meets one of them for
 * the whole of it, and no request is lost.
 *
 * <p>Method: a real agent and pushes, two local hosts with two slots, requests without a pause
 * through what tells them apart, and a document of how many visitors of each release signed up.
 * Testers carry a header; where users can be kept, half of the others meet the release, too.
 */
@Timeout(300)
final class AbTestTest {
  private static final String ENOUGH = "duration: 10m, sampleSize: 500, minSamples: 500";
  private static final String TOO_FEW = "duration: 1s, minSamples: 1000000";
  private static final int USERS = 16;
  private static final long REQUESTS = 20_000;

  @TempDir private Path directory;
  private Signups signups;

  @BeforeEach
  void open() {
    signups = new Signups("127.1.45.200", Map.of("1", 10, "2", 4, "3", 4, "4", 4, "5", 4));
  }

  @AfterEach
  void close() {
    signups.close();
  }

  private String test(Kind kind, String more) {
    return """
    abTest: {match: [{headers: {X-Beta: {exact: "yes"}}}], %s%s, interval: 250ms, \
    onNoDifference: abort, goals: [%s]}\
    """
        .formatted(kind.isKeeping() ? "weight: 50, " : "", more, signups.goal());
  }

  private World world(Front front, LocalFleet fleet) {
    return new World(directory, fleet, Origin.byFile(directory.resolve("git")))
        .behind(front)
        .describe()
        .start();
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#told")
  void aTestEndsAsItsNumbersSayAndNoRequestIsLost(Kind kind) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), 2, "127.1.45");
    Front front = kind.front(directory, fleet);
    try (var world = world(front, fleet)) {
      release(world, "1");
      try (var load = users(front.address());
          var testers = users(front.address(), "X-Beta: yes");
          var regulars = Regulars.of(front.address(), USERS);
          var beta = Regulars.with("X-Beta", "yes", front.address(), 1)) {
        signups.tellOf(List.of(load, testers));
        awaitMany(load);

        whoDoesBetterStays(world, kind);
        whoDoesNoBetterIsTakenBack(world, kind);
        tooFewEndItAsIsSaid(world, kind);

        assertThat(stopped(load).sent() + stopped(testers).sent()).isGreaterThan(REQUESTS);
        List<Stretch> tests = tests(world);
        assertMet(tests.getFirst(), regulars, beta, kind, "1", "2");
        assertMet(tests.get(1), regulars, beta, kind, "2", "3");
      }
    }
  }

  /** Returns when each test counted: after users were divided, which is the first step. */
  private static List<Stretch> tests(World world) {
    return Stretch.ofAll(world).stream()
        .flatMap(List::stream)
        .filter(one -> one.lane().equals("A/B test") && one.step() == 1)
        .toList();
  }

  /** Nobody was sent to and fro while the test counted; of those who can be kept some met each. */
  private static void assertMet(
      Stretch test, Regulars regulars, Regulars beta, Kind kind, String stable, String candidate) {
    assertThat(beta.met(test.begun(), test.ended())).containsExactly(Set.of(candidate));
    List<Set<String>> met =
        regulars.met(test.begun(), test.ended()).stream().filter(one -> !one.isEmpty()).toList();
    if (kind.isKeeping()) {
      assertThat(met).containsOnly(Set.of(stable), Set.of(candidate));
    } else {
      assertThat(met).containsOnly(Set.of(stable));
    }
  }

  private void whoDoesBetterStays(World world, Kind kind) {
    assertThat(ended(world, "1", "2", test(kind, ENOUGH)).ending()).contains("succeeded");
    assertServes(world, "2");
  }

  private void whoDoesNoBetterIsTakenBack(World world, Kind kind) {
    RolloutStatus ended = ended(world, "2", "3", test(kind, ENOUGH));
    assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
    assertThat(ended.reason()).contains("not better: signup shows no difference");
    assertServes(world, "2");
    assertThat(world.status().conditions()).extracting(Condition::type).contains("Quarantined");
  }

  private void tooFewEndItAsIsSaid(World world, Kind kind) {
    RolloutStatus ended = ended(world, "2", "4", test(kind, TOO_FEW));
    assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
    assertThat(ended.reason()).contains("not enough data: signup: ");
    assertServes(world, "2");
    assertThat(world.status().conditions())
        .extracting(Condition::type)
        .doesNotContain("Quarantined");

    String promoting = test(kind, TOO_FEW + ", onNotEnoughData: promote");
    assertThat(ended(world, "2", "5", promoting).ending()).contains("succeeded");
    assertServes(world, "5");
  }

  private RolloutStatus ended(World world, String stable, String candidate, String strategy) {
    signups.compare(stable, candidate);
    world.strategy(strategy).describe();
    return world.release(candidate, SOUND);
  }
}
