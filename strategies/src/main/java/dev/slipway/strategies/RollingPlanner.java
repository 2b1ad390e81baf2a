package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Batches;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes the plan of a rolling update from one situation. */
final class RollingPlanner {
  private final Rolling rolling;
  private final Situation situation;
  private final Lanes lanes;
  private final Hosts hosts;
  private final Company company;
  private final Naming naming;
  private final List<HostView> replaced;
  private final List<List<HostView>> batches;
  private final int unavailable;
  private final int surge;
  private final int minServing;

  RollingPlanner(Rolling rolling, Situation situation) {
    this.rolling = rolling;
    this.situation = situation;
    this.lanes = new Lanes(situation);
    this.hosts = new Hosts(situation);
    this.company = new Company(situation);
    this.naming = situation.fleet().naming();
    this.replaced = ordered(hosts.with(Work.REPLACE));
    int fleet = hosts.reachable().size();
    this.surge = rolling.maxSurge().of(fleet);
    List<Integer> given = Batches.sizes(amounts(fleet), fleet, replaced.size());
    this.unavailable =
        rolling
            .maxUnavailable()
            .map(amount -> amount.of(fleet))
            .orElseGet(() -> widest(given) - (rolling.batches().isEmpty() ? surge : 0));
    this.batches =
        company.split(
            hosts.isFirstDeploy() && !replaced.isEmpty()
                ? List.of(replaced)
                : Batches.cut(replaced, given));
    this.minServing = hosts.minServing(unavailable);
  }

  Planning plan() {
    List<String> reasons = reasons();
    return reasons.isEmpty() ? new Planning.Ready(ready()) : new Planning.Refused(reasons);
  }

  private List<Amount> amounts(int fleet) {
    if (!rolling.batches().isEmpty()) {
      return rolling.batches();
    }
    int out = rolling.maxUnavailable().map(amount -> amount.of(fleet)).orElse(1);
    return List.of(new Amount.Count(Math.max(1, out + surge)));
  }

  private static int widest(List<Integer> sizes) {
    return sizes.stream().mapToInt(Integer::intValue).max().orElse(1);
  }

  /** On a way back those that serve wait for the others, so that somebody serves meanwhile. */
  private List<HostView> ordered(List<HostView> found) {
    var order =
        situation.direction() == Direction.BACK ? Rolling.Order.UNHEALTHY_FIRST : rolling.order();
    return switch (order) {
      case INVENTORY -> found;
      case UNHEALTHY_FIRST ->
          found.stream().sorted(Comparator.comparing(HostView::serves)).toList();
    };
  }

  private List<String> reasons() {
    var reasons = new ArrayList<String>(hosts.refusals(unavailable));
    int fleet = hosts.reachable().size();
    if (unavailable == 0 && surge == 0) {
      reasons.add(
          "maxUnavailable 0 with maxSurge 0 could never proceed; allow one of them to be 1");
    }
    if (unavailable > fleet) {
      reasons.add("maxUnavailable %d is more than the %d hosts".formatted(unavailable, fleet));
    }
    if (surge > 0 && !situation.role().hasSpareSlot()) {
      reasons.add(
          "maxSurge %d needs a second slot, and role '%s' has one"
              .formatted(surge, situation.role().name()));
    }
    reasons.addAll(company.refusals(replaced));
    if (reasons.isEmpty() && !hosts.isFirstDeploy()) {
      reasons.addAll(widthReasons());
      Batches.shortage(batches, hosts.servingOnceFinished(), minServing, surge)
          .ifPresent(reasons::add);
    }
    return reasons;
  }

  private List<String> widthReasons() {
    int widest = batches.stream().mapToInt(List::size).max().orElse(0);
    return widest <= unavailable + surge
        ? List.of()
        : List.of(
            "a batch of %d needs as many out at once, but maxUnavailable is %d and maxSurge %d"
                .formatted(widest, unavailable, surge));
  }

  private Plan ready() {
    var phases = new ArrayList<Phase>();
    List<Lane> finishing = hosts.with(Work.FINISH).stream().map(lanes::finish).toList();
    if (!finishing.isEmpty()) {
      phases.add(new Phase(named("finish what was begun"), finishing));
    }
    for (int i = 0; i < batches.size(); i++) {
      phases.add(batch(i));
      between(i).ifPresent(phases::add);
    }
    return hosts.plan(
        rolling,
        replaced.stream().map(lanes::stage).toList(),
        phases,
        minServing,
        rolling.failureLimit(),
        rolling.progressDeadline(),
        hosts.isFirstDeploy() ? List.of(named("nothing runs yet: all hosts at once")) : List.of());
  }

  private String named(String text) {
    return naming.about(situation.role().name(), text);
  }

  private Phase batch(int index) {
    List<HostView> batch = batches.get(index);
    var found = new ArrayList<Lane>();
    for (int i = 0; i < batch.size(); i++) {
      boolean beside = i < surge && !hosts.isFirstDeploy();
      found.add(beside ? lanes.surge(batch.get(i)) : lanes.inPlace(batch.get(i)));
    }
    return new Phase(named("batch %d of %d".formatted(index + 1, batches.size())), found);
  }

  private Optional<Phase> between(int index) {
    if (index == batches.size() - 1) {
      return Optional.empty();
    }
    var enough = new JudgeStep.Capacity(situation.role().name(), minServing);
    String name = named("after batch %d".formatted(index + 1));
    Lane lane =
        rolling.pauseBetweenBatches().isZero()
            ? Lane.of(name, enough)
            : Lane.of(name, new WaitStep.Pause(rolling.pauseBetweenBatches()), enough);
    return Optional.of(new Phase(name, List.of(lane)));
  }
}
