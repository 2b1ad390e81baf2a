package dev.slipway.strategies.procedures;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lays tasks around a plan: each is a phase of one lane, so nothing else happens meanwhile.
 *
 * <p>Nothing takes a task back, so its move has no undo, and plans of the way back have no tasks.
 */
public final class Tasks {
  private final List<Situation> observed;
  private final List<String> reasons = new ArrayList<>();

  private Tasks(List<Situation> observed) {
    this.observed = observed;
  }

  /** Returns the plan with these tasks; a plan that does nothing needs none. */
  public static Planning around(Plan plan, List<Situation> observed, List<Task> due) {
    if (plan.isEmpty() || due.isEmpty()) {
      return new Planning.Ready(plan);
    }
    var tasks = new Tasks(observed);
    var phases = new ArrayList<Phase>(tasks.phases(plan, due, Task.When.PRE_SYNC));
    phases.addAll(plan.phases());
    phases.addAll(tasks.phases(plan, due, Task.When.POST_SYNC));
    return tasks.reasons.isEmpty()
        ? new Planning.Ready(plan.with(phases))
        : new Planning.Refused(tasks.reasons);
  }

  private List<Phase> phases(Plan plan, List<Task> due, Task.When when) {
    var phases = new ArrayList<Phase>();
    for (Task task : due) {
      if (task.phase() == when) {
        host(task)
            .ifPresentOrElse(
                host -> phases.add(phase(plan, task, host)),
                () ->
                    reasons.add(
                        "task '%s' needs a host of role '%s', and none can be reached"
                            .formatted(task.name(), task.role())));
      }
    }
    return phases;
  }

  /** The first that serves, or the first at all where nothing runs yet. */
  private Optional<HostView> host(Task task) {
    List<HostView> reachable =
        observed.stream()
            .filter(situation -> situation.role().name().equals(task.role()))
            .flatMap(situation -> HostView.of(situation).stream())
            .filter(host -> host.work() != Work.UNREACHABLE)
            .toList();
    return reachable.stream()
        .filter(HostView::serves)
        .findFirst()
        .or(() -> reachable.stream().findFirst());
  }

  private static Phase phase(Plan plan, Task task, HostView host) {
    String name = "task " + task.name();
    Instance instance = host.active();
    var moves =
        List.of(
            Move.of(staged(plan, host)),
            Move.of(new InstanceStep.Run(instance, plan.target(), task)));
    return new Phase("%s, %s".formatted(name, task.phase().text()), List.of(new Lane(name, moves)));
  }

  /** Where the host gets the release anyway, that is awaited. */
  private static Step staged(Plan plan, HostView host) {
    String staging = Lanes.staging(host);
    return plan.background().stream().anyMatch(lane -> lane.id().equals(staging))
        ? new WaitStep.Join(staging)
        : new InstanceStep.Stage(host.active(), plan.target());
  }
}
