package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.removal.Departed;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a host that was taken out gets no requests before it is stopped, and the others all of
 * them, however often the agent is killed over it.
 *
 * <p>Method: three hosts behind two balancers, of which the third leaves; a fuse burns on both
 * sides of every act, and each moment kills one run.
 */
@Timeout(120)
class DepartureTest {
  private static final Set<String> THIRD = Set.of("web3");

  private final World world = World.serving(3, 2, Rolling.DEFAULT);

  private static List<String> withdraw(World world, World.Agent agent) {
    Deployment former = world.deployment(World.OLD);
    return agent.rollouts.withdraw(without(former), new Departed(former, THIRD));
  }

  private static Deployment without(Deployment former) {
    var hosts = new LinkedHashMap<String, List<Host>>();
    former
        .fleet()
        .hosts()
        .forEach((role, all) ->
            hosts.put(role, all.stream().filter(host -> !THIRD.contains(host.name())).toList()));
    var fleet = new Fleet(former.fleet().environment(), former.fleet().application(), hosts);
    return former.on(fleet, former.fronts());
  }

  private static void assertLeft(World world) {
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isEqualTo(2);
    assertThat(world.hosts.running(world.web(3))).isEmpty();
    assertThat(world.hosts.occupants().get(world.web(3))).isIn(null, new Occupant.None());
    assertServes(world, world.web(1));
    assertServes(world, world.web(2));
  }

  private static void assertServes(World world, Instance instance) {
    assertThat(world.hosts.running(instance)).isEqualTo(Optional.of(World.OLD.id()));
    assertThat(world.balancers).hasSize(2).allMatch(balancer -> balancer.gets(instance));
  }

  @Test
  void itLeavesItsBalancersIsStoppedAndHasNoLink() {
    assertThat(withdraw(world, world.agent())).isEmpty();

    assertLeft(world);
    assertThat(world.balancers).noneMatch(balancer -> balancer.sends(world.web(3)));
  }

  @Test
  void oneThatIsDownLeavesItsBalancersAndIsNamed() {
    world.hosts.dies("web3");

    assertThat(withdraw(world, world.agent())).containsExactly("web3: web3 is down");

    assertThat(world.balancers).noneMatch(balancer -> balancer.sends(world.web(3)));
    world.hosts.returns("web3");
    assertThat(withdraw(world, world.agent())).isEmpty();
    assertLeft(world);
  }

  @Test
  void whereOneThatStaysCannotBeAskedNothingIsDone() {
    world.hosts.dies("web1");

    assertThat(withdraw(world, world.agent()))
        .containsExactly("web1 cannot be asked whether it is the same machine");

    assertServes(world, world.web(2));
    assertThat(world.balancers).allMatch(balancer -> balancer.sends(world.web(3)));
  }

  @Test
  void killedAtAnyMomentItIsFinishedByTheNextAgent() {
    var counting = Fuse.endless();
    withdraw(world, world.agent(counting));
    assertThat(counting.burnt()).isGreaterThan(10);

    for (int moment = 0; moment < counting.burnt(); moment++) {
      World other = World.serving(3, 2, Rolling.DEFAULT);
      kill(other, new Fuse(moment));
      assertThat(withdraw(other, other.agent())).as("killed at %d", moment).isEmpty();
      assertLeft(other);
    }
  }

  private static void kill(World world, Fuse fuse) {
    try {
      withdraw(world, world.agent(fuse));
      throw new AssertionError("it survived");
    } catch (Fuse.Killed e) {
      assertThat(world.wrongs()).isEmpty();
    }
  }

  @Test
  void anApplicationThatIsTakenAwayKeepsItsFiles() {
    World.Agent agent = world.agent();

    assertThat(agent.rollouts.remove(world.deployment(World.OLD))).isEmpty();

    assertThat(world.wrongs()).isEmpty();
    for (int i = 1; i <= 3; i++) {
      Instance instance = world.web(i);
      assertThat(world.hosts.running(instance)).isEmpty();
      assertThat(world.balancers).noneMatch(balancer -> balancer.sends(instance));
    }
    assertThat(agent.start(World.OLD)).isInstanceOf(Result.Ended.class);
    assertThat(world.isAll(World.OLD)).isTrue();
  }
}
