package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** What a release is to stand before a switch: copies of requests, while others answer them. */
final class Rehearsal {
  private final Shadow shadow;
  private final Situation situation;

  Rehearsal(Shadow shadow, Situation situation) {
    this.shadow = shadow;
    this.situation = situation;
  }

  /** Returns why no requests can be copied, or their answers not compared, where they would be. */
  Optional<String> objection() {
    if (situation.traffic().isEmpty() || !situation.isNew()) {
      return Optional.empty();
    }
    if (!situation.capabilities().contains(Capability.MIRROR)) {
      return Optional.of(
          "shadow needs balancers that copy requests, and not every one in front of role '%s'"
                  .formatted(situation.role().name())
              + " does; use the edge or nginx, or blueGreen with smoke tests");
    }
    return shadow.comparison().isEmpty() || situation.capabilities().contains(Capability.COMPARE)
        ? Optional.empty()
        : Optional.of(
            "compare needs balancers that compare answers, and not every one in front of role '%s'"
                    .formatted(situation.role().name())
                + " does; use the edge, or leave compare out");
  }

  /**
   * Returns what makes the copies, judges what becomes of them, and ends them. That they end is
   * also what takes them back, so a bad verdict stops them at once.
   *
   * @param stable those that answer the requests; they go on as if nothing was
   */
  List<Move> moves(SortedSet<Instance> candidates, SortedSet<Instance> stable) {
    String role = situation.role().name();
    boolean atOnce = situation.capabilities().contains(Capability.ONE_SHOT_SWITCH);
    var end = new TrafficStep.Switch(role, stable, candidates, atOnce);
    return List.of(
        Move.of(new TrafficStep.Shift(role, candidates, Share.NONE, copies()), end),
        Move.of(
            new JudgeStep.Analysis(role, candidates, stable, shadow.duration(), shadow.analysis())),
        Move.of(end));
  }

  private Routing copies() {
    return new Routing(List.of(), Optional.of(shadow.mirror()), Optional.empty());
  }
}
