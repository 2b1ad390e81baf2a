package dev.slipway.agent.e2e.comparison;

import static dev.slipway.agent.e2e.strategies.Expectations.PATIENCE;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;

/**
 * How long the way back of a blue-green rollout took after reverts, while the former slot was warm:
 * from the moment at which the revert was found until the balancer had shown the switch. One host
 * only, since hosts are asked side by side, and those of a test would share its processors.
 *
 * @param times how many times as long as one health check and one change, in rising order
 */
record Returns(Kind kind, Yardstick yardstick, List<Double> times) {
  private static final int REVERTS = 5;
  private static final int HOSTS = 1;

  /** What the status says when all is switched, and nothing is under way that a revert cuts off. */
  private static final String WARM = "keep the former slots warm";

  Returns {
    times = times.stream().sorted().toList();
  }

  double median() {
    return times.get(times.size() / 2);
  }

  /** Deploys and reverts several times behind a balancer, under load. */
  static Returns behind(Kind kind, Path directory, String network) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), HOSTS, network);
    Front front = kind.front(directory, fleet);
    try (var world =
        new World(directory, fleet, Origin.byFile(directory.resolve("git")))
            .behind(front)
            .strategy("blueGreen: {scaleDownDelay: 10m}")
            .describe()
            .start()) {
      Race.release(world, "1");
      try (var lookout = Lookout.at(front.address(), false)) {
        for (int i = 2; i < 2 + REVERTS; i++) {
          revert(world, lookout, String.valueOf(i));
        }
        Annals annals = Annals.of(world);
        Yardstick yardstick = Yardstick.of(annals);
        List<Span> back = annals.switchesBack();
        Assertions.assertThat(back).hasSize(REVERTS);
        return new Returns(
            kind, yardstick, back.stream().map(span -> yardstick.times(span.took())).toList());
      }
    }
  }

  private static void revert(World world, Lookout lookout, String version) {
    String push = world.push(version, new Behaviour.Sound());
    await()
        .atMost(PATIENCE)
        .until(
            () -> world.status().rollout().filter(now -> now.reason().contains(WARM)).isPresent());
    lookout.awaitMany();
    String revert = world.checkout().revert(push);
    world.checkout().push();
    RolloutStatus back = world.ended(revert);
    Assertions.assertThat(back.ending()).as(back.toString()).contains("succeeded");
  }
}
