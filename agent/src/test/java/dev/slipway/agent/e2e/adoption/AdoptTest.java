package dev.slipway.agent.e2e.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what runs before Slipway comes is taken over without a restart, replaced without a lost
 * request, and still there to go back to. Method: fleets that Capistrano deployed to, by its real
 * program and as it leaves them, behind HAProxy, under load.
 */
@Timeout(240)
class AdoptTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final String CLOSED =
      "syncWindows: [{kind: deny, schedule: \"0 0 * * *\", duration: 24h}]";

  @Test
  void whatCommandsStartedIsAdoptedReplacedAndGoneBackTo(@TempDir Path directory) {
    var fleet = Inherited.of(directory.resolve("srv"), 3, "127.0.67");
    assertIsTakenOver(directory, fleet, _ -> {});
  }

  @Test
  void whatCapistranoDeployedIsAdoptedReplacedAndGoneBackTo(
      @TempDir Path directory, @TempDir Path machines) {
    try (var hosts = DockerHosts.boot(machines, List.of("web1", "web2", "web3"), 1)) {
      var fleet = CapistranoFleet.on(hosts, machines);
      fleet.letIn(directory);
      assertIsTakenOver(directory, fleet, _ -> {});
    }
  }

  @Test
  void whatWasCopiedIsAdoptedOnceALinkShowsIt(@TempDir Path directory, @TempDir Path machines) {
    try (var hosts = DockerHosts.boot(machines, List.of("web1", "web2", "web3"), 1)) {
      var fleet = PlainFleet.on(hosts, machines);
      fleet.letIn(directory);
      assertIsTakenOver(
          directory,
          fleet,
          world -> {
            Typed refused = world.type("adopt", "shop", "-m", "we move in");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFLICT);
            assertThat(refused.err()).contains("no link shows", "/srv/shop/current");
            fleet.link();
          });
    }
  }

  private static void assertIsTakenOver(Path directory, Legacy fleet, Consumer<World> before) {
    fleet.deploy("0", SOUND);
    List<String> running = fleet.processes();
    try (var world = new World(directory, fleet, Origin.byFile(directory.resolve("git")));
        var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      world
          .behind(Front.servingHaproxy(haproxy, world.addresses(), world.appPort()))
          .environment(CLOSED)
          .describe();
      world.push("1", SOUND);
      world.start();
      try (var load = world.load()) {
        assertIsHeld(world);
        before.accept(world);

        Typed adopted = world.type("adopt", "shop", "-m", "we move in");

        assertThat(adopted.err()).isEmpty();
        assertThat(adopted.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(adopted.out())
            .contains(fleet.release() + "@", "is the release to go back to", "web3 -> ");
        world.awaitPhase(Phase.HELD);
        assertThat(fleet.processes()).isEqualTo(running);
        String opened = world.environment("").redescribe("Let rollouts begin");
        assertThat(world.ended(opened).ending()).isEqualTo(Optional.of("succeeded"));
        assertThat(world.answers()).containsOnly("1");

        assertThat(world.type("rollback", "shop", "--no-revert").exitCode()).isZero();
        world.assertEverywhere(fleet.release());
        assertThat(world.answers()).containsOnly("0");
        assertThat(world.history()).extracting(RolloutStatus::bytesSent).startsWith(0L);
        LoadReport report = load.stop();
        assertThat(report.lost()).as(report.toString()).isZero();
        assertThat(report.byVersion()).containsKeys("0", "1");
      }
    }
  }

  /** What runs is looked at and told of, and nothing is done about it. */
  private static void assertIsHeld(World world) {
    world.awaitPhase(Phase.HELD);
    assertThat(world.status().conditions())
        .extracting(Condition::message)
        .anySatisfy(told -> assertThat(told).contains("slipway adopt", "web1, web2, web3"));
  }
}
