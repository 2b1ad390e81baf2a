package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.istio.Cluster.Kind;
import dev.slipway.agent.balancer.istio.Cluster.Reply;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.Optional;
import java.util.Set;

/**
 * One http route of a VirtualService.
 *
 * <p>A change is one write that succeeds only if nobody has written the object since it was read;
 * if somebody has, both are read and the change is made anew, so that nobody's change is lost.
 */
final class IstioBalancer implements Balancer {
  /** A proxy takes a new VirtualService as a whole; proxies follow one another. */
  private static final Set<Capability> CAPABILITIES =
      Set.of(Capability.WEIGHTS, Capability.ONE_SHOT_SWITCH, Capability.MATCH);

  /** Who meets others more often than this does not meet them by chance. */
  private static final int TRIES = 8;

  private final BalancerSpec.Istio spec;
  private final Route route;
  private final Cluster cluster;

  IstioBalancer(BalancerSpec.Istio spec, Route route, Cluster cluster) {
    this.spec = spec;
    this.route = route;
    this.cluster = cluster;
  }

  /** Both objects as they were read, or why there is nothing to be seen. */
  private sealed interface Look {
    record Seen(Kept virtualService, HttpRoutes routes, String generation) implements Look {
      Answer.Now now() {
        return new Answer.Now(routes.observed(), generation);
      }
    }

    record Not(Answer answer) implements Look {}
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
  public Answer observe() {
    return switch (look()) {
      case Look.Seen seen -> seen.now();
      case Look.Not(var answer) -> answer;
    };
  }

