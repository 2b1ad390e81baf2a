package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

  /**
   * Some instances get all requests of others, which get none that are new.
   *
   * <p>Every balancer that checks sees those up that gain.
   *
   * @param from empty where nobody served
   * @param atOnce whether every balancer does it in one act; otherwise those that gain do so before
   *     the others lose
   */
  record Switch(String role, SortedSet<Instance> to, SortedSet<Instance> from, boolean atOnce)
      implements TrafficStep {
    public Switch {
      to = Collections.unmodifiableSortedSet(new TreeSet<>(to));
      from = Collections.unmodifiableSortedSet(new TreeSet<>(from));
      if (to.isEmpty()) {
        throw new IllegalArgumentException("a switch needs somebody to switch to");
      }
    }

    @Override
    public Traffic applyTo(Traffic before) {
      Traffic after = before.joined(to).whole();
      for (Instance instance : from) {
        after = after.with(instance, MemberState.DRAINING);
      }
      return after;
    }

    /** Returns the traffic in which both get requests. */
    public Traffic gained(Traffic before) {
      return before.joined(to);
    }

    @Override
    public String render(Naming naming) {
      return from.isEmpty()
          ? "send all requests to %s".formatted(names(to, naming))
          : "switch all requests from %s to %s, %s"
              .formatted(
                  names(from, naming),
                  names(to, naming),
                  atOnce ? "at once" : "who gains before who loses");
    }
  }

  /**
   * Some instances together get a share of the requests, and the others that serve get the rest;
   * the routing takes the place of the former one.
   *
   * <p>Every balancer that checks sees those up that the share is for. A share of all requests is a
   * {@link Switch}.
   *
   * @param share nothing, where the routing alone sends requests or copies of them
   */
  record Shift(String role, SortedSet<Instance> candidates, Share share, Routing routing)
      implements TrafficStep {
    public Shift {
      candidates = Collections.unmodifiableSortedSet(new TreeSet<>(candidates));
      boolean isNothing = share.equals(Share.NONE) && routing.equals(Routing.NONE);
      if (candidates.isEmpty() || isNothing || share.equals(Share.ALL)) {
        throw new IllegalArgumentException(
            "%s for %s is no shift of a part".formatted(share, candidates));
      }
    }

    @Override
    public Traffic applyTo(Traffic before) {
      return before.split(candidates, share).with(routing);
    }

    @Override
    public String render(Naming naming) {
      String whom = names(candidates, naming);
      var parts = new ArrayList<String>();
      if (!share.equals(Share.NONE)) {
        parts.add("send %s of the requests to %s".formatted(share, whom));
      }
      routing.texts(whom).forEach(parts::add);
      return String.join("; ", parts);
    }
  }

  private static String names(SortedSet<Instance> instances, Naming naming) {
    return instances.stream().map(naming::of).collect(Collectors.joining(", "));
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
