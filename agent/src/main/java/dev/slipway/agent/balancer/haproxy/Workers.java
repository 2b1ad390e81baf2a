package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.machine.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The workers of before the last reload, which finish what they began.
 *
 * <p>The runtime socket leads to the newest worker only. A member may be idle there while an older
 * one still waits for its answer.
 */
interface Workers {

  /** Returns the requests in flight at former workers, by server of a backend. */
  Map<String, Integer> sessions(String backend) throws IOException;

  /** Returns workers of which nothing is known; they are taken for gone. */
  static Workers unseen() {
    return _ -> Map.of();
  }

  /** Returns the workers that a master tells of. */
  static Workers of(Line master) {
    return backend -> {
      var sessions = new HashMap<String, Integer>();
      for (String process : former(ask(master, "show proc"))) {
        of(master, process, backend)
            .forEach((server, count) -> sessions.merge(server, count, Integer::sum));
      }
      return sessions;
    };
  }

  private static Map<String, Integer> of(Line master, String process, String backend)
      throws IOException {
    var reply = ask(master, "@!%s show stat -1 4 -1".formatted(process));
    // One that ended between the two questions has nothing left to finish.
    return !reply.startsWith("# pxname,") && !former(ask(master, "show proc")).contains(process)
        ? Map.of()
        : Parsing.sessions(reply, backend);
  }

  /** A master goes on listening after its reply until it is told that this was all. */
  private static String ask(Line master, String command) throws IOException {
    return master.ask(command + "\nquit");
  }

  /** Reads {@code show proc}: the process ids below {@code # old workers}. */
  static List<String> former(String reply) throws IOException {
    if (!reply.startsWith("#<PID>")) {
      throw new IOException("'%s' is no list of processes".formatted(Parsing.shown(reply)));
    }
    var former = new ArrayList<String>();
    boolean old = false;
    for (String line : reply.lines().toList()) {
      if (line.startsWith("#")) {
        old = line.startsWith("# old workers");
      } else if (old && line.matches("[0-9]+\\s+worker\\s.*")) {
        former.add(line.split("\\s+", 2)[0]);
      }
    }
    return former;
  }
}
