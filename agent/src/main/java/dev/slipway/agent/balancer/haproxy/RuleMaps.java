package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.haproxy.cfg.Needs;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two maps of one backend: one leads from what a request carries to a track, the other from a track
 * to its servers.
 *
 * <p>The file of a map is written before HAProxy is told, so that a reload at any instant finds
 * what is wanted. HAProxy takes the whole map in one act.
 */
final class RuleMaps {
  private static final String UNKNOWN = "Unknown map identifier";

  private final Backend backend;
  private final Optional<Twin.Files> files;

  RuleMaps(Backend backend, Optional<Twin.Files> files) {
    this.backend = backend;
    this.files = files;
  }

  /** The lines of both maps. */
  record Lines(List<String> rules, List<String> tracks) {
    static final Lines NONE = new Lines(List.of(), List.of());

    Lines {
      rules = List.copyOf(rules);
      tracks = List.copyOf(tracks);
    }

    /** Returns the lines of some rules, where these servers serve in the tracks. */
    static Lines of(List<Rule> rules, Map<String, List<String>> serving) {
      var tracks = new ArrayList<String>();
      for (String track : rules.stream().map(Rule::track).distinct().sorted().toList()) {
        var servers = serving.getOrDefault(track, List.of());
        for (int slot = 0; slot < Needs.SLOTS && !servers.isEmpty(); slot++) {
          tracks.add("%d:%s %s".formatted(slot, track, servers.get(slot % servers.size())));
        }
      }
      var lines =
          rules.stream().map(rule -> RuleKeys.key(rule.match()) + " " + rule.track()).toList();
      return new Lines(lines, tracks);
    }

    /** Returns the rules that Slipway wrote. */
    Routing routing() {
      var ours = rules.stream().flatMap(line -> RuleKeys.rule(line).stream()).toList();
      return new Routing(ours, Optional.empty(), Optional.empty());
    }

    /** Returns whether rules lead to none but these servers. */
    boolean leadsTo(Set<String> servers) {
      return tracks.stream().map(line -> line.replaceAll(".* ", "")).allMatch(servers::contains);
    }
  }

  /** Returns whether there is a machine on which the files can lie. */
  boolean areKept() {
    return files.isPresent();
  }

  /** Returns what is so; empty if the configuration has no such maps. */
  Optional<Lines> now() throws IOException {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    var reply = backend.ask("show map %s;show map %s".formatted(path(rules()), path(tracks())));
    if (reply.contains(UNKNOWN)) {
      return Optional.empty();
    }
    var maps = List.of(new ArrayList<String>(), new ArrayList<String>());
    int map = 0;
    for (String line : reply.lines().toList()) {
      if (line.isBlank()) {
        map++;
      } else if (map < maps.size()) {
        // In front stands where HAProxy holds it.
        maps.get(map).add(line.substring(line.indexOf(' ') + 1));
      }
    }
    return Optional.of(new Lines(maps.getFirst(), maps.getLast()));
  }

  /** Makes the maps so, where they are not. */
  void become(Lines wanted, Lines now) throws IOException, RefusedException {
    if (!wanted.tracks().equals(now.tracks())) {
      become(tracks(), wanted.tracks(), now.tracks());
    }
    if (!wanted.rules().equals(now.rules())) {
      become(rules(), wanted.rules(), now.rules());
    }
  }

  private void become(String name, List<String> wanted, List<String> now)
      throws IOException, RefusedException {
    files.orElseThrow().write(name, text(wanted));
    try {
      tell(name, wanted);
    } catch (RefusedException e) {
      // A reload in between begins a new count of versions; it is told once more.
      retell(name, wanted, now);
    }
  }

  private void retell(String name, List<String> wanted, List<String> now)
      throws IOException, RefusedException {
    try {
      tell(name, wanted);
    } catch (RefusedException e) {
      files.orElseThrow().write(name, text(now));
      throw e;
    }
  }

  private void tell(String name, List<String> lines) throws IOException, RefusedException {
    var path = path(name);
    var reply = backend.ask("prepare map " + path);
    var version = reply.strip().replaceAll(".*: ", "");
    if (!version.matches("[0-9]{1,10}")) {
      throw new RefusedException(Parsing.shown(reply));
    }
    if (!lines.isEmpty()) {
      backend.tell("add map @%s %s <<\n%s".formatted(version, path, text(lines)));
    }
    backend.tell("commit map @%s %s".formatted(version, path));
  }

  private static String text(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private String rules() {
    return backend.name() + ".rules";
  }

  private String tracks() {
    return backend.name() + ".tracks";
  }

  private String path(String name) {
    return files.orElseThrow().directory() + "/" + name;
  }

  /** Says what to do where the configuration has no such maps. */
  String lacking() {
    return files.isEmpty()
        ? "match rules need a socket on a machine, where their maps can be kept"
        : "backend %s: match rules need two maps, which do not exist; add to it: %s"
            .formatted(
                backend.name(),
                String.join(" and ", Needs.rules(files.get().directory(), backend.name())));
  }
}
