package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Naming;
import java.util.List;

/** A plan as indented lines. */
final class PlanText {
  private final StringBuilder text = new StringBuilder();
  private final Naming naming;

  private PlanText(Naming naming) {
    this.naming = naming;
  }

  static String of(Plan plan) {
    var writer = new PlanText(plan.naming());
    writer.head(plan);
    if (plan.isEmpty()) {
      writer.line(0, "nothing to do");
    }
    if (!plan.background().isEmpty()) {
      writer.line(0, "in the background");
      plan.background().forEach(writer::lane);
    }
    for (Phase phase : plan.phases()) {
      writer.line(0, phase.name());
      phase.lanes().forEach(writer::lane);
    }
    return writer.text.toString();
  }

  private void head(Plan plan) {
    line(0, plan.title());
    line(0, "target  " + plan.target());
    plan.former().ifPresent(former -> line(0, "former  " + former));
    plan.roles()
        .forEach((role, serving) ->
            line(
                0,
                "at least %d%s serve at every moment"
                    .formatted(serving.minimum(), naming.whose(role))));
    if (plan.failureLimit() > 0) {
      line(0, "up to %d lanes may fail".formatted(plan.failureLimit()));
    }
    if (!plan.skipped().isEmpty()) {
      line(0, "skipped " + String.join(", ", plan.skipped()));
    }
    plan.remarks().forEach(remark -> line(0, "note    " + remark));
  }

  private void lane(Lane lane) {
    line(1, lane.id());
    steps(2, lane.steps());
    List<Step> restore = lane.restore(lane.moves().size());
    if (!restore.isEmpty()) {
      line(2, "if it fails");
      steps(3, restore);
    }
  }

  private void steps(int depth, List<Step> steps) {
    steps.forEach(step -> line(depth, step.render(naming)));
  }

  private void line(int depth, String content) {
    text.repeat("  ", depth).append(content).append('\n');
  }
}
