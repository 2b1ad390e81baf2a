package dev.slipway.agent.balancer.haproxy;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights that HAProxy is to apply: each track gets its share, and inside a track the
 * configured weights decide, because they say which machine is the bigger one.
 *
 * <p>A single track has its configured weights exactly, so that a finished rollout leaves the
 * balancer as its owner wrote it. A server that is configured with 0 gets nothing, whatever is
 * wanted.
 */
final class Weights {
  /** The greatest weight that HAProxy takes. */
  static final int SCALE = 256;

  private final Traffic traffic;
  private final Map<Instance, Integer> base;
  private final Map<String, Integer> tracks = new TreeMap<>();

  /** Takes the configured weight of every member. */
  Weights(Traffic traffic, Map<Instance, Integer> base) {
    this.traffic = traffic;
    this.base = base;
    traffic
        .members()
        .forEach((instance, member) -> {
          if (gets(member)) {
            tracks.merge(member.track(), base.getOrDefault(instance, 1), Integer::sum);
          }
        });
  }

  /** What HAProxy is to apply, or why it cannot. */
  sealed interface Applied {
    /** By serving member. */
    record Exactly(Map<Instance, Integer> weights) implements Applied {}

    /** The scale cannot carry the shares. */
    record TooCoarse(String reason) implements Applied {}
  }

  Applied compute() {
    var weights = new TreeMap<Instance, Integer>();
    double greatest = traffic.serving().stream().mapToDouble(this::part).max().orElse(0);
    for (Instance instance : traffic.serving()) {
      int weight =
          tracks.size() <= 1
              ? gets(member(instance)) ? base.getOrDefault(instance, 1) : 0
              : scaled(part(instance) / greatest);
      weights.put(instance, weight);
    }
    return tracks.size() <= 1 ? new Applied.Exactly(weights) : checked(weights);
  }

  /** Whoever is to get something gets it, also beside a machine that is 256 times as big. */
  private static int scaled(double part) {
    return part > 0 ? (int) Math.max(1, Math.round(part * SCALE)) : 0;
  }

  /** The member's part of all requests, if nothing had to be rounded. */
  private double part(Instance instance) {
    Member member = member(instance);
    int own = base.getOrDefault(instance, 1);
    return gets(member) && own > 0
        ? (double) share(member) * own / tracks.getOrDefault(member.track(), own)
        : 0;
  }

  private Applied checked(Map<Instance, Integer> weights) {
    long all = weights.values().stream().mapToLong(Integer::longValue).sum();
    for (String track : tracks.keySet()) {
      long own =
          weights.entrySet().stream()
              .filter(entry -> member(entry.getKey()).track().equals(track))
              .mapToLong(Map.Entry::getValue)
              .sum();
      var got = new Share((int) (Share.ALL.basisPoints() * own / Math.max(1, all)));
      Share wanted = traffic.tracks().getOrDefault(track, Share.NONE);
      if (!got.isAbout(wanted) || own == 0) {
        return new Applied.TooCoarse(
            "track '%s' is to get %s, but with weights of 0 to %d it would get %s"
                .formatted(track, wanted, SCALE, got));
      }
    }
    return new Applied.Exactly(weights);
  }

  private Member member(Instance instance) {
    Member member = traffic.members().get(instance);
    if (member == null) {
      throw new IllegalArgumentException(instance + " is not a member");
    }
    return member;
  }

  private boolean gets(Member member) {
    return member.state() == MemberState.SERVING && share(member) > 0;
  }

  private int share(Member member) {
    return traffic.tracks().getOrDefault(member.track(), Share.NONE).basisPoints();
  }
}
