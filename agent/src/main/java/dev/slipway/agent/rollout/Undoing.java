package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back where nothing was ever stable: what was begun is taken back, the last lane first.
 *
 * <p>After a first release that is nothing; where others had put something, it is that.
 */
final class Undoing {
  private final Trace trace;
  private final Plan forward;

  Undoing(Trace trace) {
    this.trace = trace;
    this.forward = trace.plan(0);
  }

  /**
   * Returns the plan.
   *
   * @param traffic what is wanted now of each role that has balancers
   */
  Plan plan(Map<String, Traffic> traffic) {
    var lanes = new ArrayList<Lane>();
    forward.phases().reversed().stream()
        .flatMap(phase -> phase.lanes().reversed().stream())
        .forEach(lane -> takenBack(lane).ifPresent(lanes::add));
    return new Plan(
        forward.title() + ", taken back",
        forward.target(),
        Optional.empty(),
        roles(traffic),
        List.of(),
        phases(lanes),
        lanes.size(),
        forward.skipped(),
        forward.progressDeadline(),
        List.of("nothing was stable before: what was there is put back"));
  }

  private Optional<Lane> takenBack(Lane lane) {
    int begun = trace.begun(0, lane);
    List<Step> steps = lane.restore(begun);
    boolean isBack =
        !steps.isEmpty()
            && trace
                .ended(new Position(0, lane.id(), Part.RESTORE, steps.size() - 1))
                .map(end -> end.isGood())
                .orElse(false);
    return steps.isEmpty() || isBack
        ? Optional.empty()
        : Optional.of(Lane.of(lane.id(), steps.toArray(Step[]::new)));
  }

  /** Lanes of former phases relied on one another's order, so theirs is turned round. */
  private List<Phase> phases(List<Lane> lanes) {
    if (lanes.isEmpty()) {
      return List.of();
    }
    return forward.roles().values().stream().allMatch(serving -> minimum(serving) == 0)
        ? List.of(new Phase("take back", lanes))
        : lanes.stream().map(lane -> new Phase("take back " + lane.id(), List.of(lane))).toList();
  }

  private Map<String, Plan.Serving> roles(Map<String, Traffic> traffic) {
    var roles = new LinkedHashMap<String, Plan.Serving>();
    forward
        .roles()
        .forEach((role, serving) ->
            roles.put(
                role, new Plan.Serving(Optional.ofNullable(traffic.get(role)), minimum(serving))));
    return roles;
  }

  private static int minimum(Plan.Serving serving) {
    int before = serving.initial().map(traffic -> traffic.serving().size()).orElse(0);
    return Math.min(serving.minimum(), before);
  }
}
