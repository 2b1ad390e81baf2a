package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an edge that is killed in the middle of a rollout and started again serves as before, and
 * the rollout comes to its end.
 *
 * <p>Method: {@code slipway edge} as a process of its own, killed with {@code kill -9} at random
 * moments of rolling updates, from a seed that is printed. The requests that die with it are not
 * counted; those afterwards are.
 */
@Timeout(600)
final class EdgeKillTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int HOSTS = 2;
  private static final int KILLS = 4;

  @Test
  void aKilledEdgeKeepsNoRolloutFromItsEnd(@TempDir Path directory, TestReporter reporter) {
    long seed = System.nanoTime();
    reporter.publishEntry("seed", String.valueOf(seed));
    var random = new SplittableRandom(seed);
    try (var world = new World(directory, HOSTS, "127.0.56")) {
      var edge = new Edge(directory);
      world.behind(edge).describe().start();
      long before = System.nanoTime();
      world.release("1", SOUND);
      long update = System.nanoTime() - before;
      for (int version = 2; version < 2 + KILLS; version++) {
        world.push(String.valueOf(version), SOUND);
        Waiter.system().await(Duration.ofNanos(random.nextLong(update)), new Signal());
        edge.killAndStart();
        assertServing(world, String.valueOf(version));
      }
    }
  }

  private static void assertServing(World world, String version) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(world.status().phase()).as(world.status().toString()).isEqualTo(Phase.HEALTHY);
          assertThat(world.answers()).hasSize(HOSTS).containsOnly(version);
        });
    try (var load = world.load(Duration.ofMillis(5))) {
      await().atMost(PATIENCE).until(() -> load.report().sent() > 200);
      var report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys(version);
    }
  }

  /** The edge as the unit of its own that it is in production. */
  private static final class Edge implements Front {
    private final Path directory;
    private final int port = Loopback.freePort();
    private Daemon process;

    private Edge(Path directory) {
      this.directory = directory;
      this.process = begin();
    }

    private Daemon begin() {
      return Daemon.start(
              directory.resolve("edge.log"),
              Map.of(),
              AgentProcess.slipway(
                  "edge",
                  "--listen",
                  "127.0.0.1:" + port,
                  "--control",
                  control().toString(),
                  "--state",
                  directory.resolve("edge.json").toString()))
          .awaitListening(address());
    }

    private Path control() {
      return directory.resolve("edge.sock");
    }

    private void killAndStart() {
      process.kill();
      process = begin();
    }

    @Override
    public InetSocketAddress address() {
      return Loopback.at("127.0.0.1", port);
    }

    @Override
    public Lines lines() {
      return new Lines(
          "{name: front, edge: {control: \"%s\", listen: \"127.0.0.1:%d\"}}"
              .formatted(control(), port),
          "{name: front}");
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
