package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One backend of one HAProxy, as the runtime API shows it and takes commands for it. */
final class Backend {
  private final String name;
  private final Line line;
  private final Workers workers;
  private final Averages averages = new Averages();

  Backend(String name, Line line, Workers workers) {
    this.name = name;
    this.line = line;
    this.workers = workers;
  }

  String name() {
    return name;
  }

  /** Returns what tells the present process from the one before and the one after. */
  String generation() throws IOException {
    return Parsing.generation(line.ask("show info"));
  }

  /** Returns the servers as HAProxy prints them. */
  String shown() throws IOException {
    return line.ask("show servers state " + name);
  }

  Map<String, ServerState> states() throws IOException, RefusedException {
    var reply = shown();
    var states = Parsing.states(reply, name);
    if (states.isEmpty()) {
      throw new RefusedException("backend %s: %s".formatted(name, Parsing.shown(reply)));
    }
    return states.get();
  }

  /** Returns requests in flight or queued, by server, at the present worker and former ones. */
  Map<String, Integer> sessions(Map<String, ServerState> states) throws IOException {
    var first = states.values().stream().findFirst();
    if (first.isEmpty()) {
      return Map.of();
    }
    // Former workers first: a reload in between makes the present one a former one, not the
    // reverse.
    var sessions = new HashMap<>(workers.sessions(name));
    Parsing.sessions(statistics(first.get()), name)
        .forEach((server, count) -> sessions.merge(server, count, Integer::sum));
    return sessions;
  }

  /**
   * Returns what the present worker has counted for those of these servers that it has.
   *
   * @param process its generation
   */
  Map<Instance, Tally> tallies(Map<Instance, Route.Server> servers, String process)
      throws IOException, RefusedException {
    var tallies = new TreeMap<Instance, Tally>();
    var first = states().values().stream().findFirst();
    if (first.isPresent()) {
      var counted = Parsing.tallies(statistics(first.get()), name, averages, process);
      servers.forEach((instance, server) -> {
        Tally tally = counted.get(server.name());
        if (tally != null) {
          tallies.put(instance, tally);
        }
      });
    }
    return tallies;
  }

  /** Asks by number, since a backend may be named like one. */
  private String statistics(ServerState any) throws IOException {
    return line.ask("show stat %d 4 -1".formatted(any.backendId()));
  }

  /** Sends a command and returns what HAProxy says. */
  String ask(String command) throws IOException {
    return line.ask(command);
  }

  /** Sends commands that say nothing when they were taken. */
  void tell(String commands) throws IOException, RefusedException {
    var reply = line.ask(commands);
    if (!reply.isBlank()) {
      throw new RefusedException(Parsing.shown(reply));
    }
  }

  /** Lets HAProxy say in its own words that it has no such server. */
  String missing(String server) throws IOException {
    var path = name + "/" + server;
    return path + ": " + Parsing.shown(line.ask("get weight " + path));
  }
}
