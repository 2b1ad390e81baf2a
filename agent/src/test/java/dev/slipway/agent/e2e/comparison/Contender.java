package dev.slipway.agent.e2e.comparison;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.strategies.traffic.Capability;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A strategy behind a kind of balancer that can carry it: a row of the table. */
record Contender(Scheme scheme, Kind kind) {
  private static final List<String> COLUMNS = List.of("edge", "haproxy", "nginx");
  private static final Pattern ROW =
      Pattern.compile("\\| .*`([A-Z_]+)`\\) \\| (yes|no) \\| (yes|no) \\| (yes|no) \\|.*");

  /** Returns all of them, by what the page about balancers says that each can do. */
  static List<Contender> all() {
    var all = new ArrayList<Contender>();
    for (Scheme scheme : Scheme.values()) {
      for (Kind kind : Kind.matching()) {
        if (scheme.isFor(capabilities(kind))) {
          all.add(new Contender(scheme, kind));
        }
      }
    }
    return List.copyOf(all);
  }

  /** Returns what a kind of balancer can do; a test holds the page to what the adapters say. */
  private static Set<Capability> capabilities(Kind kind) {
    var found = EnumSet.noneOf(Capability.class);
    int column = 2 + COLUMNS.indexOf(kind.name());
    ROW.matcher(Handbook.page("balancers.md").text())
        .results()
        .filter(row -> row.group(column).equals("yes"))
        .forEach(row -> found.add(Capability.valueOf(row.group(1))));
    return found;
  }

  /** Returns its manifest, as it stands under {@code spec}, with numbers from an address. */
  String spec(String numbers) {
    return scheme.spec(capabilities(kind), numbers);
  }

  /** Returns whether it is what the others behind the same balancer are compared with. */
  boolean isMeasure() {
    return scheme == Scheme.RECREATE;
  }

  /** Returns whether it is meant by words that name strategies and balancers; none mean all. */
  boolean isMeantBy(List<String> words) {
    return isMeantBy(words, List.of(scheme.strategy(), scheme.title()), strategies())
        && isMeantBy(words, List.of(kind.name()), COLUMNS);
  }

  private static boolean isMeantBy(List<String> words, List<String> names, List<String> known) {
    return words.stream().noneMatch(known::contains) || words.stream().anyMatch(names::contains);
  }

  /** Returns the words that name nothing. */
  static List<String> unknown(List<String> words) {
    return words.stream()
        .filter(word -> !COLUMNS.contains(word) && !strategies().contains(word))
        .toList();
  }

  private static List<String> strategies() {
    return List.of(Scheme.values()).stream().map(Scheme::strategy).distinct().toList();
  }

  @Override
  public String toString() {
    return scheme.title() + " behind " + kind;
  }
}
