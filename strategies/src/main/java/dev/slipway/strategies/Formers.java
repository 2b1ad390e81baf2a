package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What comes before a release that is compared with the former one: that is measured while it still
 * serves alone. Which metrics compare is read off the plan, so that no strategy has to know of it.
 */
final class Formers {
  private static final String NAME = "measure the former release";

  private final Situation situation;
  private final ReleaseId former;

  private Formers(Situation situation, ReleaseId former) {
    this.situation = situation;
    this.former = former;
  }

  /**
   * Returns the plan with what is measured first, if anything in it is compared.
   *
   * @param situation as it is after the phases that return to what is stable
   */
  static Planning before(Planning planning, Situation situation) {
    Optional<ReleaseId> former = situation.stable().filter(_ -> situation.isNew());
    return planning instanceof Planning.Ready(var plan) && former.isPresent()
        ? new Planning.Ready(new Formers(situation, former.get()).in(plan))
        : planning;
  }

  private Plan in(Plan plan) {
    List<Metric> compared =
        plan
            .lanes()
            .flatMap(lane -> lane.steps().stream())
            .flatMap(Formers::analysis)
            .flatMap(analysis -> analysis.metrics().stream())
            .filter(metric -> metric.former().isPresent())
            // Of several stages that compare by one name, the first says for how long.
            .collect(Collectors.groupingBy(Metric::name, Collectors.toList()))
            .values()
            .stream()
            .map(List::getFirst)
            .sorted((one, other) -> one.name().compareTo(other.name()))
            .toList();
    if (compared.isEmpty()) {
      return plan;
    }
    String name = situation.fleet().naming().about(situation.role().name(), NAME);
    var step = new JudgeStep.Former(situation.role().name(), serving(), compared);
    var phases = new ArrayList<>(plan.phases());
    phases.add(
        Returning.length(plan), new Phase(name, List.of(new Lane(name, List.of(Move.of(step))))));
    return plan.with(phases);
  }

  private static Stream<Analysis> analysis(Step step) {
    if (step instanceof JudgeStep.Analysis judged) {
      return Stream.of(judged.analysis());
    }
    return step instanceof JudgeStep.Contested contested
        ? contested.analysis().stream()
        : Stream.empty();
  }

  private SortedSet<Instance> serving() {
    return situation.fleet().instances(situation.role()).stream()
        .filter(one -> situation.state(one).occupant().equals(new Occupant.Known(former)))
        .filter(one ->
            situation
                .traffic()
                .map(traffic -> traffic.serving().contains(one))
                .orElse(situation.state(one).condition() == Condition.HEALTHY))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
