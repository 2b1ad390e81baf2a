package dev.slipway.agent.manifest.bounds;

import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.agent.source.BranchPattern;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What an environment may name, checked against the agent's own file. */
public final class Bounds {
  private static final Pattern JUMP =
      Pattern.compile("(?:[^@]*@)?(?:\\[([^]]*)]|([^:]*))(?::[0-9]+)?");
  private static final Pattern UNIT = Pattern.compile("(?!-)[A-Za-z0-9:_.@-]+\\.(?:service|timer)");
  private static final Pattern DOTS = Pattern.compile("(?:.*/)?\\.{1,2}(?:/.*)?");

  /** What keeps a machine alive and reachable is no application, whoever says so. */
  private static final Pattern OF_THE_SYSTEM =
      Pattern.compile(
          "(?:systemd-.*|ssh(?:d|-agent)?|dbus(?:-broker)?|init.*|rescue|emergency|debug-shell|user"
              + "|user-runtime-dir|autovt|getty|serial-getty|console-getty|container-getty"
              + "|networking|network|NetworkManager.*|ifup|wpa_supplicant|firewalld|nftables"
              + "|iptables|ufw|polkit|sudo|su|cron|crond|atd|rsyslog|auditd|apparmor|selinux-.*"
              + "|chrony|chronyd|ntp|ntpd|docker|containerd|slipway.*|apt-daily.*|dpkg-.*|dnf-.*|logrotate"
              + "|fstrim|e2scrub_.*|man-db)(?:@.*)?\\.(?:service|timer)");

  private final Bound bound;

  public Bounds(Bound bound) {
    this.bound = bound;
  }

  /** Returns whether a branch may ask for the environment; Git tells upper case from lower. */
  public boolean allowsBranch(String branch) {
    return bound.refs().stream().anyMatch(pattern -> new BranchPattern(pattern).matches(branch));
  }

  /** Returns whether a host, by its address, may be named. */
  public boolean allowsHost(String address) {
    return anyMatches(bound.hosts(), address);
  }

  /** Returns whether releases may lie in a directory. */
  public boolean allowsDirectory(String path) {
    return isBelow(path, bound.deployPaths());
  }

  /** Returns why a host may not be gone through; its port and user do not matter. */
  public Optional<Problem> jump(Place place, String written) {
    Matcher jump = JUMP.matcher(written);
    String host =
        jump.matches() ? Optional.ofNullable(jump.group(1)).orElse(jump.group(2)) : written;
    List<String> allowed =
        Stream.concat(bound.hosts().stream(), bound.allowed().jumpHosts().stream()).toList();
    return refusal(anyMatches(allowed, host), place, "host to go through", written, allowed);
  }

  /** Returns why a unit of systemd may not be an application's; the text is filled. */
  public Optional<Problem> unit(Place place, String unit) {
    List<String> named = bound.allowed().units();
    boolean allowed =
        UNIT.matcher(unit).matches()
            && (named.isEmpty()
                ? !OF_THE_SYSTEM.matcher(unit).matches()
                : named.stream().anyMatch(pattern -> new Glob(pattern).matchesExactly(unit)));
    return refusal(
        allowed,
        place,
        "unit",
        unit,
        named.isEmpty() ? List.of("every unit but those of the system itself") : named);
  }

  /** Returns why the file of a unit may not be installed: who writes it is root there. */
  public Optional<Problem> unitFile(Place place, String unit) {
    List<String> named = bound.allowed().unitFiles();
    return refusal(
        named.stream().anyMatch(pattern -> new Glob(pattern).matchesExactly(unit)),
        place,
        "the file of unit",
        unit,
        named.isEmpty() ? List.of("none; name units as unitFiles") : named);
  }

  /** Returns why an archive on the agent's machine may not be a release. */
  public Optional<Problem> sourceFile(Place place, String path) {
    List<String> named = bound.allowed().sourceFiles();
    return refusal(
        isBelow(path, named),
        place,
        "file",
        path,
        named.isEmpty() ? List.of("none; name directories as sourceFiles") : named);
  }

  /** Returns why a release may not be fetched from a URL, which is not repeated. */
  public Optional<Problem> sourceUrl(Place place, String url) {
    String host = hostOf(url);
    List<String> named = bound.allowed().sourceHosts();
    boolean allowed =
        !host.isEmpty()
            && !Address.isDisguised(host)
            && (named.isEmpty() ? isPublic(host) : anyMatches(named, host));
    return refusal(
        allowed,
        place,
        "host of a source",
        host,
        named.isEmpty() ? List.of("every host but loopback and link-local addresses") : named);
  }

  private Optional<Problem> refusal(
      boolean allowed, Place place, String what, String name, List<String> bounds) {
    return allowed
        ? Optional.empty()
        : Optional.of(
            place.problem(
                "%s %s is not in the bounds of environment '%s'"
                    .formatted(what, Shown.text(name), bound.name()),
                "the agent's own file allows " + String.join(", ", bounds)));
  }

  private static boolean anyMatches(List<String> patterns, String address) {
    return patterns.stream().anyMatch(pattern -> Address.matches(pattern, address));
  }

  private static boolean isBelow(String path, List<String> bases) {
    return !DOTS.matcher(path).matches()
        && bases.stream().anyMatch(base -> path.startsWith(base + "/"));
  }

  /** What only the agent's own machine or its cloud answers is nobody's to ask through it. */
  private static boolean isPublic(String host) {
    Predicate<InetAddress> near =
        address ->
            address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
    String name = host.replaceAll("\\.$", "");
    return !name.equals("localhost")
        && !name.endsWith(".localhost")
        && !name.equals("metadata.google.internal")
        && Address.literal(name).filter(near).isEmpty();
  }

  private static String hostOf(String url) {
    try {
      String host = Optional.ofNullable(new URI(url).getHost()).orElse("");
      return host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
