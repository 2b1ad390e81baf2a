package dev.slipway.agent.balancer.istio;

import dev.slipway.strategies.traffic.Rule.Match;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a request must carry, in the words of a VirtualService, and back. */
final class Matching {
  private static final String HEADERS = "headers";
  private static final String COOKIE = "cookie";
  private static final String EXACT = "exact";
  private static final String REGEX = "regex";

  /** Envoy's expressions match the whole header, which may hold other cookies too. */
  private static final String BEFORE = "(?:.*; ?)?";

  private static final String AFTER = "(?:;.*)?";
  private static final Pattern SPECIAL = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");

  private Matching() {}

  /** Returns the conditions of a route with another one besides; empty is a route without any. */
  static List<Section> and(List<Section> conditions, Match match) {
    List<Section> all = conditions.isEmpty() ? List.of(Section.EMPTY) : conditions;
    String key = key(match);
    Section value = value(match);
    return all.stream()
        .map(one -> one.with(HEADERS, one.section(HEADERS).with(key, value)))
        .toList();
  }

  /** Returns the header that conditions already say something else of. */
  static Optional<String> clash(List<Section> conditions, Match match) {
    return conditions.stream().anyMatch(one -> one.section(HEADERS).has(key(match)))
        ? Optional.of(key(match))
        : Optional.empty();
  }

  /**
   * Returns what conditions ask for besides those of the route.
   *
   * @param name as a person wrote it, for Istio knows lower case alone
   */
  static Optional<Match> read(List<Section> conditions, String name) {
    Section headers = conditions.stream().findFirst().orElse(Section.EMPTY).section(HEADERS);
    try {
      return headers
          .section(name.toLowerCase(Locale.ROOT))
          .text(EXACT)
          .<Match>map(value -> new Match.Header(name, value))
          .or(() ->
              headers
                  .section(COOKIE)
                  .text(REGEX)
                  .flatMap(regex -> cookie(name, regex))
                  .map(value -> new Match.Cookie(name, value)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> cookie(String name, String regex) {
    String start = BEFORE + quoted(name) + "=";
    int end = regex.length() - AFTER.length();
    return regex.startsWith(start) && regex.endsWith(AFTER) && end >= start.length()
        ? Optional.of(regex.substring(start.length(), end).replace("\\", ""))
        : Optional.empty();
  }

  private static String key(Match match) {
    return switch (match) {
      case Match.Header(var name, _) -> name.toLowerCase(Locale.ROOT);
      case Match.Cookie _ -> COOKIE;
    };
  }

  private static Section value(Match match) {
    return switch (match) {
      case Match.Header(_, var value) -> Section.EMPTY.with(EXACT, value);
      case Match.Cookie(var name, var value) ->
          Section.EMPTY.with(REGEX, BEFORE + quoted(name) + "=" + quoted(value) + AFTER);
    };
  }

  private static String quoted(String text) {
    return SPECIAL.matcher(text).replaceAll("\\\\$0");
  }
}
