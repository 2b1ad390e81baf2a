package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Tally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads HAProxy's replies by the names of their columns, and refuses what it does not know. */
final class Parsing {
  private static final String STATE_VERSION = "1";

  private static final List<String> ANSWERED =
      List.of("hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other");

  private Parsing() {}

  /**
   * Reads {@code show servers state}: the servers of one backend by name, empty if the reply is an
   * error of HAProxy's.
   *
   * @throws IOException if the form is not the one that we know
   */
  static Optional<Map<String, ServerState>> states(String reply, String backend)
      throws IOException {
    var lines = reply.strip().lines().toList();
    if (lines.size() < 2 || !lines.get(1).startsWith("# be_id ")) {
      return Optional.empty();
    }
    if (!lines.getFirst().equals(STATE_VERSION)) {
      throw new IOException(
          "HAProxy shows its servers' state in version '%s'; only version %s is known"
              .formatted(lines.getFirst(), STATE_VERSION));
    }
    var columns = columns(lines.get(1).substring(2).split(" ", -1));
    var states = new LinkedHashMap<String, ServerState>();
    for (String line : lines.subList(2, lines.size())) {
      var row = new Row(columns, List.of(line.split(" ", -1)));
      if (row.text("be_name").equals(backend)) {
        states.put(row.text("srv_name"), state(row));
      }
    }
    return Optional.of(states);
  }

  private static ServerState state(Row row) throws IOException {
    return new ServerState(
        row.number("be_id"),
        row.number("srv_op_state"),
        row.number("srv_admin_state"),
        row.number("srv_uweight"),
        row.number("srv_iweight"),
        row.number("srv_check_state"));
  }

  /** Reads {@code show stat}: requests and connections in flight or queued, by server. */
  static Map<String, Integer> sessions(String reply, String backend) throws IOException {
    var sessions = new HashMap<String, Integer>();
    for (Row row : statistics(reply, backend)) {
      sessions.put(row.text("svname"), row.number("scur") + row.number("qcur"));
    }
    return sessions;
  }

  /** Reads {@code show stat}: what was counted, by server. */
  static Map<String, Tally> tallies(String reply, String backend, Averages averages, String process)
      throws IOException {
    var tallies = new HashMap<String, Tally>();
    for (Row row : statistics(reply, backend)) {
      // Statuses are those that the server sent. A request that it did not answer is counted as
      // connection or response error, and as redispatch when another server got it then.
      long unanswered = row.sum(List.of("econ", "eresp", "wredis"));
      long answered = row.sum(ANSWERED);
      long errors = row.sum(List.of("hrsp_5xx")) + unanswered;
      var server = row.text("svname");
      var average = new Averages.Average(answered, row.sum(List.of("rtime")));
      var spent = averages.spent(process, server, average);
      tallies.put(server, new Tally(answered + unanswered, errors, List.of(), spent));
    }
    return tallies;
  }

  private static List<Row> statistics(String reply, String backend) throws IOException {
    var lines = reply.strip().lines().toList();
    if (lines.isEmpty() || !lines.getFirst().startsWith("# pxname,")) {
      throw new IOException("'%s' is no statistic of HAProxy's".formatted(shown(reply)));
    }
    var columns = columns(lines.getFirst().substring(2).split(",", -1));
    var rows = new ArrayList<Row>();
    for (String line : lines.subList(1, lines.size())) {
      var row = new Row(columns, Csv.fields(line));
      if (row.text("pxname").equals(backend)) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** Reads {@code show info}: what tells this process from the one before and the one after. */
  static String generation(String reply) throws IOException {
    var pid = value(reply, "Pid");
    var start = value(reply, "Start_time_sec");
    if (pid.isEmpty() || start.isEmpty()) {
      throw new IOException("'%s' names no Pid and Start_time_sec".formatted(shown(reply)));
    }
    return pid.get() + ":" + start.get();
  }

  private static Optional<String> value(String reply, String key) {
    return reply
        .lines()
        .filter(line -> line.startsWith(key + ": "))
        .map(line -> line.substring(key.length() + 2).strip())
        .findFirst();
  }

  /** Returns a reply that is an error, fit to be shown. */
  static String shown(String reply) {
    var text = reply.strip().replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= 300 ? text : text.substring(0, 300) + " …";
  }

  private static Map<String, Integer> columns(String[] names) {
    var columns = new HashMap<String, Integer>();
    for (int at = 0; at < names.length; at++) {
      columns.putIfAbsent(names[at], at);
    }
    return columns;
  }

  /** One line of a table. */
  private record Row(Map<String, Integer> columns, List<String> fields) {
    String text(String column) throws IOException {
      Integer at = columns.get(column);
      if (at == null || at >= fields.size()) {
        throw new IOException("HAProxy shows no column '%s'".formatted(column));
      }
      return fields.get(at);
    }

    int number(String column) throws IOException {
      var text = text(column);
      if (!text.matches("[0-9]{1,9}")) {
        throw new IOException("HAProxy shows '%s' as %s".formatted(shown(text), column));
      }
      return Integer.parseInt(text);
    }

    long sum(List<String> counts) throws IOException {
      long sum = 0;
      for (String column : counts) {
        var text = text(column);
        if (!text.matches("[0-9]{1,18}")) {
          throw new IOException(
              "HAProxy shows '%s' as %s; it counts answers in mode http only"
                  .formatted(shown(text), column));
        }
        sum = Math.addExact(sum, Long.parseLong(text));
      }
      return sum;
    }
  }
}
