package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: on its way forward a rollout has none of the defects of the first scripts that are about
 * order and control.
 *
 * <p>Method: whole rollouts on the made-up fleet, whose watch reports what must never happen; the
 * numbers are those of the list of defects.
 */
@Timeout(120)
class SeedDefectsOnTheWayTest {
  /** The steps of a lane that replaces an instance, by their index. */
  private static final int DRAIN = 1;

  private static final int IDLE = 2;
  private static final int STOP = 3;

  private final World world = World.serving(3, Rolling.DEFAULT);

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private static void assertEnded(World world, Result result, Ending ending, Delivery everywhere) {
    assertThat(ended(result).ending()).as(ended(result).reason()).isEqualTo(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
  }

  private static Rolling rolling(int batch, int unavailable, int failures) {
    return new Rolling(
        List.of(new Amount.Count(batch)),
        Optional.of(new Amount.Count(unavailable)),
        new Amount.Count(0),
        failures,
        Rolling.Order.INVENTORY,
        Duration.ZERO,
        Duration.ofMinutes(10));
  }

  private static List<String> details(World.Agent agent) {
    return agent.journal.after(0, 9999).stream()
        .flatMap(entry ->
            entry.event() instanceof Event.StepEnded(_, _, Outcome.Done(var detail, _))
                ? java.util.stream.Stream.of(detail)
                : java.util.stream.Stream.empty())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 6})
  void defect01EveryBatchSizeReplacesEveryHostExactlyOnce(int hosts) {
    for (int batch = 1; batch < hosts; batch++) {
      var fleet = World.serving(hosts, rolling(batch, batch, 0));

      Result result = fleet.agent().start(World.NEW);

      assertEnded(fleet, result, Ending.SUCCEEDED, World.NEW);
      assertThat(fleet.leastServing()).isGreaterThanOrEqualTo(hosts - batch);
      assertThat(fleet.hosts.acts().stream().filter(act -> act.endsWith(" start")))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, hosts).mapToObj(i -> "web" + i + " start").toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {DRAIN, IDLE, STOP, STOP + 1, STOP + 2, STOP + 3, STOP + 4})
  void defect02AnInterruptedRunLeavesNoHostDrained(int step) {
    var agent = world.agent();
    agent.whenBegins("web2", step, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);

    Result result = world.agent().resume().orElseThrow();

    assertEnded(world, result, Ending.SUCCEEDED, World.NEW);
    assertThat(world.leastServing()).isEqualTo(2);
  }

  @Test
  void defect02ARunThatIsKilledWhereAHostIsOutIsFinishedByTheNext() {
    var balancer = world.balancers.getFirst();
    var fuse = Fuse.endless();
    world.agent(fuse).start(World.NEW);
    int drained = 0;
    for (int moment = fuse.burnt() / 4; moment < fuse.burnt(); moment += fuse.burnt() / 16) {
      var other = World.serving(3, Rolling.DEFAULT);
      try {
        other.agent(new Fuse(moment)).start(World.NEW);
      } catch (Fuse.Killed killed) {
        assertThat(killed).isNotNull();
      }
      drained += other.balancers.getFirst().state(other.web(2)) == MemberState.SERVING ? 0 : 1;

      other.agent().resume();

      assertThat(other.isAll(World.NEW)).as("killed at moment %d", moment).isTrue();
    }
    assertThat(drained).as("the sweep met a host that was out").isPositive();
    assertThat(balancer.state(world.web(2))).isEqualTo(MemberState.SERVING);
  }

