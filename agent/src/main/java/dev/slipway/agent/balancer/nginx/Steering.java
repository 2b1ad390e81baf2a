package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How the requests of an upstream are told apart, beside its weights.
 *
 * @param shares by track
 * @param tracks the track of each member, by its name as nginx is told of it
 */
record Steering(Map<String, Share> shares, Map<String, String> tracks, Routing routing) {
  private static final Pattern TRACK = Pattern.compile("[a-z][a-z0-9]{0,30}");

  Steering {
    shares = Collections.unmodifiableMap(new TreeMap<>(shares));
    tracks = Collections.unmodifiableMap(new TreeMap<>(tracks));
    shares.keySet().forEach(Steering::check);
    tracks.values().forEach(Steering::check);
    routing.rules().forEach(rule -> check(rule.track()));
    routing.mirror().ifPresent(mirror -> check(mirror.track()));
  }

  private static void check(String track) {
    if (!TRACK.matcher(track).matches()) {
      throw new IllegalArgumentException(
          "'%s' cannot be a track for nginx; allowed are 1 to 31 small letters and digits"
              .formatted(track));
    }
  }

  /** Returns the steering of a traffic; empty if the weights alone decide. */
  static Optional<Steering> of(Route route, Traffic traffic) {
    if (traffic.routing().equals(Routing.NONE)) {
      return Optional.empty();
    }
    var tracks = new TreeMap<String, String>();
    route
        .servers()
        .forEach((instance, server) -> {
          Member member = traffic.members().get(instance);
          if (member != null) {
            tracks.put(server.name(), member.track());
          }
        });
    return Optional.of(new Steering(traffic.tracks(), tracks, traffic.routing()));
  }

  /** Says why nginx could never tell requests apart so; empty if it can. */
  static Optional<String> objection(Routing routing) {
    var headers = new LinkedHashSet<String>();
    for (Rule rule : routing.rules()) {
      if (rule.match() instanceof Rule.Match.Header(var name, _)) {
        headers.add(name);
      }
    }
    for (Sticky sticky : routing.sticky().stream().toList()) {
      if (sticky.key() instanceof Sticky.Key.Header(var name)) {
        headers.add(name);
      }
    }
    return headers.stream()
        .filter(name -> name.indexOf('_') >= 0)
        .findFirst()
        .map("nginx drops headers with _ in their name, as '%s'; write - for it"::formatted);
  }

  /** Returns the tracks that a request may be sent to for what it carries. */
  Set<String> reached() {
    var reached = new TreeSet<String>();
    routing.rules().forEach(rule -> reached.add(rule.track()));
    if (routing.sticky().filter(one -> !(one.key() instanceof Sticky.Key.Cleared)).isPresent()) {
      reached.addAll(shares.keySet());
    }
    return reached;
  }

  /** Returns whether a member plays in a track. */
  boolean plays(String member, String track) {
    return track.equals(tracks.get(member));
  }
}
