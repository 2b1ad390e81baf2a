package dev.slipway.agent.rollout;

import dev.slipway.agent.rollout.sight.Processes;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import java.util.Optional;

/**
 * One instance as it was seen.
 *
 * @param remark what is wrong; empty if nothing is
 * @param mark of the process that runs; empty if none of its own does
 */
record Look(Instance instance, InstanceState state, String remark, String mark) {
  Look(Instance instance, InstanceState state, String remark) {
    this(instance, state, remark, "");
  }

  Look in(String process) {
    return new Look(instance, state, remark, process);
  }

  /** Tells what was heard of the process; where none of its own runs, that says nothing later. */
  void tell(Processes known, Waiter waiter) {
    if (state.condition() == Condition.HEALTHY && !mark.isEmpty()) {
      known.hear(instance, mark, waiter.uptime());
    } else {
      known.doubt(instance);
    }
  }

  boolean isHealthy(Optional<ReleaseId> release) {
    return state.condition() == Condition.HEALTHY
        && release.map(Occupant.Known::new).equals(Optional.of(state.occupant()));
  }
}
