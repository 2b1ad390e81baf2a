package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.Observer.Goal;
import dev.slipway.agent.rollout.Observer.Question;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Pool;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Situation.Direction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Balancers that disagree, brought to one value while no rollout is under way.
 *
 * <p>The value is made anew from what is seen, so that it is right after a crash too: nothing has
 * to be taken up where it was left.
 */
final class Uniting {
  private final Workshop shop;
  private final Deployment deployment;
  private final ReleaseId stable;
  private final Map<String, Pool> pools;
  private final Question question;

  Uniting(Workshop shop, Deployment deployment, Delivery stable, Ground ground) {
    this.shop = shop;
    this.deployment = deployment;
    this.stable = stable.id();
    this.pools = shop.pools(deployment, ground);
    this.question =
        new Question(
            deployment,
            ground,
            shop.deliveries(deployment, stable),
            new Goal(stable.id(), Optional.of(stable.id()), Direction.FORWARD, Optional.empty()),
            pools);
  }

  /** Returns what is left. */
  List<String> run() {
    return switch (shop.observer().observe(question)) {
      case Observation.Blind(var reasons) -> reasons;
      case Observation.Seen seen when seen.splits().isEmpty() -> List.of();
      case Observation.Seen seen when !seen.obstacles().isEmpty() -> seen.obstacles();
      case Observation.Seen seen -> united(seen);
    };
  }

  private List<String> united(Observation.Seen seen) {
    shop.journal().append(new Event.BalancersSplit(deployment.target(), stable, seen.splits()));
    List<String> left =
        seen.roles().stream().filter(Observation.OfRole::isSplit).flatMap(this::told).toList();
    if (left.isEmpty()) {
      shop.journal().append(new Event.BalancersUnited(deployment.target(), stable));
    }
    return left;
  }

  private Stream<String> told(Observation.OfRole of) {
    Pool pool = Optional.ofNullable(pools.get(of.situation().role().name())).orElseThrow();
    return switch (pool.want(of.situation().traffic().orElseThrow())) {
      case Pool.Told.Said _ -> Stream.empty();
      case Pool.Told.Denied(var reason) -> Stream.of(reason);
      case Pool.Told.Silent(var reason) -> Stream.of(reason);
    };
  }
}
