package dev.slipway.agent.host.bootstrap;

import dev.slipway.strategies.fleet.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The script that makes a host ready: a list of what is to be true there, below the few functions
 * that make it true.
 *
 * <p>Run as root it changes what differs and says so; run again it changes nothing. With {@code
 * --check} it says what it would change, as far as whoever runs it can see.
 */
public record Bootstrap(String text) {
  private static final String RESOURCE = "bootstrap.sh";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9@%+=:,./_-]+");
  private static final Pattern BACKSLASHED = Pattern.compile(".*[\\\\\\p{Cntrl}].*");

  private static final List<String> TOOLS =
      List.of(
          "tar tar",
          "flock util-linux",
          "setsid util-linux",
          "sha256sum coreutils",
          "timeout coreutils",
          "stat coreutils",
          "sync coreutils",
          "find findutils",
          "xargs findutils",
          "awk 'mawk or gawk'",
          "grep grep",
          "sed sed");

  /**
   * Returns the script for a host.
   *
   * @throws IllegalArgumentException if something has a name that no line of sudoers can hold
   */
  public static Bootstrap of(HostNeeds needs, Access access) {
    var body = new ArrayList<String>();
    body.add("login " + quoted(needs.user()));
    accounts(needs, body);
    for (PlaceNeeds place : distinct(needs.places())) {
      directories(needs.user(), place, body);
    }
    needs
        .sockets()
        .forEach(path -> body.add("socket_user " + quoted(needs.user()) + " " + quoted(path)));
    needs.nginxes().stream()
        .map(NginxNeeds::directory)
        .distinct()
        .forEach(path -> body.add(own(needs.user(), path)));
    access
        .line(needs)
        .ifPresent(line ->
            body.add(
                "authorized %s %s %s"
                    .formatted(quoted(needs.user()), quoted(line), access.body().orElseThrow())));
    body.addAll(sudo(needs));
    TOOLS.forEach(tool -> body.add("tool " + tool));
    units(needs).forEach(unit -> body.add("unit " + quoted(unit)));
    return new Bootstrap(head(needs) + functions() + frame(body));
  }

  private static String head(HostNeeds needs) {
    var applications =
        needs.places().stream().map(PlaceNeeds::application).distinct().sorted().toList();
    return """
    #!/bin/sh
    # What Slipway needs on %s for the environment %s: %s.
    #
    #   sh bootstrap.sh           as root: makes it so, and says what it changed
    #   sh bootstrap.sh --check   says what it would change, and changes nothing
    #
    # It may be run again at any time. The list that is particular to this host is at the end.

    set -u

    """
        .formatted(needs.host(), needs.environment(), String.join(", ", applications));
  }

  /** All of it is read before any of it is run, so half a script that arrived does nothing. */
  private static String frame(List<String> body) {
    return """

    main() {
      if [ "${1-}" = --check ]; then
        check=yes
      else
        is_root || cannot "change anything: run this as root, or with --check"
      fi
    """
        + body.stream().map(Bootstrap::indented).collect(Collectors.joining())
        + """
          finish
        }

        main "$@" </dev/null
        """;
  }

  /** The text of a here-document must not be moved. */
  private static String indented(String line) {
    return "  " + line + "\n";
  }

  private static void accounts(HostNeeds needs, List<String> body) {
    for (Owner owner : owners(needs)) {
      body.add("service_account %s %s".formatted(quoted(owner.user()), quoted(owner.group())));
      body.add("member %s %s".formatted(quoted(needs.user()), quoted(owner.group())));
    }
  }

  private static Set<Owner> owners(HostNeeds needs) {
    return needs.places().stream()
        .flatMap(place -> place.owner().stream())
        .filter(owner -> !owner.user().equals(needs.user()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Collection<PlaceNeeds> distinct(List<PlaceNeeds> places) {
    return new LinkedHashSet<>(places);
  }

  private static void directories(String user, PlaceNeeds place, List<String> body) {
    body.add(own(user, place.deployPath()));
    Optional<Owner> owner = place.owner().filter(other -> !other.user().equals(user));
    owner.ifPresent(other -> shared(place, other, body));
  }

  private static String own(String user, String path) {
    var login = quoted(user);
    return "directory %s \"$(group_of %s)\" 755 %s".formatted(login, login, quoted(path));
  }

  /** What the user who deploys could make, but not give away. */
  private static void shared(PlaceNeeds place, Owner owner, List<String> body) {
    var directories = new LinkedHashSet<String>();
    directories.add(place.deployPath() + "/shared");
    for (String path : place.linkedDirs()) {
      directories.addAll(ways(place, path));
      directories.add(place.deployPath() + "/shared/" + path);
    }
    place.linkedFiles().forEach(path -> directories.addAll(ways(place, path)));
    var whose = quoted(owner.user()) + " " + quoted(owner.group());
    directories.forEach(path -> body.add("directory %s 755 %s".formatted(whose, quoted(path))));
    for (String path : place.linkedFiles()) {
      body.add("file %s 640 %s".formatted(whose, quoted(place.deployPath() + "/shared/" + path)));
    }
  }

  private static List<String> ways(PlaceNeeds place, String path) {
    var ways = new ArrayList<String>();
    for (int at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      ways.add(place.deployPath() + "/shared/" + path.substring(0, at));
    }
    return ways;
  }

  private static List<String> sudo(HostNeeds needs) {
    List<String> lines = sudoers(needs);
    if (lines.isEmpty()) {
      return List.of();
    }
    var name = "slipway-%s-%s".formatted(needs.user(), needs.environment());
    return List.of(
        "sudoers %s <<'END'\n%s\nEND"
            .formatted(quoted(name.replaceAll("[^A-Za-z0-9_-]", "_")), String.join("\n", lines)));
  }

  /** Returns the lines of sudoers; none where {@code sudo} is not used. */
  static List<String> sudoers(HostNeeds needs) {
    if (!needs.becomesRoot()) {
      return List.of();
    }
    var sudoers = new Sudoers(needs.user());
    var lines = new LinkedHashSet<String>();
    needs.places().stream()
        .flatMap(place -> place.units().entrySet().stream())
        .sorted(Map.Entry.comparingByKey())
        .forEach(unit -> lines.addAll(sudoers.unit(writable(unit.getKey()), unit.getValue())));
    for (PlaceNeeds place : needs.places()) {
      place
          .unitFiles()
          .forEach(unit -> lines.addAll(sudoers.unitFile(place.deployPath(), writable(unit))));
    }
    needs.places().stream()
        .filter(place -> place.runs() == PlaceNeeds.Runs.AS_OWNER)
        .flatMap(place -> place.owner().stream())
        .filter(owner -> !owner.user().equals(needs.user()))
        .forEach(owner -> lines.add(sudoers.as(owner)));
    needs.nginxes().forEach(nginx -> lines.addAll(sudoers.nginx(nginx)));
    needs.sockets().forEach(path -> lines.add(sudoers.directory(path + ".slipway", needs.user())));
    return lines.isEmpty()
        ? List.of()
        : Stream.concat(Stream.of(sudoers.defaults()), lines.stream()).toList();
  }

  private static List<String> units(HostNeeds needs) {
    var units =
        needs.places().stream()
            .flatMap(place ->
                place.units().keySet().stream().filter(unit -> !place.unitFiles().contains(unit)));
    return units.distinct().sorted().map(Bootstrap::writable).toList();
  }

  private static String writable(String unit) {
    if (BACKSLASHED.matcher(unit).matches()) {
      throw new IllegalArgumentException(
          "the unit '%s' holds a backslash, which sudoers cannot hold safely; rename it"
              .formatted(unit));
    }
    return unit;
  }

  private static String functions() {
    try (var in =
        Optional.ofNullable(Bootstrap.class.getResourceAsStream(RESOURCE)).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the agent's own files cannot be read", e);
    }
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
