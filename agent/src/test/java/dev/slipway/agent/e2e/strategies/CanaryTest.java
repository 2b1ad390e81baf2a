package dev.slipway.agent.e2e.strategies;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static dev.slipway.agent.e2e.strategies.Expectations.SOUND;
import static dev.slipway.agent.e2e.strategies.Expectations.assertServes;
import static dev.slipway.agent.e2e.strategies.Expectations.awaitMany;
import static dev.slipway.agent.e2e.strategies.Expectations.release;
import static dev.slipway.agent.e2e.strategies.Expectations.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: at each stage the release gets the part of the requests that the stage says, and no request
 * is lost on the way there or back.
 *
 * <p>Method: a real agent and pushes, local hosts, requests without a pause through the edge,
 * HAProxy and nginx; the answers say which release gave them, and they are counted.
 */
@Timeout(300)
final class CanaryTest {
  private static final int SOME = 20;
  private static final int COUNTED = 4_000;
  private static final Duration OFTEN = Duration.ofMillis(2);

  @TempDir private Path directory;

  private World world(Kind kind, LocalFleet fleet, String canary) {
    var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
    return world
        .behind(kind.front(directory, fleet))
        .strategy("canary: {%s}".formatted(canary))
        .describe()
        .start();
  }

  private LocalFleet withSlots(String network) {
    return LocalFleet.withSlots(directory.resolve("srv"), 2, network);
  }

  /** Counts answers from a moment at which both releases give some. */
  private static void assertShare(LoadClient load, int percent) {
    await().atMost(PATIENCE).until(() -> of(load.report(), "2") > SOME);
    LoadReport before = load.report();
    await().atMost(PATIENCE).until(() -> answers(load.report()) - answers(before) > COUNTED);
    LoadReport after = load.report();

    double got = 100.0 * (of(after, "2") - of(before, "2")) / (answers(after) - answers(before));
    assertThat(got).as("%s to %s", before.render(), after.render()).isCloseTo(percent, within(1.0));
  }

  private static long of(LoadReport report, String version) {
    return report.byVersion().getOrDefault(version, 0L);
  }

  private static long answers(LoadReport report) {
    return of(report, "1") + of(report, "2");
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#second")
  void allRequestsComeToTheReleaseFromStageToStageAndNoneIsLost(Kind kind) {
    String steps =
        IntStream.of(5, 25, 50, 75)
            .mapToObj("{setWeight: %d}, {pause: {duration: 500ms}}"::formatted)
            .collect(Collectors.joining(", "));
    try (var world = world(kind, withSlots("127.0.225"), "steps: [%s]".formatted(steps))) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        release(world, "2");
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "2");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#third")
  void aStageGetsItsShareAndARevertTakesItBackAndSendsNothing(Kind kind) {
    String steps = "steps: [{setWeight: 20}, {pause: {duration: 10m}}]";
    try (var world = world(kind, withSlots("127.0.226"), steps)) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load(OFTEN)) {
        String push = world.push("2", SOUND);
        assertShare(load, 20);

        String revert = world.checkout().revert(push);
        world.checkout().push();
        RolloutStatus back = world.ended(revert);

        assertThat(back.ending()).as(back.toString()).contains("succeeded");
        assertThat(back.bytesSent()).isZero();
        report = stopped(load);
      }

      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
      assertServes(world, "1");
    }
  }

  /**
   * Neither Prometheus nor a person: the balancer itself counts what its members answer. Nobody but
   * those who meet the release gets an error.
   */
  @ParameterizedTest
  @MethodSource("dev.slipway.agent.e2e.strategies.Kind#second")
  void aReleaseThatFailsOneRequestInTenIsTakenBackByTheBalancersCounts(Kind kind) {
    String judged =
        """
        steps: [{setWeight: 20}, {pause: {duration: 10m}}],
        analysis: {interval: 1s, metrics: [{name: error-rate, provider: balancer}]}
        """;
    try (var world = world(kind, withSlots("127.0.227"), judged.strip().replace("\n", " "))) {
      release(world, "1");
      LoadReport report;
      try (var load = world.load()) {
        awaitMany(load);
        RolloutStatus ended = world.release("2", new Behaviour.FailsOneIn(10));
        assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
        assertThat(ended.reason()).contains("error-rate");
        awaitMany(load);
        report = load.stop();
      }

      assertThat(report.lost()).as(report.render()).isEqualTo(report.byStatus().get(500));
      assertThat(of(report, "2")).isLessThan(report.sent() / 5);
      assertServes(world, "1");
    }
  }
}
