package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Situation.Direction;
import dev.slipway.strategies.procedures.Hooked;
import dev.slipway.strategies.procedures.Tasks;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * All roles of an application, planned as one: the first by the strategy, the others roll after it.
 *
 * <p>Where roles use the same link on a host they are replaced there with the first of them, and
 * find nothing left to do when their own turn comes.
 */
public final class Roles {
  private final Strategy strategy;
  private final List<Situation> observed;
  private final List<Situation> planned = new ArrayList<>();

  private Roles(Strategy strategy, List<Situation> observed) {
    this.strategy = strategy;
    this.observed = observed;
    var seen = new ArrayList<>(observed);
    for (int i = 0; i < seen.size(); i++) {
      Situation own = seen.get(i);
      List<Situation> beside = observed.subList(i + 1, observed.size());
      planned.add(own.beside(beside.stream().filter(other -> isBeside(own, other)).toList()));
      for (int later = i + 1; later < seen.size(); later++) {
        seen.set(later, after(own, seen.get(later)));
      }
    }
  }

  /**
   * Returns the plan for all roles, or every reason why there is none. A way back has no gates,
   * whatever the strategy asks for.
   *
   * @param observed one for each role, the judged one first
   */
  public static Planning plan(Strategy strategy, List<Situation> observed) {
    return attended(strategy, observed, alone(bare(strategy), observed));
  }

  private static Strategy bare(Strategy strategy) {
    return strategy instanceof Strategy.Attended(var own, _) ? own : strategy;
  }

  /** A way back is no concern of others, and comes before they are asked about what follows. */
  private static Planning attended(Strategy strategy, List<Situation> observed, Planning planning) {
    return strategy instanceof Strategy.Attended attended
        ? attended.in(planning, observed.getFirst())
        : planning;
  }

  private static Planning alone(Strategy strategy, List<Situation> observed) {
    Situation first = observed.getFirst();
    Strategy used = first.isNew() ? strategy : strategy.unattended();
    Optional<Returning> returning = Returning.of(used, first);
    if (returning.isEmpty()) {
      return Formers.before(
          planned(Returning.isSplit(first) ? Returning.conversion(used) : used, observed), first);
    }
    var after = new ArrayList<>(observed);
    after.set(0, returning.get().after());
    return Formers.before(returning.get().before(used, planned(used, after)), after.getFirst());
  }

  private static Planning planned(Strategy strategy, List<Situation> observed) {
    return observed.size() == 1
        ? strategy.plan(observed.getFirst())
        : new Roles(strategy, observed).plan();
  }

  /**
   * Returns the plan for all roles with tasks around it and hooks in it, or every reason why there
   * is none.
   *
   * @param due the tasks of the release that are to run in this rollout; none on a way back
   * @param hooks those of a release; none of one that nobody knows
   */
  public static Planning plan(
      Strategy strategy,
      List<Situation> observed,
      List<Task> due,
      Function<ReleaseId, Hooks> hooks) {
    return switch (alone(bare(strategy), observed)) {
      case Planning.Ready(var plan) ->
          attended(
              strategy, observed, Tasks.around(Hooked.of(plan, observed, hooks), observed, due));
      case Planning.Refused refused -> refused;
    };
  }

  private static boolean isBeside(Situation one, Situation other) {
    return HostView.of(one).stream().anyMatch(host -> host.on(other).isPresent());
  }

  /** Returns what is found of a role when its turn comes: some of it was replaced already. */
  private static Situation after(Situation earlier, Situation later) {
    var states = new TreeMap<>(later.states());
    Optional<Traffic> traffic = later.traffic();
    for (HostView host : HostView.of(earlier)) {
      Optional<HostView> there = host.on(later);
      if (host.work() == Work.REPLACE && there.isPresent()) {
        var instance = there.get().active();
        states.put(instance, isDone(later));
        traffic =
            later.plays() ? traffic.map(it -> it.with(instance, MemberState.SERVING)) : traffic;
      }
    }
    return later.with(states, traffic);
  }

  private static InstanceState isDone(Situation situation) {
    return new InstanceState(
        new Occupant.Known(situation.target()),
        situation.plays() ? Condition.HEALTHY : Condition.STOPPED,
        Environment.CURRENT);
  }

  private Planning plan() {
    List<String> reasons = reasons();
    if (!reasons.isEmpty()) {
      return new Planning.Refused(reasons);
    }
    Planning planning =
        strategy instanceof Recreate recreate
            ? new RecreatePlanner(recreate, planned).plan()
            : inTurn();
    return planning instanceof Planning.Ready(var plan)
        ? new Planning.Ready(begun(plan))
        : planning;
  }