  @Override
  public Answer make(Traffic wanted, Epoch epoch) {
    Optional<String> objection = objection(wanted);
    if (objection.isPresent()) {
      return new Answer.Refused(objection.get());
    }
    return switch (Weights.of(wanted)) {
      case Flattening.Refused(var reason) -> new Answer.Refused(reason);
      case Flattening.Flat(var flat) -> make(wanted, flat, epoch);
    };
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static Optional<String> objection(Traffic wanted) {
    if (wanted.nobody() instanceof Nobody.Park) {
      return Optional.of("Istio cannot park requests");
    }
    if (wanted.routing().mirror().isPresent()) {
      return Optional.of("a mirror is not carried by Istio: its copies cannot be marked as such");
    }
    return wanted.routing().sticky().isPresent()
        ? Optional.of("users are not kept by Istio: it draws again for each request")
        : Optional.empty();
  }

  private Answer make(Traffic wanted, FlatTraffic flat, Epoch epoch) {
    for (int i = 0; i < TRIES; i++) {
      Optional<Answer> answer = attempt(wanted, flat, epoch);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return new Answer.Refused(
        "%s was written by others %d times while it was to be changed; find out who else writes it"
            .formatted(virtualService(), TRIES));
  }

  /** Empty if somebody else was faster. */
  private Optional<Answer> attempt(Traffic wanted, FlatTraffic flat, Epoch epoch) {
    return switch (look()) {
      case Look.Not(var answer) -> Optional.of(answer);
      case Look.Seen seen -> {
        Optional<String> objection = objection(seen, wanted, epoch);
        if (objection.isPresent()) {
          yield refused(objection.get());
        }
        Kept before = seen.virtualService();
        Kept after = Stamp.on(before.with(seen.routes().with(wanted, flat)), epoch);
        yield after.equals(before)
            ? Optional.of(compared(seen.now(), flat))
            : written(cluster.write(Kind.VIRTUAL_SERVICE, spec.virtualService(), after), flat);
      }
    };
  }

  private Optional<String> objection(Look.Seen seen, Traffic wanted, Epoch epoch) {
    return Stamp.objection(seen.virtualService(), epoch)
        .map(reason -> "%s: %s".formatted(virtualService(), reason))
        .or(() -> stranger(seen, wanted))
        .or(() -> seen.routes().clash(wanted.rules()));
  }

  private Optional<String> stranger(Look.Seen seen, Traffic wanted) {
    var known = seen.now().observed().members();
    return wanted.members().entrySet().stream()
        .filter(member -> member.getValue().state() != MemberState.OUT)
        .map(member -> member.getKey())
        .filter(instance -> !known.containsKey(instance))
        .map(this::stranger)
        .findFirst();
  }

  private String stranger(Instance instance) {
    return Optional.ofNullable(route.servers().get(instance))
        .map(server ->
            "%s has no subset '%s' in DestinationRule '%s' in namespace '%s'; add it there"
                .formatted(instance, server.name(), spec.destinationRule(), spec.namespace()))
        .orElse("%s is none of the members of '%s'".formatted(instance, route.backend()));
  }

  private Optional<Answer> written(Reply reply, FlatTraffic flat) {
    return switch (reply) {
      case Reply.Conflict _ -> Optional.empty();
      case Reply.Refused(var reason) -> refused(reason);
      case Reply.Unreachable(var reason) -> Optional.of(new Answer.Unreachable(reason));
      case Reply.Found _ -> Optional.of(compared(observe(), flat));
    };
  }

  private static Optional<Answer> refused(String reason) {
    return Optional.of(new Answer.Refused(reason));
  }

  private static Answer compared(Answer answer, FlatTraffic flat) {
    if (answer instanceof Answer.Now(var observed, var _)) {
      var differences = Answer.differences(observed, flat);
      if (!differences.isEmpty()) {
        return new Answer.Refused("read back otherwise: " + String.join("; ", differences));
      }
    }
    return answer;
  }

  private Look look() {
    return switch (cluster.read(Kind.DESTINATION_RULE, spec.destinationRule())) {
      case Reply.Found(var rule) ->
          switch (cluster.read(Kind.VIRTUAL_SERVICE, spec.virtualService())) {
            case Reply.Found(var service) -> look(rule, service);
            case Reply other -> not(other);
          };
      case Reply other -> not(other);
    };
  }

  private Look look(Kept destinationRule, Kept service) {
    var routes =
        new HttpRoutes(service.spec(), route.backend(), Subsets.of(destinationRule.spec(), route));
    return routes
        .objection()
        .<Look>map(reason ->
            new Look.Not(new Answer.Refused("%s: %s".formatted(virtualService(), reason))))
        .orElseGet(
            () -> new Look.Seen(service, routes, service.uid() + " " + destinationRule.uid()));
  }

  private static Look not(Reply reply) {
    return new Look.Not(
        switch (reply) {
          case Reply.Refused(var reason) -> new Answer.Refused(reason);
          case Reply.Unreachable(var reason) -> new Answer.Unreachable(reason);
          case Reply.Found _, Reply.Conflict _ ->
              new Answer.Unreachable("the API server answered a question as if it were a write");
        });
  }

  private String virtualService() {
    return "VirtualService '%s' in namespace '%s'"
        .formatted(spec.virtualService(), spec.namespace());
  }

  /** Lets this agent write the VirtualService from now on, and no other. */
  Act takeOver(Epoch epoch) {
    for (int i = 0; i < TRIES; i++) {
      Reply reply = cluster.read(Kind.VIRTUAL_SERVICE, spec.virtualService());
      if (reply instanceof Reply.Found(var service)) {
        reply =
            cluster.write(Kind.VIRTUAL_SERVICE, spec.virtualService(), Stamp.on(service, epoch));
      }
      switch (reply) {
        case Reply.Found _ -> {
          return new Act.Done("taken over", 0);
        }
        case Reply.Refused(var reason) -> {
          return new Act.Refused(reason);
        }
        case Reply.Unreachable(var reason) -> {
          return new Act.Unreachable(reason);
        }
        case Reply.Conflict _ -> {
          // Read again: it is another object now.
        }
      }
    }
    return new Act.Refused("%s is written by others all the time".formatted(virtualService()));
  }
}
