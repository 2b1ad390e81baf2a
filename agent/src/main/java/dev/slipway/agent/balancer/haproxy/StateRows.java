package dev.slipway.agent.balancer.haproxy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text of a state file: what {@code show servers state} prints, less what must not outlive a
 * process.
 *
 * <p>Kept are what is steered: administrative state and weight. Whether a server is up is found out
 * anew, because the file is as old as the last change: a server that was down then may be the only
 * one that is up now. The address is left to the configuration. The port cannot be: HAProxy takes
 * it from the file in any case.
 */
final class StateRows {
  private static final String HEADER = "# be_id ";
  private static final int FORCED_MAINTENANCE = 0x01;
  private static final int FORCED_DRAIN = 0x08;

  /** Forced maintenance, configured maintenance, forced drain: with other bits a row is refused. */
  private static final int KEPT = 0x0D;

  /** Columns that begin anew. */
  private static final Map<String, String> ANEW =
      Map.of(
          "srv_addr", "-",
          "srv_op_state", "2",
          "srv_time_since_last_change", "0",
          "srv_check_status", "0",
          "srv_check_result", "0",
          "srv_check_health", "0",
          "srv_check_state", "0",
          "srv_agent_state", "0");

  private StateRows() {}

  /** Returns a file's text without what a login shell may have printed before; empty if none. */
  static String of(String text) {
    int at = text.indexOf("1\n" + HEADER);
    return at < 0 ? "" : text.substring(at);
  }

  /**
   * Returns the text of the file: our servers as they are shown, others as the file before had
   * them. A server that is shown no more is left out.
   */
  static String merged(String shown, Set<String> ours, String former) {
    var present = rows(shown);
    var before = rows(former);
    boolean sameForm = header(shown).equals(header(former));
    var lines = new ArrayList<>(List.of("1", header(shown)));
    present.forEach((server, row) -> {
      if (ours.contains(server)) {
        lines.add(anew(header(shown), row));
      } else if (before.containsKey(server)) {
        lines.add(sameForm ? before.get(server) : anew(header(shown), row));
      }
    });
    return String.join("\n", lines) + "\n";
  }

  private static String header(String text) {
    return text.lines().filter(line -> line.startsWith(HEADER)).findFirst().orElse("").strip();
  }

  private static Map<String, String> rows(String text) {
    int name = columns(header(text)).getOrDefault("srv_name", Integer.MAX_VALUE);
    var rows = new LinkedHashMap<String, String>();
    for (String line : text.lines().skip(2).map(String::strip).toList()) {
      var fields = line.split(" ", -1);
      if (name < fields.length) {
        rows.put(fields[name], line);
      }
    }
    return rows;
  }

  private static Map<String, Integer> columns(String header) {
    var columns = new HashMap<String, Integer>();
    var names = header.isEmpty() ? new String[0] : header.substring(2).split(" ", -1);
    for (int at = 0; at < names.length; at++) {
      columns.putIfAbsent(names[at], at);
    }
    return columns;
  }

  private static String anew(String header, String row) {
    var columns = columns(header);
    var fields = Arrays.asList(row.split(" ", -1));
    ANEW.forEach((column, value) -> set(fields, columns.get(column), value));
    Integer admin = columns.get("srv_admin_state");
    if (admin != null && admin < fields.size()) {
      set(fields, admin, String.valueOf(kept(Integer.parseInt(fields.get(admin)))));
    }
    return String.join(" ", fields);
  }

  private static int kept(int adminState) {
    int kept = adminState & KEPT;
    return (kept & FORCED_MAINTENANCE) == 0 ? kept : kept & ~FORCED_DRAIN;
  }

  private static void set(
      List<String> fields, @org.jspecify.annotations.Nullable Integer at, String value) {
    if (at != null && at < fields.size()) {
      fields.set(at, value);
    }
  }
}
