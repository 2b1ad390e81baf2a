package dev.slipway.agent.manifest.ansible;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One entry of an environment's hosts: a name, or a range of names that are alike otherwise.
 *
 * @param before what stands before the number in the name; the whole name if there is no number
 * @param width how many digits the first number has; zero if there is no number
 * @param rest address, groups and reach, as they are written
 */
record HostLine(String before, int width, int first, int last, String after, String rest) {
  private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]{1,4})(\\D*)");
  private static final String LOCAL = "local";

  /** Returns an entry for each host, neighbours put together where a range says the same. */
  static List<HostLine> of(List<InventoryHost> hosts) {
    var lines = new ArrayList<HostLine>();
    for (InventoryHost host : hosts) {
      HostLine next = of(host);
      Optional<HostLine> joined = lines.isEmpty() ? Optional.empty() : lines.getLast().joined(next);
      joined.ifPresent(_ -> lines.removeLast());
      lines.add(joined.orElse(next));
    }
    return lines;
  }

  private static HostLine of(InventoryHost host) {
    Matcher numbered = NUMBERED.matcher(host.name());
    if (!numbered.matches()) {
      return new HostLine(host.name(), 0, 0, 0, "", rest(host));
    }
    int number = Integer.parseInt(numbered.group(2));
    return new HostLine(
        numbered.group(1),
        numbered.group(2).length(),
        number,
        number,
        numbered.group(3),
        rest(host));
  }

  private static String rest(InventoryHost host) {
    String address = host.variable("ansible_host", "ansible_ssh_host").orElse(host.name());
    var rest = new StringBuilder();
    if (host.variable("ansible_connection").filter(LOCAL::equals).isPresent()) {
      rest.append(", local: true");
    }
    if (!address.equals(host.name())) {
      String template = address.replace(host.name(), "{{host.name}}");
      rest.append(", address: \"").append(template).append('"');
    }
    if (!host.groups().isEmpty()) {
      rest.append(", groups: [").append(String.join(", ", host.groups())).append(']');
    }
    return rest.toString();
  }

  /** Returns a range of this one and the next, if the next is one further and alike otherwise. */
  private Optional<HostLine> joined(HostLine next) {
    boolean isNext =
        width > 0
            && next.first == last + 1
            && next.width == Math.max(width, String.valueOf(next.first).length())
            && before.equals(next.before)
            && after.equals(next.after)
            && rest.equals(next.rest);
    return isNext
        ? Optional.of(new HostLine(before, width, first, next.last, after, rest))
        : Optional.empty();
  }

  /** Returns the entry as a manifest has it. */
  String text() {
    String number = width == 0 ? "" : ("%0" + width + "d").formatted(first);
    String end = first == last ? "" : ("%0" + width + "d").formatted(last);
    String name =
        first == last ? before + number + after : before + "[" + number + ":" + end + "]" + after;
    return "{name: \"%s\"%s}".formatted(name, rest);
  }
}
