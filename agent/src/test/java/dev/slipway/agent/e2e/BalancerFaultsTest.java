package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a balancer that forgot what it was told is told again, though no commit asks for it.
 *
 * <p>Method: a real HAProxy whose configuration has every server disabled, restarted while the
 * agent is at rest.
 */
final class BalancerFaultsTest {
  // Less than the minute between two whole looks: it is the short question that finds it.
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void fault55ARestartedBalancerGetsTheWantedTrafficAgain(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.41");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      await().atMost(PATIENCE).until(() -> serving(haproxy) == 2);

      haproxy.restart();
      assertThat(serving(haproxy)).isZero();

      await().atMost(PATIENCE).until(() -> serving(haproxy) == 2);
    }
  }

  @Test
  void fault55ABalancerThatIsRestartedWhileNoAgentRunsIsToldAgainToo(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.64");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      world.awaitPhase(Phase.HEALTHY);

      world.stopAgent();
      haproxy.restart();
      assertThat(serving(haproxy)).isZero();
      world.start();

      await().atMost(PATIENCE).until(() -> serving(haproxy) == 2);
    }
  }

  @Test
  void fault55ARestartedBalancerIsToldAgainAlsoWhileAReleaseIsHeldBack(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.131");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      world.release("2", new Behaviour.WillNotStart());
      world.awaitPhase(Phase.HELD);
      await().atMost(PATIENCE).until(() -> serving(haproxy) == 2);

      haproxy.restart();
      assertThat(serving(haproxy)).isZero();

      await().atMost(LONG).until(() -> serving(haproxy) == 2);
      world.awaitPhase(Phase.HELD);
      assertThat(world.versions()).containsOnly("1");
    }
  }

  @Test
  void whatAPersonChangedWhileNoAgentRanIsReportedAndLeftAlone(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.65");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort())).describe().start();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      world.awaitPhase(Phase.HEALTHY);

      world.stopAgent();
      haproxy.ask("set server be_shop/" + server(haproxy) + " state drain");
      world.start();

      world.awaitPhase(Phase.DEGRADED);
      assertThat(world.status().conditions()).extracting(Condition::type).contains("Drift");
      assertThat(serving(haproxy)).isEqualTo(1);
    }
  }

  @Test
  void oneOfTwoThatSomebodySetApartIsToldAgainAndNothingIsRolledOut(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.1.65");
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"));
        var second = HaproxyFixture.in(directory.resolve("second"))) {
      Front front = Front.haproxy(haproxy, world.addresses(), world.appPort());
      Front other = Front.haproxy(second, world.addresses(), world.appPort());
      world.behind(Front.of(front.address(), both(front, other), () -> {})).describe().start();
      assertThat(world.release("1", new Behaviour.Sound()).ending())
          .isEqualTo(Optional.of("succeeded"));
      world.awaitPhase(Phase.HEALTHY);

      second.ask("set server be_shop/web1 state drain");
      assertThat(serving(second)).isEqualTo(1);
      world.checkout().commitAndPush("Say nothing new");

      await().atMost(LONG).until(() -> serving(second) == 2);
      world.awaitPhase(Phase.HEALTHY);
      assertThat(world.history()).hasSize(1);
    }
  }

  private static Front.Lines both(Front first, Front second) {
    var one = first.lines();
    var other = second.lines();
    return new Front.Lines(
        one.balancer() + ", " + other.balancer().replace("name: front", "name: second"),
        one.reference() + ", " + other.reference().replace("name: front", "name: second"));
  }

  private static String server(HaproxyFixture haproxy) {
    return haproxy
        .ask("show stat")
        .lines()
        .filter(line -> line.startsWith("be_shop,web"))
        .map(line -> line.split(",", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  /** Counts the servers that HAProxy's own statistics show as up. */
  private static long serving(HaproxyFixture haproxy) {
    return haproxy
        .ask("show stat")
        .lines()
        .filter(line -> line.startsWith("be_shop,web") && line.contains(",UP,"))
        .count();
  }
}
