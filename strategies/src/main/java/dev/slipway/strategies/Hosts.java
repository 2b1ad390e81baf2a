package dev.slipway.strategies;

import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The hosts of a situation, counted in the ways that every strategy needs. */
final class Hosts {
  private final Situation situation;
  private final List<HostView> all;

  Hosts(Situation situation) {
    this.situation = situation;
    this.all = HostView.of(situation);
  }

  List<HostView> with(Work work) {
    return all.stream().filter(host -> host.work() == work).toList();
  }

  List<HostView> reachable() {
    return all.stream().filter(host -> host.work() != Work.UNREACHABLE).toList();
  }

  int serving() {
    return (int) reachable().stream().filter(HostView::serves).count();
  }

  /** Returns how many serve once it is finished what was begun. */
  int servingOnceFinished() {
    return (int)
        reachable().stream().filter(host -> host.serves() || host.work() == Work.FINISH).count();
  }

  /** Nothing runs anywhere, so there is nothing to compare with and nobody to disturb. */
  boolean isFirstDeploy() {
    return all.stream().noneMatch(host -> host.work() == Work.UNREACHABLE || host.runs());
  }

  /** A role of which no host is left does not hold up the way back of the others. */
  boolean isGivenUp() {
    return situation.direction() == Direction.BACK
        && situation.fleet().application().roles().size() > 1
        && reachable().isEmpty();
  }

  /** At least one behind a balancer, because the last server of a pool is never taken out. */
  int minServing(int unavailable) {
    if (!situation.plays()) {
      return 0;
    }
    int allowed = Math.max(0, reachable().size() - unavailable);
    int floor = situation.traffic().isPresent() ? 1 : 0;
    return Math.min(serving(), Math.max(floor, allowed));
  }

  /** Returns why hosts that cannot be reached forbid a plan; a way back is never forbidden. */
  List<String> refusals(int unavailable) {
    List<String> dead = names(Work.UNREACHABLE);
    if (dead.size() == all.size()) {
      return List.of("no host can be reached: " + String.join(", ", dead));
    }
    int limit = situation.unreachableMax().orElse(unavailable);
    if (situation.direction() == Direction.BACK || dead.size() <= limit) {
      return List.of();
    }
    return List.of(
        "%d hosts cannot be reached (%s), and at most %d may be skipped"
            .formatted(dead.size(), String.join(", ", dead), limit));
  }

  Plan plan(
      Strategy strategy,
      List<Lane> background,
      List<Phase> phases,
      int minServing,
      int failureLimit,
      Duration progressDeadline,
      List<String> remarks) {
    return new Plan(
        "%s of %s in %s"
            .formatted(
                strategy.name(),
                situation.fleet().application().name(),
                situation.fleet().environment()),
        situation.target(),
        situation.stable(),
        Map.of(situation.role().name(), new Plan.Serving(situation.traffic(), minServing)),
        background,
        phases,
        tolerated(failureLimit, phases),
        names(Work.UNREACHABLE),
        progressDeadline,
        remarks);
  }

  /** A way back goes on whatever fails on the way. */
  private int tolerated(int failureLimit, List<Phase> phases) {
    return switch (situation.direction()) {
      case FORWARD -> failureLimit;
      case BACK -> phases.stream().mapToInt(phase -> phase.lanes().size()).sum();
    };
  }

  private List<String> names(Work work) {
    return with(work).stream().map(HostView::name).toList();
  }
}