  @Test
  void defect03AsManyFailuresAsAllowedAreToleratedAndNotOneMore() {
    var tolerant = World.serving(5, rolling(1, 1, 1));
    tolerant.hosts.fault("web2", "stage", Fault.REFUSED);
    assertThat(ended(tolerant.agent().start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);

    var other = World.serving(5, rolling(1, 1, 1));
    other.hosts.fault("web2", "stage", Fault.REFUSED);
    other.hosts.fault("web4", "stage", Fault.REFUSED);

    assertEnded(other, other.agent().start(World.NEW), Ending.ROLLED_BACK, World.OLD);
    assertThat(other.hosts.acts()).doesNotContain("web5 stop");
  }

  @Test
  void defect03ABatchWiderThanWhatMayBeOutNeverBegins() {
    var wide = World.serving(5, rolling(2, 1, 0));

    assertThat(wide.agent().start(World.NEW)).isInstanceOf(Result.Refused.class);
    assertThat(wide.hosts.acts()).isEmpty();
  }

  @Test
  void defect03ADrainThatFailsHalfWayLeavesTheHostWhollyIn() {
    var two = World.serving(3, 2, Rolling.DEFAULT);
    var agent = two.agent();
    agent.when(
        event ->
            event instanceof Event.TrafficWanted(_, var at)
                && at.lane().equals("web2")
                && at.index() == DRAIN,
        () -> two.balancers.getLast().isSilent(9));

    assertEnded(two, agent.start(World.NEW), Ending.ROLLED_BACK, World.OLD);
    assertThat(two.hosts.acts()).doesNotContain("web2 stop");
    for (FakeBalancer balancer : two.balancers) {
      assertThat(balancer.state(two.web(2))).isEqualTo(MemberState.SERVING);
    }
  }

  @Test
  void defect04FilesThatAreBroughtBackAreStartedAndProvenBeforeTheyGetTraffic() {
    world.hosts.fault("web2", "start", Fault.FAILED);

    assertEnded(world, world.agent().start(World.NEW), Ending.ROLLED_BACK, World.OLD);

    assertThat(world.hosts.acts().stream().filter(act -> act.startsWith("web2 ")))
        .containsSubsequence("web2 stop", "web2 activate", "web2 activate", "web2 start");
  }

  @Test
  void defect05CodeThatWasFoundBadIsStoppedAndNotOnlyReplacedOnTheDisk() {
    world.hosts.behaves("2", FakeFleet.Behaviour.UNHEALTHY);

    assertEnded(world, world.agent().start(World.NEW), Ending.ROLLED_BACK, World.OLD);

    assertThat(world.hosts.acts().stream().filter(act -> act.startsWith("web1 ")))
        .containsSubsequence("web1 start", "web1 stop", "web1 activate", "web1 start");
    assertThat(world.hosts.running(world.web(1))).contains(World.OLD.id());
  }

  @Test
  void defect07ADrainThatOutlivesItsTimeIsAFailureWhereThePolicySaysSo() {
    world.balancers.getFirst().holds(world.web(2), 1);

    var agent = world.agent();
    Result result = agent.rollouts.start(patient(world.deployment(World.NEW)), World.NEW, "test");

    assertEnded(world, result, Ending.ROLLED_BACK, World.OLD);
    assertThat(ended(result).reason()).contains("1 sessions outlived 10s on web2");
    assertThat(world.hosts.acts()).doesNotContain("web2 stop");
  }

  /** The same where requests are waited for rather than cut. */
  private Deployment patient(Deployment deployment) {
    Role old = world.role;
    var drain = new DrainPolicy(old.drain().timeout(), DrainPolicy.OnTimeout.ABORT);
    var role = new Role(old.name(), old.slots(), old.health(), drain, old.stopTimeout());
    Application shop = deployment.fleet().application();
    var application =
        new Application(shop.name(), shop.deployPath(), shop.owner(), List.of(role), 5);
    return new Deployment(
        deployment.target(),
        deployment.branch(),
        deployment.revision(),
        new Fleet("production", application, Map.of("web", world.fleet.hosts(world.role))),
        deployment.release(),
        deployment.strategy(),
        deployment.ssh(),
        deployment.fronts(),
        deployment.unreachableMax(),
        deployment.onNewRevision(),
        deployment.maxConcurrentRollouts(),
        List.of(),
        Optional.empty());
  }

  @Test
  void defect07ACountThatIsMissingIsNotZero() {
    var balancer = world.balancers.getFirst();
    balancer.countsNot(world.web(2));
    var agent = world.agent();

    assertEnded(world, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);

    assertThat(details(agent))
        .filteredOn(detail -> detail.startsWith("an unknown number of sessions outlived 10s"))
        .hasSize(1);
  }

  @Test
  void defect07WhatABalancerTakesBackInTheMeantimeIsNotStopped() {
    var agent = world.agent();
    agent.whenBegins("web1", STOP, () -> world.balancers.getFirst().restarts());

    assertEnded(world, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);
  }

  @Test
  void defect08ABalancerThatIsNotThereIsNotTakenForNone() {
    world.balancers.getFirst().goesAway("no such file");

    assertThat(world.agent().start(World.NEW)).isInstanceOf(Result.NotNow.class);
    assertThat(world.hosts.acts()).isEmpty();
  }

  @Test
  void defect11ReleasesAreStoppedOnlyWhenAllBalancersLetThemGo() {
    var two = World.serving(3, 2, Rolling.DEFAULT);
    two.balancers.getLast().holds(two.web(1), 1);
    var agent = two.agent();

    assertEnded(two, agent.start(World.NEW), Ending.SUCCEEDED, World.NEW);

    assertThat(two.leastServing()).isEqualTo(2);
    assertThat(details(agent)).anyMatch(detail -> detail.contains("outlived 10s on web1"));
    assertThat(two.balancers.getFirst().lives()).hasSameSizeAs(two.balancers.getLast().lives());
  }

  @Test
  void defect11ABalancerThatIsSilentKeepsEveryInstanceAlive() {
    var two = World.serving(3, 2, Rolling.DEFAULT);
    var agent = two.agent();
    agent.whenBegins("web1", STOP, () -> two.balancers.getLast().goesAway("refused"));

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.NEEDS_HELP);
    assertThat(two.hosts.acts()).noneMatch(act -> act.endsWith("stop"));
  }
}
