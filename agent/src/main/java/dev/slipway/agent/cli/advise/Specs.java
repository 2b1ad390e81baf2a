package dev.slipway.agent.cli.advise;

import static java.util.Map.entry;

import dev.slipway.strategies.advice.Technique;
import java.util.Map;
import java.util.Set;

/** What is built, and how each of it is written: a line here is what makes it recommended. */
final class Specs {
  private static final Map<Technique, String> SPECS =
      Map.ofEntries(
          entry(Technique.ROLLING, "rolling: {maxUnavailable: 1}"),
          entry(Technique.ROLLING_BESIDE, "rolling: {maxUnavailable: 0, maxSurge: 1}"),
          entry(Technique.RECREATE, "recreate: {progressDeadline: 10m}"),
          entry(Technique.BLUE_GREEN, "blueGreen: {scaleDownDelay: 5m}"),
          entry(
              Technique.CANARY,
              "canary: {stepWeights: [5, 25, 50, 75, 100], interval: 5m, analysis: {}}"),
          entry(Technique.RAMPED, "ramped: {from: 1, to: 100, duration: 30m, analysis: {}}"),
          entry(Technique.SHADOW, "shadow: {mirrorWeight: 100, duration: 30m, analysis: {}}"),
          entry(
              Technique.AB_TEST,
              "abTest: {weight: 50, duration: 24h, goals: [{name: error-rate}], analysis: {}}"));

  private Specs() {}

  /** Returns what can be used today. */
  static Set<Technique> built() {
    return SPECS.keySet();
  }

  /**
   * Returns a manifest, without comments.
   *
   * @throws IllegalArgumentException if the technique is not built
   */
  static String manifest(Technique technique) {
    String spec = SPECS.get(technique);
    if (spec == null) {
      throw new IllegalArgumentException("%s is not built yet".formatted(technique));
    }
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Strategy
    metadata: {name: advised}
    spec:
      %s
    """
        .formatted(spec);
  }
}
