package dev.slipway.agent.balancer.haproxy;

import java.util.ArrayList;
import java.util.List;

/** One line of comma-separated values; a value in double quotes may hold commas and quotes. */
final class Csv {
  private Csv() {}

  static List<String> fields(String line) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int at = 0; at < line.length(); at++) {
      char next = line.charAt(at);
      if (next == '"') {
        // A doubled quote inside quotes is one quote.
        if (quoted && at + 1 < line.length() && line.charAt(at + 1) == '"') {
          field.append('"');
          at++;
        } else {
          quoted = !quoted;
        }
      } else if (next == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(next);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
