package dev.slipway.agent.balancer.haproxy;

import dev.slipway.strategies.traffic.MemberState;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that lead from what is to what is wanted, in the order in which no request is lost
 * and no member gets more than it has or is to have.
 *
 * <p>First those that stay get more, then the new ones come, then the old ones go, and last those
 * that stay get less.
 */
final class Changes {
  /** HAProxy reads a line into one buffer of 16 KiB. */
  private static final int LINE_MAX = 8_000;

  private final String backend;
  private final List<String> more = new ArrayList<>();
  private final List<String> coming = new ArrayList<>();
  private final List<String> going = new ArrayList<>();
  private final List<String> less = new ArrayList<>();

  Changes(String backend) {
    this.backend = backend;
  }

  /**
   * Adds what one server needs; a server that is as wanted needs nothing, not even a repetition.
   */
  void add(String server, ServerState now, MemberState wanted, int weight) {
    boolean same = now.state() == wanted;
    if (wanted != MemberState.SERVING) {
      if (!same) {
        going.add(state(server, wanted == MemberState.OUT ? "maint" : "drain"));
      }
    } else if (!same) {
      // The weight comes first: a server that is made ready gets requests at once.
      if (now.weight() != weight) {
        coming.add(weight(server, weight));
      }
      coming.add(state(server, "ready"));
    } else if (weight == 0 && now.weight() != 0) {
      going.add(weight(server, weight));
    } else if (now.weight() != weight) {
      (weight > now.weight() ? more : less).add(weight(server, weight));
    }
  }

  /** Returns the commands as few lines, each of which HAProxy works off without a pause. */
  List<String> lines() {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var commands : List.of(more, coming, going, less)) {
      for (String command : commands) {
        if (line.length() + command.length() > LINE_MAX) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : ";").append(command);
      }
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }

  private String state(String server, String state) {
    return "set server %s/%s state %s".formatted(backend, server, state);
  }

  private String weight(String server, int weight) {
    return "set server %s/%s weight %d".formatted(backend, server, weight);
  }
}
