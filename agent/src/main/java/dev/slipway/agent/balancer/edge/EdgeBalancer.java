package dev.slipway.agent.balancer.edge;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.balancer.edge.PoolSpec.CheckSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.ParkSpec;
import dev.slipway.agent.balancer.edge.Response.MemberView;
import dev.slipway.agent.balancer.edge.Response.PoolView;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One pool of an edge. The edge swaps a whole pool in one act, so the order of additions and
 * removals is no concern of the adapter.
 */
final class EdgeBalancer implements Balancer {
  private static final Set<Capability> CAPABILITIES =
      Set.of(
          Capability.WEIGHTS,
          Capability.ONE_SHOT_SWITCH,
          Capability.DRAIN_COUNTS,
          Capability.WITNESS,
          Capability.PARKING,
          Capability.COUNTERS,
          Capability.MEANS,
          Capability.TIMES,
          Capability.MATCH,
          Capability.STICKY,
          Capability.MIRROR,
          Capability.COMPARE);

  /** A member that no pool has yet: nothing is sent there, and it can be. */
  private static final Seen OUT =
      new Seen(0, MemberState.OUT, Observed.Witness.NONE, OptionalInt.of(0));

  private final BalancerSpec.Edge spec;
  private final Route route;
  private final Optional<CheckSpec> check;
  private final ControlClient client;

  EdgeBalancer(
      BalancerSpec.Edge spec, Route route, Optional<CheckSpec> check, ControlClient client) {
    this.spec = spec;
    this.route = route;
    this.check = check;
    this.client = client;
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Answer make(Traffic wanted, Epoch epoch) {
    return switch (wanted.flatten(PoolSpec.WEIGHT_MAX)) {
      case Flattening.Refused(var reason) -> new Answer.Refused(reason);
      case Flattening.Flat(var flat) -> make(wanted, flat, epoch);
    };
  }

  @Override
  public Answer observe() {
    return answer(look());
  }

  private ControlClient.Result look() {
    return switch (client.ask(new Request.Observe(route.backend()))) {
      // A pool that nobody has made yet is no fault: all are out, and make brings it.
      case ControlClient.Result.Answered(Response.Refused(Response.Code code, var _))
          when code == Response.Code.UNKNOWN_POOL ->
          client.ask(new Request.Status());
      case ControlClient.Result result -> result;
    };
  }

  @Override
  public Counted counted() {
    return switch (look()) {
      case ControlClient.Result.Unreachable(var reason) -> new Counted.Unknown(reason);
      case ControlClient.Result.Answered(Response.Refused(var _, var reason)) ->
          new Counted.Unknown(reason);
      case ControlClient.Result.Answered(Response.Now now) -> counted(now);
    };
  }

  private Counted counted(Response.Now now) {
    var views = views(now);
    var tallies = new TreeMap<Instance, Tally>();
    route
        .servers()
        .forEach((instance, server) -> {
          MemberView view = views.get(server.name());
          if (view != null) {
            tallies.put(instance, view.tally().tally());
          }
        });
    Compared compared =
        own(now)
            .flatMap(pool -> pool.compared().stream())
            .map(Response.ComparedView::counts)
            .findFirst()
            .orElse(Compared.NONE);
    return new Counted.Now(tallies, compared, now.generation());
  }

  @Override
  public Answer leave(Epoch epoch) {
    return switch (client.ask(new Request.Forget(epoch, route.backend()))) {
      case ControlClient.Result.Answered(Response.Refused(Response.Code code, var _))
          when code == Response.Code.UNKNOWN_POOL ->
          observe();
      case ControlClient.Result result -> answer(result);
    };
  }

  @Override
  public void close() {
    // Every question has a connection of its own.
  }

  private Answer make(Traffic traffic, FlatTraffic flat, Epoch epoch) {
    var members = new ArrayList<MemberSpec>();
    for (var wanted : flat.members().entrySet()) {
      Route.Server server = route.servers().get(wanted.getKey());
      if (server == null) {
        return new Answer.Refused(
            "%s has no server in pool '%s'".formatted(wanted.getKey(), route.backend()));
      }
      members.add(member(server, wanted.getValue()));
    }
    var routing = RoutingSpec.of(traffic, this::server);
    var pool =
        new PoolSpec(
            route.backend(), spec.listen(), members, ParkSpec.of(flat.nobody()), check, routing);
    var answer = answer(client.ask(new Request.Make(epoch, pool)));
    if (answer instanceof Answer.Now(var observed, var _)) {
      var differences = Answer.differences(observed, flat);
      if (!differences.isEmpty()) {
        return new Answer.Refused("read back otherwise: " + String.join("; ", differences));
      }
    }
    return answer;
  }

  private String server(Instance instance) {
    return Objects.requireNonNull(route.servers().get(instance)).name();
  }

  private static MemberSpec member(Route.Server server, FlatTraffic.FlatMember wanted) {
    return new MemberSpec(
        server.name(), server.address(), server.port(), wanted.weight(), wanted.state());
  }

  private Answer answer(ControlClient.Result result) {
    return switch (result) {
      case ControlClient.Result.Unreachable(var reason) -> new Answer.Unreachable(reason);
      case ControlClient.Result.Answered(Response.Refused(var _, var reason)) ->
          new Answer.Refused(reason);
      case ControlClient.Result.Answered(Response.Now now) ->
          new Answer.Now(observed(now), now.generation());
    };
  }

  private Map<String, MemberView> views(Response.Now now) {
    var views = new HashMap<String, MemberView>();
    own(now).forEach(pool -> pool.members().forEach(member -> views.put(member.name(), member)));
    return views;
  }

  private Stream<PoolView> own(Response.Now now) {
    return now.pools().stream().filter(pool -> pool.name().equals(route.backend()));
  }

  private Routing routing(Response.Now now) {
    return own(now)
        .flatMap(pool -> pool.routing().stream())
        .map(RoutingSpec::routing)
        .findFirst()
        .orElse(Routing.NONE);
  }

  private Observed observed(Response.Now now) {
    var views = views(now);
    var seen = new TreeMap<Instance, Seen>();
    route
        .servers()
        .forEach((instance, server) -> {
          MemberView view = views.get(server.name());
          seen.put(instance, view == null ? OUT : seen(view));
        });
    return new Observed(seen, routing(now));
  }

  private static Seen seen(MemberView view) {
    return new Seen(view.weight(), view.state(), view.witness(), OptionalInt.of(view.sessions()));
  }
}
