package dev.slipway.agent.balancer.edge;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How a pool of the edge tells requests apart: by what they carry, beside the weights.
 *
 * @param tracks the names of the members of each track; those that do not serve count for nothing
 * @param shares the basis points of each track, for users who are kept
 */
public record RoutingSpec(
    Map<String, List<String>> tracks,
    Map<String, Integer> shares,
    List<RuleSpec> rules,
    Optional<MirrorSpec> mirror,
    Optional<StickySpec> sticky) {
  private static final int RULES_MAX = 100;

  public RoutingSpec {
    tracks = new TreeMap<>(tracks);
    tracks.replaceAll((_, names) -> List.copyOf(names));
    shares = new TreeMap<>(shares);
    rules = List.copyOf(rules);
    if (rules.size() > RULES_MAX) {
      throw new IllegalArgumentException(
          "%d rules are too many; at most %d".formatted(rules.size(), RULES_MAX));
    }
    for (var rule : rules) {
      checkTrack(tracks, "a rule", rule.track());
    }
    for (var copies : mirror.stream().toList()) {
      checkTrack(tracks, "a mirror", copies.track());
    }
    for (String track : shares.keySet()) {
      checkTrack(tracks, "a share", track);
    }
    shares.values().forEach(Share::new);
  }

  private static void checkTrack(Map<String, List<String>> tracks, String who, String track) {
    if (!tracks.containsKey(track)) {
      throw new IllegalArgumentException(
          "%s is of track '%s', which is unknown; known are %s"
              .formatted(who, track, tracks.keySet()));
    }
  }

  /** Where it stands what a request must carry. */
  public enum Where {
    HEADER,
    COOKIE
  }

  /** Requests that carry this go to the track. */
  public record RuleSpec(Where where, String name, String value, String track) {
    public RuleSpec {
      rule(where, name, value, track);
    }

    /** Returns what it says. */
    public Rule rule() {
      return rule(where, name, value, track);
    }

    private static Rule rule(Where where, String name, String value, String track) {
      return new Rule(
          switch (where) {
            case HEADER -> new Rule.Match.Header(name, value);
            case COOKIE -> new Rule.Match.Cookie(name, value);
          },
          track);
    }

    static RuleSpec of(Rule rule) {
      return switch (rule.match()) {
        case Rule.Match.Header(var name, var value) ->
            new RuleSpec(Where.HEADER, name, value, rule.track());
        case Rule.Match.Cookie(var name, var value) ->
            new RuleSpec(Where.COOKIE, name, value, rule.track());
      };
    }
  }

  /** So many in 10,000 requests of these methods are copied to the track. */
  public record MirrorSpec(
      String track, int basisPoints, List<String> methods, Optional<Comparison> comparison) {
    public MirrorSpec {
      methods = List.copyOf(methods);
      mirror(track, basisPoints, methods, comparison);
    }

    /** Copies whose answers nobody compares. */
    public MirrorSpec(String track, int basisPoints, List<String> methods) {
      this(track, basisPoints, methods, Optional.empty());
    }

    /** Returns what it says. */
    public Mirror mirror() {
      return mirror(track, basisPoints, methods, comparison);
    }

    private static Mirror mirror(
        String track, int basisPoints, List<String> methods, Optional<Comparison> comparison) {
      return new Mirror(track, new Share(basisPoints), new TreeSet<>(methods), comparison);
    }

    static MirrorSpec of(Mirror mirror) {
      return new MirrorSpec(
          mirror.track(),
          mirror.share().basisPoints(),
          List.copyOf(mirror.methods()),
          mirror.comparison());
    }
  }

  /** By what users are known who are kept on a track. */
  public enum Kept {
    BY_HEADER,
    BY_COOKIE,
    BY_ISSUED_COOKIE,
    NO_MORE
  }

  /**
   * Users are kept on a track.
   *
   * @param maxAgeSeconds how long an issued cookie lives; 0 for all others
   */
  public record StickySpec(Kept kept, String name, long maxAgeSeconds, String salt) {
    public StickySpec {
      sticky(kept, name, maxAgeSeconds, salt);
    }

    /** Returns what it says. */
    public Sticky sticky() {
      return sticky(kept, name, maxAgeSeconds, salt);
    }

    private static Sticky sticky(Kept kept, String name, long maxAgeSeconds, String salt) {
      return new Sticky(
          switch (kept) {
            case BY_HEADER -> new Sticky.Key.Header(name);
            case BY_COOKIE -> new Sticky.Key.Cookie(name);
            case BY_ISSUED_COOKIE -> new Sticky.Key.Issued(name, Duration.ofSeconds(maxAgeSeconds));
            case NO_MORE -> new Sticky.Key.Cleared(name);
          },
          salt);
    }

    static StickySpec of(Sticky sticky) {
      Kept kept =
          switch (sticky.key()) {
            case Sticky.Key.Header _ -> Kept.BY_HEADER;
            case Sticky.Key.Cookie _ -> Kept.BY_COOKIE;
            case Sticky.Key.Issued _ -> Kept.BY_ISSUED_COOKIE;
            case Sticky.Key.Cleared _ -> Kept.NO_MORE;
          };
      long seconds =
          sticky.key() instanceof Sticky.Key.Issued(_, var maxAge) ? maxAge.toSeconds() : 0;
      return new StickySpec(kept, sticky.key().name(), seconds, sticky.salt());
    }
  }

  /** Returns how requests are told apart in a traffic; empty if they are not. */
  static Optional<RoutingSpec> of(Traffic traffic, Function<Instance, String> names) {
    Routing routing = traffic.routing();
    if (routing.equals(Routing.NONE)) {
      return Optional.empty();
    }
    var tracks = new TreeMap<String, List<String>>();
    var shares = new TreeMap<String, Integer>();
    traffic
        .tracks()
        .forEach((track, share) -> {
          tracks.put(track, new ArrayList<>());
          shares.put(track, share.basisPoints());
        });
    traffic
        .members()
        .forEach((instance, member) ->
            tracks
                .computeIfAbsent(member.track(), _ -> new ArrayList<>())
                .add(names.apply(instance)));
    return Optional.of(
        new RoutingSpec(
            tracks,
            shares,
            routing.rules().stream().map(RuleSpec::of).toList(),
            routing.mirror().map(MirrorSpec::of),
            routing.sticky().map(StickySpec::of)));
  }

  /** Returns what it says of requests. */
  public Routing routing() {
    return new Routing(
        rules.stream().map(RuleSpec::rule).toList(),
        mirror.map(MirrorSpec::mirror),
        sticky.map(StickySpec::sticky));
  }

  /** Returns the share of each track. */
  public SortedMap<String, Share> sharesByTrack() {
    var byTrack = new TreeMap<String, Share>();
    shares.forEach((track, points) -> byTrack.put(track, new Share(points)));
    return byTrack;
  }
}
