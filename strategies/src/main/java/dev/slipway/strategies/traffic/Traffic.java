package dev.slipway.strategies.traffic;

import dev.slipway.strategies.fleet.Instance;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who ought to get which share of the requests of one role: tracks with shares, members with
 * states.
 *
 * <p>Draining, enabling, weights, switching, rules and mirrors are all a change of this value. The
 * shares belong to tracks and not to members, because with flat weights they would be wrong as soon
 * as one member drains.
 */
public record Traffic(
    Map<String, Share> tracks,
    Map<Instance, Member> members,
    List<Rule> rules,
    Optional<Mirror> mirror,
    Optional<Sticky> sticky,
    Nobody nobody) {
  /** The track of the release that is trusted. */
  public static final String STABLE = "stable";

  /** The track of the release that is on trial. */
  public static final String CANDIDATE = "candidate";

  public Traffic {
    tracks = Collections.unmodifiableMap(new TreeMap<>(tracks));
    members = Collections.unmodifiableMap(new TreeMap<>(members));
    rules = List.copyOf(rules);
    int sum = tracks.values().stream().mapToInt(Share::basisPoints).sum();
    if (sum != Share.ALL.basisPoints()) {
      throw new IllegalArgumentException(
          "the shares %s make %d basis points, not %d"
              .formatted(tracks, sum, Share.ALL.basisPoints()));
    }
    for (var entry : members.entrySet()) {
      if (!tracks.containsKey(entry.getValue().track())) {
        throw new IllegalArgumentException(
            "%s plays in track '%s', which has no share"
                .formatted(entry.getKey(), entry.getValue().track()));
      }
    }
    for (Rule rule : rules) {
      checkTrack(tracks, "a rule", rule.track());
    }
    for (Mirror copies : mirror.stream().toList()) {
      checkTrack(tracks, "a mirror", copies.track());
    }
  }

  private static void checkTrack(Map<String, Share> tracks, String who, String track) {
    if (!tracks.containsKey(track)) {
      throw new IllegalArgumentException(
          "%s leads to track '%s', which has no share; known are %s"
              .formatted(who, track, tracks.keySet()));
    }
  }

  /** A traffic in which nobody is kept on a track. */
  public Traffic(
      Map<String, Share> tracks,
      Map<Instance, Member> members,
      List<Rule> rules,
      Optional<Mirror> mirror,
      Nobody nobody) {
    this(tracks, members, rules, mirror, Optional.empty(), nobody);
  }

  /** Returns a pool of one track that gets everything. */
  public static Traffic stable(Map<Instance, MemberState> states) {
    var members = new TreeMap<Instance, Member>();
    states.forEach((instance, state) -> members.put(instance, new Member(STABLE, state)));
    return new Traffic(
        Map.of(STABLE, Share.ALL), members, List.of(), Optional.empty(), new Nobody.Refuse());
  }

  /**
   * Returns this traffic with one member in another state.
   *
   * @throws IllegalArgumentException if the instance is not a member
   */
  public Traffic with(Instance instance, MemberState state) {
    Member member = members.get(instance);
    if (member == null) {
      throw new IllegalArgumentException("%s is not a member of %s".formatted(instance, members));
    }
    var changed = new TreeMap<>(members);
    changed.put(instance, member.in(state));
    return new Traffic(tracks, changed, rules, mirror, sticky, nobody);
  }

  /** Returns the state of an instance; one that is not a member is out. */
  public MemberState state(Instance instance) {
    Member member = members.get(instance);
    return member == null ? MemberState.OUT : member.state();
  }

  /** Returns this traffic with another answer to requests that nobody can serve. */
  public Traffic with(Nobody other) {
    return new Traffic(tracks, members, rules, mirror, sticky, other);
  }

  /** Returns this traffic with other rules, another mirror and other users kept. */
  public Traffic with(Routing other) {
    return new Traffic(tracks, members, other.rules(), other.mirror(), other.sticky(), nobody);
  }

  /** Returns where requests go for what they carry. */
  public Routing routing() {
    return new Routing(rules, mirror, sticky);
  }

  /** Returns whether two tracks have members of their own. */
  public boolean isSplit() {
    return members.values().stream().map(Member::track).distinct().count() > 1;
  }

  /**
   * Returns this traffic with some instances serving as candidates, which together get a share;
   * everybody else is stable, and those that serve get the rest.
   */
  public Traffic split(Set<Instance> candidates, Share share) {
    var changed = new TreeMap<Instance, Member>();
    members.forEach(
        (instance, member) -> changed.put(instance, new Member(STABLE, member.state())));
    candidates.forEach(
        instance -> changed.put(instance, new Member(CANDIDATE, MemberState.SERVING)));
    return new Traffic(
        Map.of(STABLE, share.rest(), CANDIDATE, share), changed, rules, mirror, sticky, nobody);
  }

  /** Returns this traffic in one track, in which all that serve are equals, however they ask. */
  public Traffic whole() {
    var changed = new TreeMap<Instance, Member>();
    members.forEach(
        (instance, member) -> changed.put(instance, new Member(STABLE, member.state())));
    return new Traffic(
        Map.of(STABLE, Share.ALL), changed, List.of(), Optional.empty(), Optional.empty(), nobody);
  }

  /**
   * Returns this traffic with instances that serve too: in the track of those among them that serve
   * already, so that whoever comes takes nothing from another track.
   */
  public Traffic joined(Set<Instance> instances) {
    Optional<String> track =
        instances.stream()
            .filter(instance -> state(instance) == MemberState.SERVING)
            .map(this::track)
            .findFirst();
    var changed = new TreeMap<>(members);
    for (Instance instance : instances) {
      boolean isNew = state(instance) != MemberState.SERVING;
      String own = track(instance);
      changed.put(instance, new Member(isNew ? track.orElse(own) : own, MemberState.SERVING));
    }
    return new Traffic(tracks, changed, rules, mirror, sticky, nobody);
  }

  /** Returns the share of the track that an instance plays in, whether it serves or not. */
  public Share share(Instance instance) {
    return tracks.getOrDefault(track(instance), Share.NONE);
  }

  private String track(Instance instance) {
    Member member = members.get(instance);
    if (member == null) {
      throw new IllegalArgumentException("%s is not a member of %s".formatted(instance, members));
    }
    return member.track();
  }

  /** Returns the members that ought to get requests. */
  public SortedSet<Instance> serving() {
    return inState(MemberState.SERVING);
  }

  /** Returns the members that play in a track. */
  public SortedSet<Instance> inTrack(String track) {
    var found = new TreeSet<Instance>();
    members.forEach((instance, member) -> {
      if (member.track().equals(track)) {
        found.add(instance);
      }
    });
    return found;
  }

  /** Returns the members in a state. */
  public SortedSet<Instance> inState(MemberState state) {
    var found = new TreeSet<Instance>();
    members.forEach((instance, member) -> {
      if (member.state() == state) {
        found.add(instance);
      }
    });
    return found;
  }

  /**
   * Returns the integer weights that give every track its share, or why the scale cannot carry
   * them.
   *
   * @param scale the greatest weight that the balancer takes, 256 for HAProxy
   */
  public Flattening flatten(int scale) {
    return new Flattener(this, scale).flatten();
  }

  /** What a balancer can write, or why it cannot. */
  public sealed interface Flattening {
    /** These weights give each track its share within one percentage point. */
    record Flat(FlatTraffic traffic) implements Flattening {}

    /** The scale is too coarse, or a track with a share has no serving member. */
    record Refused(String reason) implements Flattening {}
  }
}
