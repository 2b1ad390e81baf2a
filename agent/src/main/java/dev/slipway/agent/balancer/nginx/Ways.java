package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Literal;
import dev.slipway.agent.balancer.nginx.Upstream.Member;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The part of the file by which a request finds its way: maps, and an upstream for each track.
 *
 * <p>Its owner's servers use three variables. They are always defined, also while they say nothing.
 */
final class Ways {
  private static final String ATTRIBUTES = "; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax";
  private static final String NOTHING = "\"\"";
  private static final String REST = "  * ";
  private static final String COOKIES = "$http_cookie";
  private static final String COPIES = "copies";

  private final Upstream upstream;
  private final BalancerSpec.Nginx spec;
  private final Variables variables;
  private final List<String> lines = new ArrayList<>();

  private Ways(Upstream upstream, BalancerSpec.Nginx spec) {
    this.upstream = upstream;
    this.spec = spec;
    this.variables = new Variables(upstream.name());
  }

  static List<String> of(Upstream upstream, BalancerSpec.Nginx spec) {
    var ways = new Ways(upstream, spec);
    upstream.steering().ifPresentOrElse(ways::steer, ways::standStill);
    return List.copyOf(ways.lines);
  }

  private void standStill() {
    map(NOTHING, variables.to(), List.of("default " + upstream.name()));
    map(NOTHING, variables.cookie(), List.of("default " + NOTHING));
    map(NOTHING, variables.copy(), List.of("default " + NOTHING));
  }

  private void steer(Steering steering) {
    Routing routing = steering.routing();
    String kept = routing.sticky().map(sticky -> user(sticky, steering)).orElse(NOTHING);
    rules(routing.rules());
    map(first(), variables.of("track"), List.of("default " + first(), NOTHING + " " + kept));
    to(steering);
    map(
        "\"%s:%s\"".formatted(first(), routing.sticky().map(_ -> given()).orElse("")),
        variables.cookie(),
        routing.sticky().map(Ways::cookie).orElse(List.of("default " + NOTHING)));
    copy(routing.mirror(), steering);
  }

  private String first() {
    return variables.of("rule1");
  }

  private String given() {
    return variables.of("given");
  }

  /** Returns where the user's track is found; whoever has none goes by the shares. */
  private String user(Sticky sticky, Steering steering) {
    switch (sticky.key()) {
      case Sticky.Key.Header(var name) -> map(NOTHING, given(), List.of("default " + header(name)));
      case Sticky.Key.Cookie(var name) -> map(COOKIES, given(), carried(name));
      case Sticky.Key.Issued(var name, _) -> map(COOKIES, given(), carried(name));
      case Sticky.Key.Cleared(var name) -> map(COOKIES, given(), carried(name));
    }
    return switch (sticky.key()) {
      case Sticky.Key.Header _, Sticky.Key.Cookie _ -> kept(NOTHING, sticky.salt(), steering);
      case Sticky.Key.Issued _ -> kept("$request_id", sticky.salt(), steering);
      case Sticky.Key.Cleared _ -> NOTHING;
    };
  }

  private String kept(String newcomer, String salt, Steering steering) {
    String user = variables.of("user");
    map(given(), user, List.of("default " + given(), NOTHING + " " + newcomer));
    // Who is on a track by the low end of the hash stays there while its share grows.
    lines.add(
        "split_clients \"%s ${%s}\" %s {"
            .formatted(salt, variables.name("user"), variables.of("bucket")));
    steering.shares().entrySet().stream()
        .filter(share -> !share.getKey().equals(Traffic.STABLE))
        .flatMap(share -> part(share.getValue(), share.getKey()).stream())
        .forEach(lines::add);
    if (!lines.getLast().startsWith(REST)) {
      lines.add(REST + Traffic.STABLE + ";");
    }
    lines.add("}");
    String kept = variables.of("kept");
    map(user, kept, List.of("default " + variables.of("bucket"), NOTHING + " " + NOTHING));
    return kept;
  }

  /** Nginx takes no part of nothing, and none of everything beside the rest. */
  private static Optional<String> part(Share share, String value) {
    if (share.equals(Share.NONE)) {
      return Optional.empty();
    }
    return Optional.of(
        share.equals(Share.ALL)
            ? REST + value + ";"
            : "  %d.%02d%% %s;"
                .formatted(share.basisPoints() / 100, share.basisPoints() % 100, value));
  }

  private static List<String> carried(String cookie) {
    return List.of(
        "default " + NOTHING, "\"~(?:^|;)\\s*%s=([^;\\s]+)\" $1".formatted(Literal.of(cookie)));
  }

