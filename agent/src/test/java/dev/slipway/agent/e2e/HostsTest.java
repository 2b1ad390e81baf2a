package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.MixedFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a host that is down or in repair holds up nobody that may do without it, and catches up by
 * itself.
 *
 * <p>Method: real pushes to a real agent with two local hosts and one over SSH, whose server ends
 * and comes back.
 */
final class HostsTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String PATIENT =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 2m}";

  private final MixedFleet fleet;
  private final World world;

  HostsTest(@TempDir Path directory) {
    this.fleet = MixedFleet.in(directory, "127.0.126");
    this.world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
  }

  private void deploy() {
    world.health(PATIENT).describe().start();
    RolloutStatus first = ended(world.push("1", SOUND));
    assertThat(first.ending()).as(first.toString()).isEqualTo(Optional.of("succeeded"));
    world.assertEverywhere("1");
  }

  /** Hosts that are down are asked again and again, which takes its time. */
  private RolloutStatus ended(String commit) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(world.history())
                .as(world.type("status").out())
                .extracting(RolloutStatus::revision)
                .startsWith(commit));
    return world.history().getFirst();
  }

  private void awaitHealthy() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(world.status().phase())
                .as(world.type("status").out())
                .isEqualTo(Phase.HEALTHY));
  }

  private void awaitCondition(String type, String text) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(world.status().conditions())
                .filteredOn(one -> one.type().equals(type))
                .extracting(Condition::message)
                .singleElement()
                .asString()
                .contains(text));
  }

  @Test
  void aHostThatIsDownIsSkippedAndCatchesUpWithoutAPushWhenItReturns() {
    try (world) {
      deploy();
      fleet.thirdGoesDown();

      RolloutStatus ended = ended(world.push("2", SOUND));

      assertThat(ended.ending()).as(ended.reason()).isEqualTo(Optional.of("succeeded"));
      assertThat(ended.incomplete()).containsExactly("web3");
      awaitCondition("Incomplete", "still to catch up: web3");
      assertThat(world.type("status", "shop").out()).contains("incomplete: web3");
      assertThat(world.answers()).containsExactly("2", "2", "1");

      fleet.thirdReturns();
      awaitHealthy();
      world.assertEverywhere("2");
      assertThat(world.answers()).containsOnly("2");
      assertThat(world.history())
          .first()
          .satisfies(last -> {
            assertThat(last.reason()).isEqualTo("hosts catch up: web3");
            assertThat(last.incomplete()).isEmpty();
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{action: fail}", "{action: skip, maxHosts: 0}"})
  void nothingIsTouchedWhereNoHostMayBeMissing(String policy) {
    try (world) {
      world.environment("onUnreachable: " + policy);
      deploy();
      fleet.thirdGoesDown();

      world.push("2", SOUND);

      awaitCondition("Plan", "web3");
      assertThat(world.answers()).containsOnly("1");
      fleet.thirdReturns();
      world.assertEverywhere("2");
    }
  }

  @Test
  void aSuspendedHostIsLeftAloneShownAndCatchesUpAloneWhenItIsSetBack() {
    try (world) {
      deploy();
      fleet.suspendThird(true);
      world.redescribe("Repair web3");
      fleet.thirdGoesDown();

      RolloutStatus ended = ended(world.push("2", SOUND));

      assertThat(ended.ending()).as(ended.reason()).isEqualTo(Optional.of("succeeded"));
      assertThat(ended.incomplete()).isEmpty();
      awaitCondition("Suspended", "web3");
      assertThat(world.type("status", "shop").out()).contains("web3 is suspended");
      assertThat(world.answers()).containsExactly("2", "2", "1");

      fleet.thirdReturns();
      fleet.suspendThird(false);
      List<Integer> before = world.history().stream().map(RolloutStatus::stepsTotal).toList();
      world.redescribe("Put web3 back");
      world.assertEverywhere("2");
      awaitHealthy();
      assertThat(world.status().conditions()).isEmpty();
      assertThat(world.history().getFirst().stepsTotal()).isLessThan(before.getFirst());
    }
  }
}
