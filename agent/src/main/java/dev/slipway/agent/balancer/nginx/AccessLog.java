package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.Reply;
import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The access log of an nginx, from which its servers' requests are counted; nginx itself counts
 * none.
 *
 * <p>Only what is logged from the first look on is counted, each line once.
 */
final class AccessLog {
  /** The format that its owner gives the log, as nginx's {@code log_format} has it. */
  static final String FORMAT =
      "log_format slipway '$upstream_addr|$upstream_status|$upstream_response_time';";

  private static final String RESOURCE = "log.sh";
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  /** A log that nobody has looked at for so long is not read through: counts begin again. */
  private static final long UNREAD_MAX = 256L << 20;

  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
  private static final Pattern BEGINS =
      Pattern.compile("(?m)^slipway begins ([0-9]{1,20}) ([0-9]{1,18})$");
  private static final Pattern PLACE =
      Pattern.compile("(?m)^slipway place ([0-9]{1,18}) ([0-9]{1,9})$");
  private static final Pattern TALLY =
      Pattern.compile(
          "(?m)^slipway tally (\\S{1,255}) ([0-9]{1,9}) ([0-9]{1,9})((?: [0-9]{1,9})+)$");
  private static final Pattern END = Pattern.compile("(?m)^slipway end (done|missing|unreadable)$");

  private final Machine machine;
  private final String file;
  private final Route route;
  private final String script = Hand.script(RESOURCE);
  private final Map<String, Tally> counted = new TreeMap<>();
  private String inode = "0";
  private long offset;
  private int beginnings;

  AccessLog(Machine machine, String file, Route route) {
    this.machine = machine;
    this.file = file;
    this.route = route;
  }

  /** Returns whether it tells all members apart: the log has addresses, and no names. */
  static boolean tells(Route route) {
    return route.servers().values().stream()
        .allMatch(server -> LITERAL.matcher(server.address()).matches());
  }

  /** Reads what was logged since the last time. */
  synchronized Counted counted() {
    var command =
        Command.of("sh", "-c", script, RESOURCE, file, inode, "" + offset, "" + UNREAD_MAX);
    return switch (machine.run(command, Input.NONE, PATIENCE)) {
      case Reply.Exited(var status, var output, var _, var cut)
          when status == 0 && cut == Reply.Truncated.NO ->
          counted(output);
      case Reply.Exited(var status, var _, var errors, var _) ->
          unknown("ended with status %d: %s".formatted(status, Hand.shown(errors)));
      case Reply.Signalled(var signal) -> unknown("was ended by " + signal);
      case Reply.TimedOut(var after) -> unknown("gave no answer in " + after);
      case Reply.Lost(var reason) -> unknown("was lost: " + reason);
      case Reply.Unreachable(var reason) -> unknown("cannot run: " + reason);
      case Reply.IdentityRefused(var reason) -> unknown("cannot run: " + reason);
    };
  }

  private Counted counted(String output) {
    var end = END.matcher(output);
    if (!end.find()) {
      return unknown("was cut off: " + Hand.shown(output));
    }
    return switch (end.group(1)) {
      case "missing" ->
          new Counted.Never(
              "nginx writes no %s; let http have %s and the application's server access_log %s slipway;"
                  .formatted(file, FORMAT, file));
      case "unreadable" ->
          new Counted.Never(
              "%s is not the agent's user's to read; let its group read it".formatted(file));
      default -> read(output);
    };
  }

  private Counted read(String output) {
    var begins = BEGINS.matcher(output);
    var place = PLACE.matcher(output);
    if (begins.find()) {
      inode = begins.group(1);
      offset = Long.parseLong(begins.group(2));
      counted.clear();
      beginnings++;
    } else if (!place.find()) {
      return unknown("says '%s'".formatted(Hand.shown(output)));
    } else if (!place.group(2).equals("0")) {
      return new Counted.Never(
          "%s has lines of another format; let only the application's server write there, with %s"
              .formatted(file, FORMAT));
    } else {
      offset = Long.parseLong(place.group(1));
      TALLY
          .matcher(output)
          .results()
          .forEach(found ->
              counted.merge(
                  found.group(1),
                  new Tally(
                      Long.parseLong(found.group(2)),
                      Long.parseLong(found.group(3)),
                      numbers(found.group(4))),
                  Tally::plus));
    }
    return now();
  }

  private static List<Long> numbers(String words) {
    return Arrays.stream(words.strip().split(" ", -1)).map(Long::valueOf).toList();
  }

  private Counted now() {
    var tallies = new TreeMap<Instance, Tally>();
    route
        .servers()
        .forEach((instance, server) ->
            tallies.put(
                instance,
                counted.getOrDefault(Upstream.at(server.address(), server.port()), Tally.NONE)));
    return new Counted.Now(tallies, "%s:%d".formatted(inode, beginnings));
  }

  private static Counted unknown(String fact) {
    return new Counted.Unknown("the script that reads its access log " + fact);
  }
}
