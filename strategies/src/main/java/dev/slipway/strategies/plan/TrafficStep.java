package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Traffic;

/**
 * A step on the traffic of the role, on all of its balancers.
 *
 * <p>Lanes run side by side, so a step names its part of the value only; the traffic that is wanted
 * is the plan's first one with the steps applied that were begun since.
 */
public sealed interface TrafficStep extends Step {
  /** Returns the traffic that is wanted once this step is done. */
  Traffic applyTo(Traffic before);

  /** The instance gets no new requests. */
  record Drain(Instance instance) implements TrafficStep {
    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.DRAINING);
    }

    @Override
    public String render() {
      return "drain %s".formatted(instance);
    }
  }

  /** The instance gets its share of requests, and every balancer that checks sees it up. */
  record Admit(Instance instance) implements TrafficStep {
    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.SERVING);
    }

    @Override
    public String render() {
      return "admit %s".formatted(instance);
    }
  }

  /** The instance is no part of the pool. */
  record Retire(Instance instance) implements TrafficStep {
    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.OUT);
    }

    @Override
    public String render() {
      return "take %s out of the pool".formatted(instance);
    }
  }

  /** Requests that nobody can serve are answered this way. */
  record WhenNobody(Nobody nobody) implements TrafficStep {
    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(nobody);
    }

    @Override
    public String render() {
      return switch (nobody) {
        case Nobody.Refuse() -> "refuse requests while nobody serves";
        case Nobody.Park(var limit, var deadline) ->
            "park up to %d requests for %s while nobody serves"
                .formatted(limit, Durations.text(deadline));
      };
    }
  }
}
