package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Literal;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Rule.Match;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The key of a rule in HAProxy's map: a regular expression over the lines of a request's head.
 *
 * <p>A comment at its end says in other words what the rule matches, so that it can be read back.
 */
final class RuleKeys {
  private static final Base64.Encoder WRITER = Base64.getUrlEncoder().withoutPadding();
  private static final Pattern COMMENT = Pattern.compile(".*\\(\\?#([A-Za-z0-9_-]+)\\)");

  private RuleKeys() {}

  /** HAProxy prints names of headers in small letters. */
  static String key(Match match) {
    return switch (match) {
      case Match.Header(var name, var value) ->
          "(?m)^%s:\\x20%s\\r$(?#%s)"
              .formatted(
                  Literal.of(name.toLowerCase(Locale.ROOT)),
                  Literal.of(value),
                  comment("header", match));
      case Match.Cookie(var name, var value) ->
          "(?m)^cookie:\\x20([^\\r\\n]*;\\x20*)?%s=%s\\x20*(;|\\r$)(?#%s)"
              .formatted(Literal.of(name), Literal.of(value), comment("cookie", match));
    };
  }

  private static String comment(String where, Match match) {
    var text = String.join("\n", List.of(where, match.name(), match.value()));
    return WRITER.encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns the rule of a line of the map; empty if it is none that Slipway wrote. */
  static Optional<Rule> rule(String line) {
    var parts = line.split(" ", 2);
    var comment = COMMENT.matcher(parts[0]);
    return parts.length == 2 && comment.matches()
        ? match(comment.group(1))
            .filter(match -> key(match).equals(parts[0]))
            .map(match -> new Rule(match, parts[1]))
        : Optional.empty();
  }

  private static Optional<Match> match(String comment) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(comment), StandardCharsets.US_ASCII);
      var words = text.split("\n", -1);
      return words.length != 3
          ? Optional.empty()
          : Optional.of(
              words[0].equals("header")
                  ? new Match.Header(words[1], words[2])
                  : new Match.Cookie(words[1], words[2]));
    } catch (IllegalArgumentException e) {
      // Whoever wrote it, it was not us.
      return Optional.empty();
    }
  }
}
