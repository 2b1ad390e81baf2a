package dev.slipway.agent.balancer.nginx;

import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A {@link Steering} as lines of words, as it is told by nginx. Each begins with a sign that no
 * name of a member has.
 */
final class SteeringLines {
  static final String SIGN = "+";

  private final Map<String, Share> shares = new TreeMap<>();
  private final Map<String, String> tracks = new TreeMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private Optional<Mirror> mirror = Optional.empty();
  private Optional<Sticky> sticky = Optional.empty();

  private SteeringLines() {}

  static List<String> of(Steering steering) {
    var lines = new ArrayList<String>();
    steering
        .shares()
        .forEach((track, share) -> lines.add("share %s %d".formatted(track, share.basisPoints())));
    steering
        .tracks()
        .forEach((member, track) -> lines.add("member %s %s".formatted(member, track)));
    steering.routing().rules().forEach(rule -> lines.add(line(rule)));
    steering
        .routing()
        .mirror()
        .ifPresent(copies ->
            lines.add(
                "mirror %s %d %s"
                    .formatted(
                        copies.track(),
                        copies.share().basisPoints(),
                        String.join(",", copies.methods()))));
    steering.routing().sticky().ifPresent(users -> lines.add(line(users)));
    return lines.stream().map(SIGN::concat).toList();
  }

  private static String line(Rule rule) {
    var match = rule.match();
    String where =
        switch (match) {
          case Match.Header _ -> "header";
          case Match.Cookie _ -> "cookie";
        };
    return "%s %s %s %s".formatted(where, match.name(), rule.track(), quoted(match.value()));
  }

  private static String line(Sticky sticky) {
    String by =
        switch (sticky.key()) {
          case Sticky.Key.Header(var name) -> "by-header " + name;
          case Sticky.Key.Cookie(var name) -> "by-cookie " + name;
          case Sticky.Key.Issued(var name, var maxAge) ->
              "by-issued-%d %s".formatted(maxAge.toSeconds(), name);
          case Sticky.Key.Cleared(var name) -> "by-nothing " + name;
        };
    return "%s =%s".formatted(by, sticky.salt());
  }

  /** A dollar would begin a variable of nginx. */
  private static String quoted(String value) {
    return value.replace("%", "%25").replace("$", "%24");
  }

  private static String unquoted(String text) {
    return text.replace("%24", "$").replace("%25", "%");
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @throws IOException if it is something else
   */
  static Steering read(List<String> lines) throws IOException {
    var read = new SteeringLines();
    for (String line : lines) {
      try {
        read.add(List.of(line.substring(SIGN.length()).split(" ", -1)));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IOException("nginx tells '%s', which is no rule".formatted(Hand.shown(line)), e);
      }
    }
    return new Steering(
        read.shares, read.tracks, new Routing(read.rules, read.mirror, read.sticky));
  }

  private void add(List<String> words) {
    String name = words.get(1);
    switch (words.getFirst()) {
      case "share" -> shares.put(name, share(words.get(2)));
      case "member" -> tracks.put(name, words.get(2));
      case "header" ->
          rules.add(new Rule(new Match.Header(name, unquoted(words.get(3))), words.get(2)));
      case "cookie" ->
          rules.add(new Rule(new Match.Cookie(name, unquoted(words.get(3))), words.get(2)));
      case "mirror" ->
          mirror =
              Optional.of(
                  new Mirror(
                      name,
                      share(words.get(2)),
                      new TreeSet<>(Arrays.asList(words.get(3).split(",", -1)))));
      default ->
          sticky = Optional.of(new Sticky(key(words.getFirst(), name), words.get(2).substring(1)));
    }
  }

  private static Share share(String points) {
    return new Share(Integer.parseInt(points));
  }

  private static Sticky.Key key(String by, String name) {
    return switch (by) {
      case "by-header" -> new Sticky.Key.Header(name);
      case "by-cookie" -> new Sticky.Key.Cookie(name);
      case "by-nothing" -> new Sticky.Key.Cleared(name);
      default ->
          new Sticky.Key.Issued(
              name, Duration.ofSeconds(Long.parseLong(by.substring("by-issued-".length()))));
    };
  }
}
