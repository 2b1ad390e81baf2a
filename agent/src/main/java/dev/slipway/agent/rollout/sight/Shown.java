package dev.slipway.agent.rollout.sight;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What balancers show, held against what is wanted of them. */
public final class Shown {
  private Shown() {}

  /** Returns whether what balancers said is this traffic, so that there is nothing to tell them. */
  public static boolean isAgreed(Map<String, Observed> observed, Traffic traffic) {
    return observed.values().stream().allMatch(one -> differences(one, traffic).isEmpty());
  }

  /** Weights are the adapter's business; here counts who gets requests and who does not. */
  public static List<String> differences(Observed observed, Traffic wanted) {
    var differences = new ArrayList<String>();
    wanted
        .members()
        .forEach((instance, member) -> {
          Seen seen = observed.members().get(instance);
          boolean should =
              member.state() == MemberState.SERVING
                  && wanted.tracks().getOrDefault(member.track(), Share.NONE).basisPoints() > 0;
          if (should ? !isAdmitted(seen) : isSent(seen)) {
            differences.add(
                "%s is %s, wanted %s"
                    .formatted(instance, seen == null ? "missing" : seen.state(), member.state()));
          }
        });
    differences.addAll(observed.routing().differences(wanted.routing()));
    return differences.isEmpty() ? shares(observed, wanted) : differences;
  }

  /** Where requests are shared out, a balancer must give the candidates their part. */
  private static List<String> shares(Observed observed, Traffic wanted) {
    if (!wanted.isSplit()) {
      return List.of();
    }
    Share candidates = observed.share(wanted.inTrack(Traffic.CANDIDATE));
    Share share = wanted.tracks().getOrDefault(Traffic.CANDIDATE, Share.NONE);
    return candidates.isAbout(share)
        ? List.of()
        : List.of("the candidates get %s, wanted %s".formatted(candidates, share));
  }

  /** Whether it gets all that it can get, were it up. */
  private static boolean isAdmitted(@Nullable Seen seen) {
    return isSent(seen) || (seen != null && seen.state() == MemberState.SERVING && seen.idle());
  }

  /** Whether requests would be sent there, were it up. */
  public static boolean isSent(@Nullable Seen seen) {
    return seen != null && seen.state() == MemberState.SERVING && seen.weight() > 0;
  }

  /** Returns the members that, by every balancer's word, really get requests. */
  public static Set<Instance> serving(Map<String, Observed> observed) {
    var serving = new TreeSet<Instance>();
    observed.values().forEach(one -> serving.addAll(one.members().keySet()));
    serving.removeIf(instance ->
        !observed.values().stream()
            .allMatch(one -> {
              Seen seen = one.members().get(instance);
              return seen != null && seen.gets();
            }));
    return serving;
  }
}