  private static List<String> cookie(Sticky sticky) {
    String name = sticky.key().name();
    return switch (sticky.key()) {
      case Sticky.Key.Header _, Sticky.Key.Cookie _ -> List.of("default " + NOTHING);
      case Sticky.Key.Issued(_, var maxAge) ->
          List.of(
              "default " + NOTHING,
              "\":\" \"%s=$request_id%s\""
                  .formatted(name, ATTRIBUTES.formatted(maxAge.toSeconds())));
      case Sticky.Key.Cleared _ ->
          List.of(
              "default " + NOTHING, "\"~^:.\" \"%s=%s\"".formatted(name, ATTRIBUTES.formatted(0)));
    };
  }

  /** Each asks the one after it if it does not match itself. */
  private void rules(List<Rule> rules) {
    for (int at = rules.size(); at >= 1; at--) {
      Rule rule = rules.get(at - 1);
      String next = at == rules.size() ? NOTHING : variables.of("rule" + (at + 1));
      map(
          source(rule.match()),
          variables.of("rule" + at),
          List.of("default " + next, "\"%s\" %s".formatted(pattern(rule.match()), rule.track())));
    }
    if (rules.isEmpty()) {
      map(NOTHING, first(), List.of("default " + NOTHING));
    }
  }

  private static String source(Match match) {
    return switch (match) {
      case Match.Header(var name, _) -> header(name);
      case Match.Cookie _ -> COOKIES;
    };
  }

  private static String header(String name) {
    return "$http_" + name.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** Texts that are no patterns are compared without regard to case. */
  private static String pattern(Match match) {
    return switch (match) {
      case Match.Header(_, var value) -> "~^%s$".formatted(Literal.of(value));
      case Match.Cookie(var name, var value) ->
          "~(?:^|;)\\s*%s=%s\\s*(?:;|$)".formatted(Literal.of(name), Literal.of(value));
    };
  }

  /** A track in which nobody serves has no upstream, and its requests go by the shares. */
  private void to(Steering steering) {
    var ways = new ArrayList<String>();
    ways.add("default " + upstream.name());
    for (String track : steering.reached()) {
      String group = variables.group(track);
      if (group(group, steering, track, true)) {
        ways.add("%s %s".formatted(track, group));
      }
    }
    map(variables.of("track"), variables.to(), ways);
  }

  private void copy(Optional<Mirror> mirror, Steering steering) {
    String group = variables.group(COPIES);
    var wanted =
        mirror
            .filter(copies -> !copies.share().equals(Share.NONE))
            .filter(copies -> group(group, steering, copies.track(), false));
    if (wanted.isEmpty()) {
      map(NOTHING, variables.copy(), List.of("default " + NOTHING));
      return;
    }
    var copies = wanted.get();
    String dice = variables.of("dice");
    lines.add("split_clients $request_id %s {".formatted(dice));
    part(copies.share(), "yes").ifPresent(lines::add);
    if (!copies.share().equals(Share.ALL)) {
      lines.add(REST + "no;");
    }
    lines.add("}");
    // Who goes there anyway is not copied, and neither is who asks for another protocol.
    map(
        "\"%s $request_method %s:$http_upgrade\"".formatted(variables.of("track"), dice),
        variables.copy(),
        List.of(
            "default " + NOTHING,
            "\"~^(?!%s )[a-z0-9]* (?:%s) yes:$\" %s"
                .formatted(
                    copies.track(),
                    String.join("|", copies.methods().stream().map(Literal::of).toList()),
                    group)));
  }

  /**
   * Writes an upstream of those that serve in a track.
   *
   * @param helped whether those that get requests by the shares answer where nobody else does
   * @return whether anybody serves there
   */
  private boolean group(String name, Steering steering, String track, boolean helped) {
    Predicate<Member> plays = member -> steering.plays(member.name(), track);
    var own = upstream.members().stream().filter(Member::serves).filter(plays).toList();
    if (own.isEmpty()) {
      return false;
    }
    lines.add("upstream %s {".formatted(name));
    lines.add("  zone %s %dk;".formatted(name, Section.zone(upstream)));
    lines.add("  include %s.%s.tracks.option[s];".formatted(spec.file(), upstream.name()));
    own.forEach(member -> lines.add(server(member, "")));
    upstream.members().stream()
        .filter(member -> helped && member.gets())
        .filter(plays.negate())
        .forEach(member -> lines.add(server(member, " backup")));
    lines.add("}");
    return true;
  }

  private String server(Member member, String role) {
    return "  server %s max_fails=%d%s;".formatted(member.at(), spec.maxFails(), role);
  }

  private void map(String source, String variable, List<String> entries) {
    lines.add("map %s %s {".formatted(source, variable));
    entries.forEach(entry -> lines.add("  %s;".formatted(entry)));
    lines.add("}");
  }
}
