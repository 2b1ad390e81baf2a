package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The ports that programs listen on, by the word of each host's kernel. */
public final class Listeners {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern LISTENING =
      Pattern.compile("(?m)^ *[0-9]+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:0000 0A ");
  private static final Pattern OWN_LOOPBACK = Pattern.compile("127(?:\\.[0-9]{1,3}){3}");
  private static final Pattern ANY = Pattern.compile("0+");

  private Listeners() {}

  /** Returns which ports of a deployment somebody listens on already, and where. */
  public static Map<Integer, String> on(Deployment deployment, Ground ground) {
    var taken = new TreeMap<Integer, String>();
    for (Role role : deployment.fleet().application().roles()) {
      for (Host host : deployment.fleet().hosts(role)) {
        Set<Integer> busy = busy(host, ground);
        role.slots().stream()
            .map(Slot::port)
            .flatMapToInt(OptionalInt::stream)
            .filter(busy::contains)
            .forEach(port -> taken.put(port, host.name()));
      }
    }
    return taken;
  }

  /** What a host does not tell is found out when the service is to listen there. */
  private static Set<Integer> busy(Host host, Ground ground) {
    // Whole tables of a busy host are longer than what is kept of an answer.
    var command = Command.of("grep", "-hs", ":0000 0A ", "/proc/net/tcp", "/proc/net/tcp6");
    return ground.machine(host).run(command, PATIENCE)
            instanceof Reply.Exited(var _, var output, var _, var _)
        ? LISTENING
            .matcher(output)
            .results()
            .filter(found -> isOf(host, found))
            .map(found -> Integer.parseInt(found.group(2), 16))
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  /** Several hosts may share one machine, each with a loopback address of its own. */
  private static boolean isOf(Host host, MatchResult found) {
    String address = found.group(1);
    return !OWN_LOOPBACK.matcher(host.address()).matches()
        || ANY.matcher(address).matches()
        // Mapped into IPv6 it ends like this, too.
        || address.endsWith(kernelForm(host.address()));
  }

  private static String kernelForm(String address) {
    String[] parts = address.split("\\.", -1);
    var form = new StringBuilder();
    for (int i = parts.length - 1; i >= 0; i--) {
      form.append("%02X".formatted(Integer.parseInt(parts[i])));
    }
    return form.toString();
  }
}
