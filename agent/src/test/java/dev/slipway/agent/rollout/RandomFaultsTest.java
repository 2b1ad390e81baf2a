package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.agent.rollout.fake.FakeFleet.Fault;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.plan.Amount;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: whatever goes wrong together, what must never happen does not, and every rollout ends.
 *
 * <p>Method: fleets, strategies, releases, faults and kills drawn from a seed that is printed; then
 * the faults stop, and one last life must bring the rollout to its end.
 */
@Timeout(120)
class RandomFaultsTest {
  private static final List<String> VERBS = List.of("stage", "activate", "start", "stop");
  private static final List<Fault> PASSING =
      List.of(
          Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.UNREACHABLE_ONCE, Fault.REFUSED, Fault.FAILED);

  @RepeatedTest(200)
  void everyRolloutEndsAndNothingForbiddenHappens() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    World world = World.serving(2 + random.nextInt(5), 1 + random.nextInt(2), strategy(random));
    Behaviour[] behaviours = Behaviour.values();
    world.hosts.behaves("2", behaviours[random.nextInt(behaviours.length)]);
    for (int life = random.nextInt(4); life >= 0; life--) {
      somethingGoesWrong(world, random);
      live(world, new Fuse(random.nextInt(250)));
    }
    world.balancers.forEach(balancer -> balancer.isSilent(0));
    live(world, Fuse.endless());

    var journal = world.agent().journal;
    assertThat(world.wrongs()).as("seed %d", seed).isEmpty();
    assertThat(journal.open()).as("seed %d", seed).isEmpty();
    assertThat(journal.history(World.SHOP, 9))
        .as("seed %d", seed)
        .allSatisfy(summary -> {
          boolean isWhole =
              switch (summary.ending()) {
                case SUCCEEDED -> world.isAll(World.NEW);
                case ROLLED_BACK -> world.isAll(World.OLD);
                case ABORTED, SUPERSEDED -> false;
                case NEEDS_HELP -> true;
              };
          assertThat(isWhole || !summary.incomplete().isEmpty())
              .as("%s: %s %s", summary.ending(), summary.reason(), world.hosts.occupants())
              .isTrue();
        });
  }

  private static Strategy strategy(SplittableRandom random) {
    var growing =
        new Rolling(
            List.of(new Amount.Count(1), new Amount.Percent(50)),
            Optional.empty(),
            new Amount.Count(0),
            random.nextInt(2),
            Rolling.Order.UNHEALTHY_FIRST,
            Duration.ofSeconds(random.nextInt(30)),
            Duration.ofMinutes(10));
    List<Strategy> strategies = List.of(Recreate.DEFAULT, Rolling.DEFAULT, growing);
    return strategies.get(random.nextInt(strategies.size()));
  }

  private static void somethingGoesWrong(World world, SplittableRandom random) {
    for (int i = random.nextInt(4); i > 0; i--) {
      world.hosts.fault(
          "web" + (1 + random.nextInt(world.fleet.hosts(world.role).size())),
          VERBS.get(random.nextInt(VERBS.size())),
          PASSING.get(random.nextInt(PASSING.size())));
    }
    var balancer = world.balancers.get(random.nextInt(world.balancers.size()));
    if (random.nextInt(3) == 0) {
      balancer.isSilent(random.nextInt(20));
    }
    balancer.holds(world.web(1), random.nextInt(3));
  }

  /** An agent's life, which ends when the rollout does or the fuse has burnt down. */
  private static void live(World world, Fuse fuse) {
    try {
      var agent = world.agent(fuse);
      boolean isOver =
          agent.journal.history(World.SHOP, 1).stream()
              .anyMatch(summary -> summary.ending() != Ending.SUPERSEDED);
      if (agent.resume().isEmpty() && !isOver) {
        agent.start(World.NEW);
      }
    } catch (Fuse.Killed _) {
      // the next life goes on
    }
  }
}
