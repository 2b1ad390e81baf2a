package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Capacity;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the real agent, killed with {@code kill -9} at any moment of a rolling update and started
 * again, ends fully old or fully new, with two of three instances serving all the time and no
 * request lost.
 *
 * <p>Method: an agent as a process of its own, three local hosts, a real HAProxy that is asked all
 * the time how many servers it would send requests to, and clients of both kinds. Ten kills hit
 * journal writes: the kernel kills the process as one of its threads makes its nth write durable.
 * Twelve hit random moments, from a seed that is printed; some of them on the way back from a
 * release that is broken, and some while the agent recovers from the kill before.
 */
@Timeout(600)
final class KillTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Behaviour BROKEN = new Behaviour.WillNotStart();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int HOSTS = 3;
  private static final int ALLOWED = HOSTS - 1;
  private static final int WRITES = 10;
  private static final int GOOD = 3;
  private static final int BAD = 3;
  private static final String SWIFT =
      "{path: /up, interval: 50ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 200ms, healthyDeadline: 20s}";

  @Test
  void killedAtTheWritesOfItsJournalItEndsFullyNew(@TempDir Path directory) {
    Server.STRACE.require();
    try (var life = Life.begin(directory, "127.0.51")) {
      int write = 1;
      int misses = 0;
      for (int kills = 0; kills < WRITES; ) {
        boolean killed = life.releaseKilledAtWrite(write);
        kills += killed ? 1 : 0;
        misses += killed ? 0 : 1;
        // Which thread writes how often is up to the scheduler: after the last one it goes on with
        // those that were left out.
        write = killed ? write + 2 : 1 + misses % 2;
        assertThat(misses).as("rollouts that no write was killed in").isLessThan(WRITES);
      }
      life.assertNothingWasMissed();
    }
  }

  @Test
  void killedAtRandomMomentsItEndsFullyOldOrFullyNew(
      @TempDir Path directory, TestReporter reporter) {
    long seed = System.nanoTime();
    reporter.publishEntry("seed", String.valueOf(seed));
    var random = new SplittableRandom(seed);
    try (var life = Life.begin(directory, "127.0.52")) {
      for (int i = 0; i < GOOD; i++) {
        life.releaseKilledAfter(SOUND, life.moment(random));
        life.releaseKilledTwice(SOUND, life.moment(random), life.moment(random));
      }
      for (int i = 0; i < BAD; i++) {
        life.releaseKilledAfter(BROKEN, life.moment(random));
      }
      life.assertNothingWasMissed();
    }
  }

  /** One world with its agents, one after the other. */
  private static final class Life implements AutoCloseable {
    private final World world;
    private final HaproxyFixture haproxy;
    private final Capacity capacity;
    private final LoadClient load;
    private final Duration update;
    private AgentProcess agent;
    private int version = 2;
    private int stable = 2;

    private Life(World world, HaproxyFixture haproxy) {
      this.world = world;
      this.haproxy = haproxy;
      this.agent = AgentProcess.start(world);
      ended(world.push("1", SOUND), "succeeded", 1);
      this.load = world.load(Duration.ofMillis(20));
      this.capacity = Capacity.watch(haproxy, ALLOWED);
      long before = System.nanoTime();
      ended(world.push("2", SOUND), "succeeded", 2);
      this.update = Duration.ofNanos(System.nanoTime() - before);
    }

    static Life begin(Path directory, String network) {
      var world = new World(directory, HOSTS, network).health(SWIFT).stopTimeout("1s");
      var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe();
      return new Life(world, haproxy);
    }

    /** Returns a moment of a rolling update that takes as long as the one without a kill. */
    Duration moment(SplittableRandom random) {
      return Duration.ofMillis(random.nextLong(update.toMillis()));
    }

    /** Returns whether it came to the kill. */
    boolean releaseKilledAtWrite(int nth) {
      agent.killAtSync(nth);
      String commit = world.push(next(), SOUND);
      await("death or success")
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> !agent.isAlive() || world.hasEnded(commit));
      boolean killed = !agent.isAlive();
      startAgain();
      ended(commit, "succeeded", version);
      stable = version;
      return killed;
    }

    void releaseKilledAfter(Behaviour behaviour, Duration moment) {
      String commit = world.push(next(), behaviour);
      killAfter(moment);
      end(commit, behaviour);
    }

    void releaseKilledTwice(Behaviour behaviour, Duration moment, Duration later) {
      String commit = world.push(next(), behaviour);
      killAfter(moment);
      killAfter(later.dividedBy(2));
      end(commit, behaviour);
    }

    private void end(String commit, Behaviour behaviour) {
      if (behaviour.equals(SOUND)) {
        ended(commit, "succeeded", version);
        stable = version;
      } else {
        ended(commit, "rolled back", stable);
      }
    }

    private void killAfter(Duration moment) {
      Waiter.system().await(moment, new Signal());
      agent.kill();
      agent = AgentProcess.start(world);
    }

    private void startAgain() {
      agent.close();
      agent = AgentProcess.start(world);
    }

    private String next() {
      version++;
      return String.valueOf(version);
    }

    private void ended(String commit, String ending, int everywhere) {
      assertThat(awaited(commit).ending()).isEqualTo(Optional.of(ending));
      world.assertEverywhere(String.valueOf(everywhere));
      await("all in service")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(Capacity.serving(haproxy)).isEqualTo(HOSTS));
      assertThat(world.answers()).hasSize(HOSTS).containsOnly(String.valueOf(everywhere));
      assertThat(world.status().phase()).isIn(Phase.HEALTHY, Phase.HELD);
    }

    private RolloutStatus awaited(String commit) {
      try {
        return world.ended(commit);
      } catch (ConditionTimeoutException e) {
        throw new AssertionError(world.status() + "\n" + agent.log(), e);
      }
    }

    void assertNothingWasMissed() {
      LoadReport report = load.stop();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.sent()).isPositive();
      capacity.assertKept();
    }

    @Override
    public void close() {
      load.close();
      capacity.close();
      agent.close();
      world.close();
    }
  }
}
