package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.machine.Line;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One backend of one HAProxy, as the runtime API shows it and takes commands for it. */
final class Backend {
  private final String name;
  private final Line line;
  private final Workers workers;

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
    Parsing.sessions(line.ask("show stat %d 4 -1".formatted(first.get().backendId())), name)
        .forEach((server, count) -> sessions.merge(server, count, Integer::sum));
    return sessions;
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
