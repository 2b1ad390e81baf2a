package dev.slipway.agent.host.bootstrap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which key lets the agent in, and from where.
 *
 * @param key the line of a public key file, {@code type base64 comment}
 * @param from addresses and patterns as {@code sshd} reads them; empty means from everywhere
 */
public record Access(Optional<String> key, List<String> from) {
  private static final Pattern KEY =
      Pattern.compile("(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ AAAA[A-Za-z0-9+/]+=*(?: [^\\p{Cntrl}]*)?");
  private static final Pattern SOURCE = Pattern.compile("!?[A-Za-z0-9.:*?_/-]+");

  /** Nobody is let in who was not let in before. */
  public static final Access UNCHANGED = new Access(Optional.empty(), List.of());

  public Access {
    key = key.map(String::strip);
    key.filter(line -> !KEY.matcher(line).matches())
        .ifPresent(line -> {
          throw new IllegalArgumentException(
              "'%s' is no public key; give the file that ends in .pub".formatted(head(line)));
        });
    from = List.copyOf(from);
    for (String source : from) {
      if (!SOURCE.matcher(source).matches()) {
        throw new IllegalArgumentException(
            "'%s' is no address or pattern of sshd, as in 10.0.0.0/8".formatted(source));
      }
    }
  }

  private static String head(String line) {
    return line.lines().findFirst().map(text -> text.replaceAll("\\p{Cntrl}", "?")).orElse("");
  }

  /** Returns the line of {@code authorized_keys} for what a host needs. */
  Optional<String> line(HostNeeds needs) {
    return key.map(text -> String.join(",", options(needs)) + " " + text);
  }

  /** Returns the key itself, without its kind and comment. */
  Optional<String> body() {
    return key.map(text -> text.split(" ", 3)[1]);
  }

  /** No terminal, no agent, no X11; only the ports and sockets that are asked on the host. */
  private List<String> options(HostNeeds needs) {
    var options = new ArrayList<String>();
    options.add("restrict");
    if (!from.isEmpty()) {
      options.add("from=\"" + String.join(",", from) + "\"");
    }
    var targets = new TreeSet<String>();
    for (PlaceNeeds place : needs.places()) {
      for (int port : place.ports()) {
        targets.add(target("127.0.0.1", port));
        targets.add(target(needs.host().address(), port));
      }
    }
    needs.sockets().forEach(path -> targets.add(socket(path)));
    needs.nginxes().forEach(nginx -> targets.add(nginx.status()));
    // Without any target all would be open.
    if (!targets.isEmpty()) {
      options.add("port-forwarding");
      targets.forEach(target -> options.add("permitopen=\"" + target + "\""));
    }
    return options;
  }

  /** sshd compares the path with the host; brackets keep it from ending at the first slash. */
  private static String socket(String path) {
    return "[%s]:*".formatted(path);
  }

  private static String target(String address, int port) {
    return address.contains(":") ? "[%s]:%d".formatted(address, port) : address + ":" + port;
  }
}
