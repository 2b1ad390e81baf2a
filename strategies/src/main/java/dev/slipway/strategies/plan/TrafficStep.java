package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Traffic;

/**
 * A step on the traffic of one role, on all of its balancers.
 *
 * <p>Lanes run side by side, so a step names its part of the value only; the traffic that is wanted
 * is the role's first one with the steps applied that were begun since.
 */
public sealed interface TrafficStep extends Step {
  /** Returns the role whose traffic it is. */
  String role();

  /** Returns the traffic that is wanted once this step is done. */
  Traffic applyTo(Traffic before);

  /** The instance gets no new requests. */
  record Drain(Instance instance) implements TrafficStep {
    @Override
    public String role() {
      return instance.role();
    }

    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.DRAINING);
    }

    @Override
    public String render(Naming naming) {
      return "drain %s".formatted(naming.of(instance));
    }
  }

  /** The instance gets its share of requests, and every balancer that checks sees it up. */
  record Admit(Instance instance) implements TrafficStep {
    @Override
    public String role() {
      return instance.role();
    }

    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.SERVING);
    }

    @Override
    public String render(Naming naming) {
      return "admit %s".formatted(naming.of(instance));
    }
  }

  /** The instance is no part of the pool. */
  record Retire(Instance instance) implements TrafficStep {
    @Override
    public String role() {
      return instance.role();
    }

    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(instance, MemberState.OUT);
    }

    @Override
    public String render(Naming naming) {
      return "take %s out of the pool".formatted(naming.of(instance));
    }
  }

  /** Requests to the role that nobody can serve are answered this way. */
  record WhenNobody(String role, Nobody nobody) implements TrafficStep {
    @Override
    public Traffic applyTo(Traffic before) {
      return before.with(nobody);
    }

    @Override
    public String render(Naming naming) {
      String whose = naming.whose(role);
      return switch (nobody) {
        case Nobody.Refuse() -> "refuse requests while nobody%s serves".formatted(whose);
        case Nobody.Park(var limit, var deadline) ->
            "park up to %d requests for %s while nobody%s serves"
                .formatted(limit, Durations.text(deadline), whose);
      };
    }
  }
}
