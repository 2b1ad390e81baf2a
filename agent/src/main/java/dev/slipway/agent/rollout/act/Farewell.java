package dev.slipway.agent.rollout.act;

import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.act.Pool.Told;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Instance;
import java.util.Optional;

/**
 * What must be true before an instance is stopped: no balancer sends requests to it, those it had
 * are done or were given up by the policy, and enough others serve.
 */
final class Farewell {
  private final Setting setting;
  private final Waits waits;
  private final Pace pace;

  Farewell(Setting setting, Waits waits, Pace pace) {
    this.setting = setting;
    this.waits = waits;
    this.pace = pace;
  }

  /** Returns a good outcome if the instance may be stopped now. */
  Outcome bid(Instance instance, Signal signal) {
    Pool pool = setting.pool(instance);
    if (!pool.isEmpty() && !pool.isReleased(instance)) {
      Outcome idle = waits.awaitIdle(instance, setting.role(instance).drain(), signal);
      if (!idle.isGood()) {
        return idle;
      }
    }
    var deadline = pace.within(setting.limits().capacityDeadline());
    while (true) {
      Optional<String> objection = objection(instance);
      if (objection.isEmpty()) {
        return new Outcome.Done("it may go", 0);
      }
      if (deadline.isOver()) {
        return new Outcome.Errored(objection.get(), Cause.REFUSED);
      }
      if (pace.rest(setting.limits().poll(), signal) == Pace.Rest.CUT) {
        return TrafficActs.cut(signal);
      }
    }
  }

  private Optional<String> objection(Instance instance) {
    Pool pool = setting.pool(instance);
    Capacity capacity = setting.capacity(instance);
    if (pool.isEmpty()) {
      return capacity.leave(instance);
    }
    Optional<String> served = waits.stillServed(instance);
    if (served.isPresent()) {
      return served;
    }
    return switch (pool.look()) {
      case Told.Said(var observed) -> capacity.objectionToStop(instance, observed);
      case Told.Denied(var reason) -> Optional.of(reason);
      case Told.Silent(var reason) -> Optional.of(reason);
    };
  }
}
