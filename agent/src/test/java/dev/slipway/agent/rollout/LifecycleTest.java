package dev.slipway.agent.rollout;

import static dev.slipway.strategies.fleet.Procedures.Lifecycle.AFTER_ALLOW_TRAFFIC;
import static dev.slipway.strategies.fleet.Procedures.Lifecycle.APPLICATION_START;
import static dev.slipway.strategies.fleet.Procedures.Lifecycle.APPLICATION_STOP;
import static dev.slipway.strategies.fleet.Procedures.Lifecycle.BEFORE_BLOCK_TRAFFIC;
import static dev.slipway.strategies.fleet.Procedures.Lifecycle.VALIDATE_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: hooks run in their order around the steps that they are about, in whichever release they
 * belong to, and one that fails stops what it may stop and nothing else.
 *
 * <p>Method: two hosts of the simulator, on which a command {@code false} fails.
 */
class LifecycleTest {
  private static final List<String> LEAVING_1 =
      List.of("beforeBlockTraffic of 1", "afterBlockTraffic of 1", "applicationStop of 1");
  private static final List<String> ARRIVING_1 = arriving("1");
  private static final List<String> ARRIVING_2 = arriving("2");

  /** The release that leaves, and cannot even stop. */
  private static final Delivery UNRULY = Cast.hooked("1", APPLICATION_STOP);

  private static List<String> arriving(String version) {
    return Stream.of(
            "applicationStart", "validateService", "beforeAllowTraffic", "afterAllowTraffic")
        .map(hook -> hook + " of " + version)
        .toList();
  }

  private static World serving(Delivery old) {
    var world = World.fresh(2, 1, Rolling.DEFAULT);
    world.settle(old);
    return world;
  }

  private static Result.Ended release(World world, Delivery wanted) {
    return (Result.Ended) world.agent().start(wanted);
  }

  @Test
  void theyRunInTheirOrderOnEveryHost() {
    World world = serving(Cast.hooked("1"));

    var ended = release(world, Cast.hooked("2"));

    assertThat(ended.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(ended.reason()).isEmpty();
    assertThat(List.of("web1", "web2"))
        .allSatisfy(host ->
            assertThat(world.hosts.hooks(host))
                .isEqualTo(Stream.of(LEAVING_1, ARRIVING_2).flatMap(List::stream).toList()));
    assertThat(world.wrongs()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "APPLICATION_START",
        "VALIDATE_SERVICE",
        "BEFORE_ALLOW_TRAFFIC",
        "AFTER_ALLOW_TRAFFIC"
      })
  void oneOfTheNewReleaseThatFailsTakesItBack(Lifecycle moment) {
    World world = serving(Cast.hooked("1"));

    var ended = release(world, Cast.hooked("2", moment));

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(ended.reason()).contains(moment.text() + ": it ended with status 1");
    assertThat(ended.log()).isEqualTo("cannot do it");
    assertThat(world.isAll(Cast.hooked("1"))).isTrue();
    assertThat(world.hosts.hooks("web1"))
        .contains(moment.text() + " of 2")
        .endsWith(ARRIVING_1.toArray(String[]::new));
    assertThat(world.hosts.hooks("web2")).isEmpty();
    assertThat(world.agent().journal.quarantined(World.SHOP)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_BLOCK_TRAFFIC", "AFTER_BLOCK_TRAFFIC", "APPLICATION_STOP"})
  void oneOfTheReleaseThatLeavesHoldsUpNothing(Lifecycle moment) {
    World world = serving(Cast.hooked("1", moment));

    var ended = release(world, Cast.hooked("2"));

    assertThat(ended.ending()).isEqualTo(Ending.SUCCEEDED);
    assertThat(ended.reason())
        .contains("passed over on web1: %s: it ended with status 1".formatted(moment.text()))
        .contains("passed over on web2: ");
    assertThat(world.isAll(Cast.hooked("2"))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"BEFORE_INSTALL", "AFTER_INSTALL"})
  void nothingHoldsUpAWayBack(Lifecycle moment) {
    Delivery old = Cast.hooked("1", moment);
    World world = serving(old);

    var ended = release(world, Cast.hooked("2", AFTER_ALLOW_TRAFFIC, BEFORE_BLOCK_TRAFFIC));

    assertThat(ended.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(ended.reason()).contains("passed over on web1: ");
    assertThat(world.isAll(old)).isTrue();
  }

  static Stream<Arguments> everyMoment() {
    return Stream.of(
            Cast.hooked("2"),
            Cast.hooked("2", VALIDATE_SERVICE),
            Cast.hooked("2", APPLICATION_START))
        .flatMap(wanted -> {
          var fuse = Fuse.endless();
          serving(UNRULY).agent(fuse).start(wanted);
          return IntStream.rangeClosed(0, fuse.burnt())
              .mapToObj(moment -> Arguments.of(wanted, moment));
        });
  }

  @ParameterizedTest
  @MethodSource("everyMoment")
  void killedAtAnyMomentAllOfWhatServesRanAfterThoseOfWhatDoesNot(Delivery wanted, int moment) {
    World world = serving(UNRULY);

    CrashSweepTest.live(world, new Fuse(moment), wanted);
    CrashSweepTest.live(world, Fuse.endless(), wanted);

    boolean isNew = wanted.equals(Cast.hooked("2"));
    assertThat(world.isAll(isNew ? wanted : UNRULY)).isTrue();
    assertThat(sinceOtherThan(isNew ? "2" : "1", world.hosts.hooks("web1")))
        .containsSubsequence(isNew ? ARRIVING_2 : ARRIVING_1)
        .last()
        .isEqualTo((isNew ? ARRIVING_2 : ARRIVING_1).getLast());
    assertThat(world.wrongs()).isEmpty();
  }

  private static List<String> sinceOtherThan(String version, List<String> hooks) {
    int from = hooks.size();
    while (from > 0 && hooks.get(from - 1).endsWith(" of " + version)) {
      from--;
    }
    return hooks.subList(from, hooks.size());
  }
}
