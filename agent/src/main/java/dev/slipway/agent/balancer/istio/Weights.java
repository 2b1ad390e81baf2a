package dev.slipway.agent.balancer.istio;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The weights of destinations, which Istio divides by their sum: the smallest whole numbers that
 * give each share exactly, and a sum of 100 wherever whole numbers have one.
 */
final class Weights {
  /** What shares that need greater numbers are rounded to. */
  private static final int SCALE = 10_000;

  private static final int SUM = 100;
  private static final BigInteger SUM_MAX = BigInteger.valueOf(1_000_000);

  private Weights() {}

  /** Returns the traffic as a route can say it, or why none can. */
  static Flattening of(Traffic wanted) {
    return switch (wanted.flatten(SCALE)) {
      case Flattening.Refused refused -> refused;
      case Flattening.Flat(var rounded) -> new Flattening.Flat(exact(wanted, rounded));
    };
  }

  /** Returns the weights of members that get equal parts. */
  static Map<Instance, Integer> equal(Set<Instance> members) {
    int each = !members.isEmpty() && SUM % members.size() == 0 ? SUM / members.size() : 1;
    var weights = new TreeMap<Instance, Integer>();
    members.forEach(member -> weights.put(member, each));
    return weights;
  }

  private static FlatTraffic exact(Traffic wanted, FlatTraffic rounded) {
    var serving = new TreeMap<String, Integer>();
    for (Instance instance : wanted.serving()) {
      serving.merge(track(wanted, instance), 1, Integer::sum);
    }
    BigInteger all = BigInteger.ONE;
    for (int members : serving.values()) {
      all = all.multiply(BigInteger.valueOf(members));
    }
    var exact = new TreeMap<Instance, BigInteger>();
    for (Instance instance : wanted.serving()) {
      String track = track(wanted, instance);
      int points = wanted.tracks().getOrDefault(track, Share.NONE).basisPoints();
      exact.put(
          instance,
          all.multiply(BigInteger.valueOf(points))
              .divide(BigInteger.valueOf(serving.getOrDefault(track, 1))));
    }
    return exact.isEmpty() ? rounded : small(exact, rounded);
  }

  private static String track(Traffic wanted, Instance instance) {
    Member member = wanted.members().get(instance);
    return member == null ? Traffic.STABLE : member.track();
  }

  private static FlatTraffic small(Map<Instance, BigInteger> exact, FlatTraffic rounded) {
    BigInteger divisor = exact.values().stream().reduce(BigInteger.ZERO, BigInteger::gcd);
    BigInteger sum =
        exact.values().stream().reduce(BigInteger.ZERO, BigInteger::add).divide(divisor);
    if (sum.compareTo(SUM_MAX) > 0) {
      return rounded;
    }
    int factor = SUM % sum.intValueExact() == 0 ? SUM / sum.intValueExact() : 1;
    var members = new TreeMap<>(rounded.members());
    exact.forEach((instance, weight) ->
        members.put(
            instance,
            new FlatMember(weight.divide(divisor).intValueExact() * factor, MemberState.SERVING)));
    return new FlatTraffic(members, rounded.nobody(), rounded.routing());
  }
}