  private List<String> reasons() {
    if (observed.stream().map(Hosts::new).allMatch(Hosts::isGivenUp)) {
      return List.of("no host of any role can be reached");
    }
    var reasons = new ArrayList<String>();
    for (int i = 0; i < observed.size(); i++) {
      for (Situation other : observed.subList(i + 1, observed.size())) {
        clash(observed.get(i), other).ifPresent(reasons::add);
      }
    }
    return reasons;
  }

  /** With spare slots, one role's active link would be the other one's spare. */
  private static Optional<String> clash(Situation one, Situation other) {
    Role first = one.role();
    Role second = other.role();
    if (!first.hasSpareSlot() && !second.hasSpareSlot()) {
      return Optional.empty();
    }
    List<String> links = second.slots().stream().map(Slot::name).toList();
    boolean isShared =
        one.fleet().hosts(first).stream()
            .anyMatch(host -> one.fleet().rolesOn(host).contains(second));
    return first.slots().stream()
        .map(Slot::name)
        .filter(name -> isShared && links.contains(name))
        .findFirst()
        .map(link ->
            "roles '%s' and '%s' use the same link '%s' on a host, and only roles with one slot can"
                .formatted(first.name(), second.name(), link));
  }

  private Planning inTurn() {
    var plans = new ArrayList<Plan>();
    var reasons = new ArrayList<String>();
    for (Situation situation : planned) {
      switch (own(situation)) {
        case Planning.Ready(var plan) -> plans.add(plan);
        case Planning.Refused(var why) -> reasons.addAll(refusals(situation, why));
      }
    }
    return reasons.isEmpty()
        ? new Planning.Ready(
            joined(plans, plans.stream().flatMap(plan -> plan.phases().stream()).toList()))
        : new Planning.Refused(reasons);
  }

  private Planning own(Situation situation) {
    var hosts = new Hosts(situation);
    if (hosts.isGivenUp()) {
      return new Planning.Ready(
          hosts.plan(strategy, List.of(), List.of(), 0, 0, strategy.progressDeadline(), List.of()));
    }
    return situation.equals(planned.getFirst())
        ? strategy.plan(situation)
        : rolling(strategy.progressDeadline()).plan(situation);
  }

  private static Rolling rolling(Duration progressDeadline) {
    return new Rolling(
        List.of(),
        Optional.empty(),
        new Amount.Count(0),
        0,
        Rolling.Order.UNHEALTHY_FIRST,
        Duration.ZERO,
        progressDeadline);
  }

  /** Returns the reasons of one role, with its name where there are several. */
  static List<String> refusals(Situation situation, List<String> reasons) {
    return reasons.stream()
        .map(reason -> situation.fleet().naming().about(situation.role().name(), reason))
        .toList();
  }

  /** Returns the plans of all roles as one; a host that has several of them gets files once. */
  static Plan joined(List<Plan> plans, List<Phase> phases) {
    Plan first = plans.getFirst();
    var background = new LinkedHashMap<String, Lane>();
    var roles = new LinkedHashMap<String, Plan.Serving>();
    for (Plan plan : plans) {
      plan.background().forEach(lane -> background.putIfAbsent(lane.id(), lane));
      roles.putAll(plan.roles());
    }
    return new Plan(
        first.title(),
        first.target(),
        first.former(),
        roles,
        List.copyOf(background.values()),
        phases,
        first.failureLimit(),
        plans.stream().flatMap(plan -> plan.skipped().stream()).distinct().toList(),
        first.progressDeadline(),
        plans.stream().flatMap(plan -> plan.remarks().stream()).toList());
  }

  /** Returns the plan with what holds for each role before its first step, not before its turn. */
  private Plan begun(Plan plan) {
    Map<String, Plan.Serving> roles = new LinkedHashMap<>(plan.roles());
    for (Situation situation : observed) {
      roles.computeIfPresent(situation.role().name(), (_, serving) -> begun(situation, serving));
    }
    boolean isBack = observed.getFirst().direction() == Direction.BACK;
    int lanes = plan.phases().stream().mapToInt(phase -> phase.lanes().size()).sum();
    return new Plan(
        plan.title(),
        plan.target(),
        plan.former(),
        roles,
        plan.background(),
        plan.phases(),
        isBack ? lanes : plan.failureLimit(),
        plan.skipped(),
        plan.progressDeadline(),
        plan.remarks());
  }

  private Plan.Serving begun(Situation situation, Plan.Serving serving) {
    int most =
        situation.equals(observed.getFirst()) ? serving.minimum() : Company.minServing(situation);
    return new Plan.Serving(situation.traffic(), Math.min(serving.minimum(), most));
  }
}
