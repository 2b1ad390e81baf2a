package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Control.Asked;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.strategies.plan.Planning;

/** What a rollout would do now, without doing it. */
final class DryRun {
  private final Services services;

  DryRun(Services services) {
    this.services = services;
  }

  Asked plan(Worker worker) {
    if (!(worker.wanted().orElse(null) instanceof Wanted.Deploy deploy)) {
      return new Asked.Conflict("nothing is to be deployed: " + worker.wanted());
    }
    return switch (worker.prepared().orElseThrow()) {
      case Prepared.Refused(var reason) -> new Asked.Conflict(reason);
      case Prepared.Unavailable(var reason) -> new Asked.Conflict(reason);
      case Prepared.Ready(var delivery) -> plan(deploy.deployment(), delivery, worker.verdict());
    };
  }

  private Asked plan(Deployment deployment, Delivery delivery, Verdict verdict) {
    return switch (services.rollouts().observe(deployment, delivery)) {
      case Observation.Blind(var reasons) -> new Asked.Conflict(String.join("\n", reasons));
      case Observation.Seen seen ->
          switch (services.rollouts().plan(deployment, delivery, seen)) {
            case Planning.Ready(var plan) -> new Asked.Planned(plan, remark(verdict));
            case Planning.Refused(var reasons) -> new Asked.Conflict(String.join("\n", reasons));
          };
    };
  }

  private static String remark(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Open() -> "";
      case Verdict.Overridden(var windows, var reason) ->
          "overrides a window: %s; %s".formatted(reason, windows);
      case Verdict.Shut shut -> shut.text();
    };
  }
}
