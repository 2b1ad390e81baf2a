package dev.slipway.strategies.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A text with variables in double braces, from a closed set and without logic. */
public record Template(String text) {
  /** Every variable that a template may name. */
  public static final Set<String> VARIABLES =
      Set.of(
          "host.name",
          "host.address",
          "host.region",
          "slot",
          "port",
          "role",
          "process",
          "version",
          "environment",
          "branch",
          "branch.slug",
          "region");

  private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");

  /** Returns the names in this template that are not variables, sorted; empty if all is well. */
  public Set<String> unknown() {
    Set<String> names = names();
    names.removeAll(VARIABLES);
    return names;
  }

  /** Returns all names in this template, sorted. */
  public Set<String> names() {
    var names = new TreeSet<String>();
    VARIABLE.matcher(text).results().map(found -> found.group(1)).forEach(names::add);
    return names;
  }

  /**
   * Returns the text with its variables replaced.
   *
   * @throws IllegalArgumentException if a variable has no value here
   */
  public String fill(Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(value(values, found)));
  }

  private String value(Map<String, String> values, MatchResult found) {
    String name = found.group(1);
    return Optional.ofNullable(values.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' names {{%s}}, which has no value here".formatted(text, name)));
  }
}
