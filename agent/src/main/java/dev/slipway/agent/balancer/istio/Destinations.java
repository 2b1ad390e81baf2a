package dev.slipway.agent.balancer.istio;

import dev.slipway.strategies.fleet.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a route sends to.
 *
 * @param written the destinations of before; one that comes new is what the first of them is, but
 *     for its subset, so that it has the same port and headers
 */
record Destinations(List<Section> written, Subsets subsets) {
  static final String DESTINATION = "destination";
  static final String SUBSET = "subset";
  private static final String WEIGHT = "weight";

  /** What one destination gets that has nobody beside it, whatever its weight. */
  private static final int ALL = 100;

  Destinations {
    written = List.copyOf(written);
  }

  /** Returns the destinations of these members and no others, those of before in their order. */
  List<Section> of(Map<Instance, Integer> weights) {
    var bySubset = new TreeMap<String, Integer>();
    weights.forEach((instance, weight) ->
        Optional.ofNullable(subsets.names().get(instance))
            .ifPresent(subset -> bySubset.put(subset, weight)));
    var left = new TreeSet<>(bySubset.keySet());
    var all = new ArrayList<Section>();
    for (Section destination : written) {
      String subset = subset(destination);
      if (left.remove(subset)) {
        all.add(destination.with(WEIGHT, bySubset.getOrDefault(subset, 0)));
      }
    }
    Section first = written.getFirst();
    for (String subset : left) {
      all.add(
          first
              .with(DESTINATION, first.section(DESTINATION).with(SUBSET, subset))
              .with(WEIGHT, bySubset.getOrDefault(subset, 0)));
    }
    return all;
  }

  /** Returns what each subset gets; those that are not in it are sent nothing. */
  static Map<String, Integer> weights(List<Section> written) {
    var weights = new TreeMap<String, Integer>();
    for (Section destination : written) {
      int weight = destination.integer(WEIGHT).orElse(0);
      weights.merge(
          subset(destination), written.size() == 1 && weight == 0 ? ALL : weight, Integer::sum);
    }
    return weights;
  }

  private static String subset(Section destination) {
    return destination.section(DESTINATION).text(SUBSET).orElse("");
  }
}
