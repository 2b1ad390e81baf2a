package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.balancer.machine.Stillness;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.IdentityRefusedException;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One backend of one HAProxy. Servers that are not in the route are never touched. */
final class HaproxyBalancer implements Balancer {
  /** So many reloads by others may cut into one change; more are no accident. */
  private static final int LIVES_MAX = 3;

  private final String name;
  private final Route route;
  private final Backend backend;
  private final RuleMaps maps;
  private final Guard guard;
  private final Twin twin;
  private final Stillness stillness;

  HaproxyBalancer(
      String name,
      Route route,
      Backend backend,
      RuleMaps maps,
      Guard guard,
      Twin twin,
      Stillness stillness) {
    this.name = name;
    this.route = route;
    this.backend = backend;
    this.maps = maps;
    this.guard = guard;
    this.twin = twin;
    this.stillness = stillness;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.WEIGHTS,
        Capability.DRAIN_COUNTS,
        Capability.WITNESS,
        Capability.COUNTERS,
        Capability.MEANS,
        Capability.MATCH);
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
  public Counted counted() {
    try {
      // First the generation: counts of a process that has ended meanwhile are none of its own.
      var generation = backend.generation();
      return new Counted.Now(backend.tallies(route.servers(), generation), generation);
    } catch (RefusedException e) {
      return new Counted.Unknown(e.reason());
    } catch (IOException e) {
      return new Counted.Unknown(String.valueOf(e.getMessage()));
    }
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
      return new Answer.Unreachable(String.valueOf(e.getMessage()), stillness.proof());
    }
  }

  private Optional<String> objection(Traffic wanted) {
    if (wanted.sticky().isPresent() || wanted.mirror().isPresent()) {
      return Optional.of("sticky users and mirrors are not steered through the runtime API");
    }
    if (!wanted.rules().isEmpty() && !maps.areKept()) {
      return Optional.of(maps.lacking());
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
      for (int life = 0; life < LIVES_MAX; life++) {
        var told = told(wanted);
        if (!twin.keep(backend.name(), backend.shown(), names())) {
          return told;
        }
        // A process that began before the file was whole has read the one before.
        if (backend.generation().equals(told.generation())) {
          return told;
        }
      }
      throw new RefusedException("it is reloaded again and again while it is told");
    });
  }

  private Set<String> names() {
    return route.servers().values().stream()
        .map(Route.Server::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Answer.Now told(Traffic wanted) throws IOException, RefusedException {
    var states = backend.states();
    var weights = weights(wanted, states);
    var changes = changes(wanted, weights, states).lines();
    // A rule reaches servers that drain too, so they leave the rules before they leave the pool.
    var steered = obey(wanted, maps.now(), server -> serves(states.get(server)));
    for (String commands : changes) {
      backend.tell(commands);
    }
    obey(wanted, steered, _ -> true);
    var answer = now();
    var differences = differences(wanted, weights, answer.observed());
    if (!differences.isEmpty()) {
      throw new RefusedException("read back otherwise: " + String.join("; ", differences));
    }
    return answer;
  }

  private static boolean serves(@Nullable ServerState state) {
    return state != null && state.state() == MemberState.SERVING;
  }

  /**
   * Lets requests obey the rules, whose tracks have those of the wanted servers that may serve.
   *
   * @param now what the maps hold; empty where there are none
   * @return what they hold then
   */
  private Optional<RuleMaps.Lines> obey(
      Traffic wanted, Optional<RuleMaps.Lines> now, Predicate<String> may)
      throws IOException, RefusedException {
    boolean ruled = !wanted.rules().isEmpty();
    if (now.isEmpty()) {
      if (ruled) {
        throw new RefusedException(maps.lacking());
      }
      return now;
    }
    if (now.get().leadsTo(names())) {
      var lines = RuleMaps.Lines.of(wanted.rules(), serving(wanted, may));
      maps.become(lines, now.get());
      return Optional.of(lines);
    }
    if (ruled) {
      throw new RefusedException(
          "backend %s: the rules of another application are in force".formatted(backend.name()));
    }
    return now;
  }

  private Map<String, List<String>> serving(Traffic wanted, Predicate<String> may) {
    var serving = new TreeMap<String, List<String>>();
    for (Instance instance : wanted.serving()) {
      var track = Objects.requireNonNull(wanted.members().get(instance)).track();
      if (may.test(server(instance))) {
        serving.computeIfAbsent(track, _ -> new ArrayList<>()).add(server(instance));
      }
    }
    return serving;
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
            base.put(instance, state.initialWeight());
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
        throw new RefusedException(backend.missing(server));
      }
    }
    return changes;
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
    if (!observed.routing().equals(wanted.routing())) {
      differences.add("the rules are %s, wanted %s".formatted(observed.routing(), wanted.rules()));
    }
    return differences;
  }

  private Answer.Now now() throws IOException, RefusedException {
    var generation = backend.generation();
    var states = backend.states();
    var sessions = backend.sessions(states);
    var seen = new TreeMap<Instance, Observed.Seen>();
    route
        .servers()
        .forEach((instance, server) -> {
          ServerState state = states.get(server.name());
          if (state != null) {
            seen.put(instance, seen(state, Optional.ofNullable(sessions.get(server.name()))));
          }
        });
    var rules = maps.now().filter(lines -> lines.leadsTo(names()));
    var routing = rules.map(RuleMaps.Lines::routing).orElse(Routing.NONE);
    return new Answer.Now(new Observed(seen, routing), generation);
  }

  /** HAProxy remembers the weight of a server that it sends nothing to; applied it is not. */
  private static Observed.Seen seen(ServerState server, Optional<Integer> sessions) {
    return new Observed.Seen(
        server.state() == MemberState.SERVING ? server.weight() : 0,
        server.state(),
        server.witness(),
        sessions.map(OptionalInt::of).orElse(OptionalInt.empty()),
        server.isIdle());
  }

  private String server(Instance instance) {
    Route.Server server = route.servers().get(instance);
    return server == null ? "" : server.name();
  }
}
