package dev.slipway.agent.balancer.haproxy.cfg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The sections of a configuration, read as HAProxy reads them. */
public final class HaproxyCfg {
  private static final Set<String> KINDS =
      Set.of(
          "global",
          "defaults",
          "frontend",
          "backend",
          "listen",
          "peers",
          "resolvers",
          "userlist",
          "cache",
          "program",
          "ring",
          "mailers",
          "http-errors",
          "fcgi-app",
          "log-forward");

  private final List<Section> sections;

  private HaproxyCfg(List<Section> sections) {
    this.sections = List.copyOf(sections);
  }

  /** Reads the text of one file, or of several one after the other. */
  public static HaproxyCfg parse(String text) {
    var sections = new ArrayList<Section>();
    var lines = new ArrayList<List<String>>();
    List<String> title = List.of("", "");
    for (String raw : text.lines().toList()) {
      List<String> line = Words.of(raw);
      if (!line.isEmpty() && KINDS.contains(line.getFirst())) {
        sections.add(section(title, lines));
        lines.clear();
        title = line;
      } else if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    sections.add(section(title, lines));
    return new HaproxyCfg(sections);
  }

  private static Section section(List<String> title, List<List<String>> lines) {
    return new Section(title.getFirst(), title.size() > 1 ? title.get(1) : "", lines);
  }

  /** Returns whether some global section has a line that begins with these words. */
  boolean isGlobal(String... words) {
    return sections.stream()
        .filter(section -> section.kind().equals("global"))
        .anyMatch(section -> section.has(words));
  }

  /** Returns the lines of global sections that begin with these words. */
  List<List<String>> global(String... words) {
    return sections.stream()
        .filter(section -> section.kind().equals("global"))
        .flatMap(section -> section.lines().stream())
        .filter(line -> Section.begins(line, List.of(words)))
        .toList();
  }

  /** Returns the backend of this name, below it the defaults that hold for it. */
  Optional<Effective> backend(String name) {
    Optional<Section> defaults = Optional.empty();
    for (Section section : sections) {
      if (section.kind().equals("defaults")) {
        defaults = Optional.of(section);
      } else if (Set.of("backend", "listen").contains(section.kind())
          && section.name().equals(name)) {
        return Optional.of(new Effective(section, defaults));
      }
    }
    return Optional.empty();
  }

  /** A backend and its defaults. */
  record Effective(Section own, Optional<Section> defaults) {
    boolean has(String... words) {
      return own.has(words) || defaults.filter(section -> section.has(words)).isPresent();
    }

    /** Returns the last line with this first word: the backend's own, else that of the defaults. */
    Optional<List<String>> line(String first) {
      return last(own, first).or(() -> defaults.flatMap(section -> last(section, first)));
    }

    private static Optional<List<String>> last(Section section, String first) {
      return section.lines().reversed().stream()
          .filter(line -> line.getFirst().equals(first))
          .findFirst();
    }
  }
}
