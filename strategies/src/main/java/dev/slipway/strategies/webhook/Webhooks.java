package dev.slipway.strategies.webhook;

import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Lays webhooks into a plan of a way forward, at the moments that Flagger has for them.
 *
 * <p>Each call is a lane of its own: gates and what comes before the first request are phases, and
 * what is called meanwhile runs beside the lanes of a phase that waits.
 */
public final class Webhooks {
  private final ReleaseId release;
  private final List<Webhook> all;
  private final List<Phase> laid = new ArrayList<>();

  private Webhooks(ReleaseId release, List<Webhook> all) {
    this.release = release;
    this.all = all;
  }

  /**
   * Returns a plan with webhooks in it; one that does nothing asks nobody.
   *
   * @param first how many phases are none of their business
   */
  public static Plan in(Plan plan, int first, List<Webhook> webhooks) {
    var laying = new Webhooks(plan.target(), webhooks);
    laying.laid.addAll(plan.phases().subList(0, first));
    List<Phase> phases = plan.phases().subList(first, plan.phases().size());
    if (!phases.isEmpty()) {
      laying.lay(phases);
    }
    return plan.with(laying.laid);
  }

  private void lay(List<Phase> phases) {
    var moments = new Moments(phases);
    gates(Moment.CONFIRM_ROLLOUT, "rollout", List.of());
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      if (i == moments.firstRequest()) {
        calls(Moment.PRE_ROLLOUT, "first request");
      }
      if (i == moments.promotion()) {
        gates(Moment.CONFIRM_PROMOTION, "promotion", rollbacks("confirm-promotion"));
      } else if (moments.isIncrease(i)) {
        gates(Moment.CONFIRM_TRAFFIC_INCREASE, phase.name(), rollbacks("before " + phase.name()));
      }
      laid.add(attended(phase));
    }
    if (moments.promotion() == phases.size()) {
      gates(Moment.CONFIRM_PROMOTION, "promotion", rollbacks("confirm-promotion"));
    }
    calls(Moment.POST_ROLLOUT, "end");
  }

  private void gates(Moment type, String before, List<Lane> meanwhile) {
    String name =
        type == Moment.CONFIRM_TRAFFIC_INCREASE
            ? "confirm %s".formatted(before)
            : "confirm the " + before;
    List<Lane> gates =
        lanes(type, name, webhook -> new WaitStep.AwaitWebhook(before, release, webhook));
    if (!gates.isEmpty()) {
      laid.add(new Phase(name, Stream.concat(gates.stream(), meanwhile.stream()).toList()));
    }
  }

  private void calls(Moment type, String about) {
    List<Lane> calls =
        lanes(type, type.text(), webhook -> new JudgeStep.Call(about, release, webhook));
    if (!calls.isEmpty()) {
      laid.add(new Phase(type.text(), calls));
    }
  }

  private Phase attended(Phase phase) {
    var lanes = new ArrayList<Lane>(phase.lanes());
    if (Moments.waits(phase)) {
      lanes.addAll(Moments.lasts(phase) ? watches(Moment.ROLLOUT, phase.name()) : List.<Lane>of());
      lanes.addAll(rollbacks(phase.name()));
    }
    lanes.addAll(
        lanes(
            Moment.EVENT,
            phase.name(),
            webhook -> new JudgeStep.Call(phase.name(), release, webhook)));
    return new Phase(phase.name(), lanes);
  }

  private List<Lane> rollbacks(String about) {
    return watches(Moment.ROLLBACK, about);
  }

  private List<Lane> watches(Moment type, String about) {
    return lanes(type, about, webhook -> new JudgeStep.Watch(about, release, webhook));
  }

  private List<Lane> lanes(Moment type, String about, Function<Webhook, Step> step) {
    return Webhook.of(type, all).stream()
        .map(webhook ->
            Lane.of("webhook %s, %s".formatted(webhook.name(), about), step.apply(webhook)))
        .toList();
  }
}
