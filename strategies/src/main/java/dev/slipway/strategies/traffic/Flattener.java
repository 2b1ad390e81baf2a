package dev.slipway.strategies.traffic;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.Map;
import java.util.TreeMap;

/** Spreads the shares of tracks over their serving members as integers of a scale. */
final class Flattener {
  private final Traffic traffic;
  private final int scale;

  Flattener(Traffic traffic, int scale) {
    this.traffic = traffic;
    this.scale = scale;
  }

  Flattening flatten() {
    var serving = new TreeMap<String, Integer>();
    for (Member member : traffic.members().values()) {
      if (member.state() == MemberState.SERVING) {
        serving.merge(member.track(), 1, Integer::sum);
      }
    }
    if (serving.isEmpty()) {
      return new Flattening.Flat(weighted(new TreeMap<>()));
    }
    for (var track : traffic.tracks().entrySet()) {
      if (track.getValue().basisPoints() > 0 && !serving.containsKey(track.getKey())) {
        return new Flattening.Refused(
            "track '%s' is to get %s but has no serving member"
                .formatted(track.getKey(), track.getValue()));
      }
    }
    return spread(serving);
  }

  private Flattening spread(Map<String, Integer> serving) {
    double greatest = 0;
    for (var track : serving.entrySet()) {
      greatest = Math.max(greatest, each(track.getKey(), track.getValue()));
    }
    var weights = new TreeMap<String, Integer>();
    for (var track : serving.entrySet()) {
      double part = each(track.getKey(), track.getValue()) / greatest;
      weights.put(track.getKey(), (int) Math.round(part * scale));
    }
    String worst = worst(serving, weights);
    return worst.isEmpty() ? new Flattening.Flat(weighted(weights)) : new Flattening.Refused(worst);
  }

  private double each(String track, int members) {
    return traffic.tracks().getOrDefault(track, Share.NONE).basisPoints() / (double) members;
  }

  private String worst(Map<String, Integer> serving, Map<String, Integer> weights) {
    long sum = 0;
    for (var track : serving.entrySet()) {
      sum += (long) track.getValue() * weights.getOrDefault(track.getKey(), 0);
    }
    for (var track : serving.entrySet()) {
      long got =
          Share.ALL.basisPoints()
              * (long) track.getValue()
              * weights.getOrDefault(track.getKey(), 0)
              / sum;
      var found = new Share((int) got);
      Share wanted = traffic.tracks().getOrDefault(track.getKey(), Share.NONE);
      if (!found.isAbout(wanted) || (wanted.basisPoints() > 0 && got == 0)) {
        return "track '%s' is to get %s, but with weights of 0 to %d it would get %s"
            .formatted(track.getKey(), wanted, scale, found);
      }
    }
    return "";
  }

  private FlatTraffic weighted(Map<String, Integer> weights) {
    var members = new TreeMap<Instance, FlatMember>();
    traffic
        .members()
        .forEach((instance, member) ->
            members.put(
                instance,
                new FlatMember(
                    member.state() == MemberState.SERVING
                        ? weights.getOrDefault(member.track(), 0)
                        : 0,
                    member.state())));
    return new FlatTraffic(members, traffic.nobody(), traffic.routing());
  }
}
