package dev.slipway.agent.host.bootstrap;

import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Service;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines by which {@code sudo} lets the deploying user do what a rollout does, and no more. */
record Sudoers(String user) {
  /** What stands for something else than itself in the arguments of a command. */
  private static final Pattern SPECIAL = Pattern.compile("[,:=\\\\]");

  /** How the script on the host works a unit; it names the same lines when one is missing. */
  private static final List<String> RESET = List.of("/usr/bin/systemctl", "reset-failed", "--");

  private static final List<String> READ =
      List.of("/usr/bin/journalctl", "--no-pager", "-o", "cat", "-n", "50", "-u");

  /** Returns the line without which everything else is refused where a terminal is required. */
  String defaults() {
    return "Defaults:%s !requiretty".formatted(user);
  }

  /** Returns the lines for one unit, sorted as a rollout uses them. */
  List<String> unit(String unit, Service.OnActivate onActivate) {
    return commands(unit, onActivate).stream()
        .map(words -> line("root", Stream.concat(words.stream(), Stream.of(unit))))
        .toList();
  }

  /** What a timer has started is never killed, and a unit that others use is never stopped. */
  private static List<List<String>> commands(String unit, Service.OnActivate onActivate) {
    return switch (onActivate) {
      case RESTART ->
          unit.endsWith(".timer")
              ? List.of(RESET, verb("restart"), verb("stop"), READ)
              : List.of(RESET, verb("restart"), verb("stop"), verb("kill", "-s", "KILL"), READ);
      case RELOAD -> List.of(RESET, verb("start"), verb("reload"), READ);
      case NONE -> List.of(READ);
    };
  }

  private static List<String> verb(String... words) {
    return Stream.of(
            Stream.of("/usr/bin/systemctl", "--no-ask-password"), Stream.of(words), Stream.of("--"))
        .flatMap(all -> all)
        .toList();
  }

  /** Returns the lines by which the file of a unit is put in its place and taken away. */
  List<String> unitFile(String deployPath, String unit) {
    String installed = "/etc/systemd/system/" + unit;
    return List.of(
        line(
            "root",
            Stream.of(
                "/usr/bin/install",
                "-m",
                "644",
                "-o",
                "root",
                "-g",
                "root",
                "--",
                "%s/.slipway/units/%s".formatted(deployPath, unit),
                installed)),
        line("root", Stream.of("/usr/bin/rm", "-f", "--", installed)),
        line("root", Stream.of("/usr/bin/systemctl", "--no-ask-password", "daemon-reload")));
  }

  /** Returns the lines by which one nginx tests, shows and loads its configuration. */
  List<String> nginx(NginxNeeds nginx) {
    var config = nginx.config().stream().flatMap(path -> Stream.of("-c", path)).toList();
    return List.of(
        line("root", Stream.concat(Stream.of("/usr/sbin/nginx", "-t", "-q"), config.stream())),
        line("root", Stream.concat(Stream.of("/usr/sbin/nginx", "-T", "-q"), config.stream())),
        line(
            "root",
            Stream.of(Stream.of("/usr/sbin/nginx"), config.stream(), Stream.of("-s", "reload"))
                .flatMap(all -> all)));
  }

  /** Returns the line by which programs are started and ended as the application's own user. */
  String as(Owner owner) {
    return "%s ALL=(%s:%s) NOPASSWD: ALL".formatted(user, owner.user(), owner.group());
  }

  /** Returns the line by which one directory is made that belongs to the deploying user. */
  String directory(String path, String group) {
    return line("root", Stream.of("/usr/bin/install", "-d", "-o", user, "-g", group, "--", path));
  }

  private String line(String as, Stream<String> words) {
    return words
        .map(word -> SPECIAL.matcher(word).replaceAll("\\\\$0"))
        .collect(Collectors.joining(" ", "%s ALL=(%s) NOPASSWD: ".formatted(user, as), ""));
  }
}
