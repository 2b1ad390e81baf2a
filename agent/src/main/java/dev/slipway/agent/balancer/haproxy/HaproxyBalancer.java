package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.IdentityRefusedException;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** One backend of one HAProxy. Servers that are not in the route are never touched. */
final class HaproxyBalancer implements Balancer {
  private final String name;
  private final Route route;
  private final Line line;
  private final Guard guard;

  HaproxyBalancer(String name, Route route, Line line, Guard guard) {
    this.name = name;
    this.route = route;
    this.line = line;
    this.guard = guard;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.WEIGHTS, Capability.DRAIN_COUNTS);
  }

  @Override
  public Answer make(Traffic wanted, Epoch epoch) {
    return objection(wanted)
        .<Answer>map(Answer.Refused::new)
        .orElseGet(() -> guard.within(epoch, () -> make(wanted)));
  }

  @Override
  public Answer observe() {
    return asking(this::now);
  }

  @Override
  public void close() {
    // Every command has a connection of its own; the machine's is closed by its owner.
  }

  /** What may fail because HAProxy cannot be asked, or because it says no. */
  private interface Asking {
    Answer answer() throws IOException, RefusedException;
  }

  private Answer asking(Asking asking) {
    try {
      return asking.answer();
    } catch (RefusedException e) {
      return new Answer.Refused(e.reason());
    } catch (IdentityRefusedException e) {
      return new Answer.Refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Answer.Unreachable(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> objection(Traffic wanted) {
    if (!wanted.rules().isEmpty() || wanted.mirror().isPresent()) {
      return Optional.of("match rules and mirrors are not steered through the runtime API");
    }
    if (wanted.nobody() instanceof Nobody.Park) {
      return Optional.of("HAProxy cannot park requests");
    }
    for (Instance instance : wanted.members().keySet()) {
      if (!route.servers().containsKey(instance)) {
        return Optional.of("%s has no server in %s".formatted(instance, route.backend()));
      }
    }
    return wanted.flatten(Weights.SCALE) instanceof Flattening.Refused(var reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private Answer make(Traffic wanted) {
    return asking(() -> {
      var states = states();
      var weights = weights(wanted, states);
      for (String command : changes(wanted, weights, states).lines()) {
        var reply = line.ask(command);
        if (!reply.isBlank()) {
          throw new RefusedException(Parsing.shown(reply));
        }
      }
      var answer = now();
      var differences = differences(wanted, weights, answer.observed());
      if (!differences.isEmpty()) {
        throw new RefusedException("read back otherwise: " + String.join("; ", differences));
      }
      return answer;
    });
  }

  private Map<Instance, Integer> weights(Traffic wanted, Map<String, ServerState> states)
      throws RefusedException {
    var base = new TreeMap<Instance, Integer>();
    wanted
        .members()
        .keySet()
        .forEach(instance -> {
          ServerState state = states.get(server(instance));
          if (state != null) {
            base.put(instance, state.baseWeight());
          }
        });
    return switch (new Weights(wanted, base).compute()) {
      case Weights.Applied.Exactly(var exactly) -> exactly;
      case Weights.Applied.TooCoarse(var reason) -> throw new RefusedException(reason);
    };
  }

  private Changes changes(
      Traffic wanted, Map<Instance, Integer> weights, Map<String, ServerState> states)
      throws IOException, RefusedException {
    var changes = new Changes(route.backend());
    for (Map.Entry<Instance, Route.Server> entry : route.servers().entrySet()) {
      var server = entry.getValue().name();
      MemberState state = wanted.state(entry.getKey());
      ServerState now = states.get(server);
      if (now != null) {
        changes.add(server, now, state, weights.getOrDefault(entry.getKey(), 0));
      } else if (state != MemberState.OUT) {
        throw new RefusedException(missing(server));
      }
    }
    return changes;
  }

  /** Lets HAProxy say in its own words that it has no such server. */
  private String missing(String server) throws IOException {
    var path = route.backend() + "/" + server;
    return path + ": " + Parsing.shown(line.ask("get weight " + path));
  }

  private List<String> differences(
      Traffic wanted, Map<Instance, Integer> weights, Observed observed) {
    var differences = new ArrayList<String>();
    observed
        .members()
        .forEach((instance, seen) -> {
          MemberState state = wanted.state(instance);
          int weight = weights.getOrDefault(instance, 0);
          if (seen.state() != state) {
            differences.add("%s is %s, wanted %s".formatted(instance, seen.state(), state));
          } else if (seen.weight() != weight) {
            differences.add(
                "%s has weight %d, wanted %d".formatted(instance, seen.weight(), weight));
          }
        });
    return differences;
  }

  private Answer.Now now() throws IOException, RefusedException {
    var generation = Parsing.generation(line.ask("show info"));
    var states = states();
    var sessions = sessions(states);
    var seen = new TreeMap<Instance, Observed.Seen>();
    route
        .servers()
        .forEach((instance, server) -> {
          ServerState state = states.get(server.name());
          if (state != null) {
            seen.put(instance, seen(state, Optional.ofNullable(sessions.get(server.name()))));
          }
        });
    return new Answer.Now(new Observed(seen), generation);
  }

  /** HAProxy remembers the weight of a server that it sends nothing to; applied it is not. */
  private static Observed.Seen seen(ServerState server, Optional<Integer> sessions) {
    return new Observed.Seen(
        server.state() == MemberState.SERVING ? server.weight() : 0,
        server.state(),
        server.witness(),
        sessions.map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  private Map<String, ServerState> states() throws IOException, RefusedException {
    var reply = line.ask("show servers state " + route.backend());
    var states = Parsing.states(reply, route.backend());
    if (states.isEmpty()) {
      throw new RefusedException("backend %s: %s".formatted(route.backend(), Parsing.shown(reply)));
    }
    return states.get();
  }

  private Map<String, Integer> sessions(Map<String, ServerState> states) throws IOException {
    var first = states.values().stream().findFirst();
    return first.isEmpty()
        ? Map.of()
        : Parsing.sessions(
            line.ask("show stat %d 4 -1".formatted(first.get().backendId())), route.backend());
  }

  private String server(Instance instance) {
    Route.Server server = route.servers().get(instance);
    return server == null ? "" : server.name();
  }
}
