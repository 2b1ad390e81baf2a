package dev.slipway.agent.e2e.comparison;

import dev.slipway.strategies.traffic.Capability;
import java.util.Optional;
import java.util.Set;

/** A strategy with its knobs, as a benchmark measures it: its stages take two seconds each. */
enum Scheme {
  ROLLING("rolling", "rolling", "rolling: {maxUnavailable: 1}"),
  SURGING("rolling with maxSurge", "rolling", "rolling: {maxSurge: 1, maxUnavailable: 0}"),
  RECREATE("recreate", "recreate", "recreate: {progressDeadline: 1m}"),
  PARKED(
      "recreate with park",
      "recreate",
      "recreate: {park: {limit: 1000, deadline: 30s}}",
      Capability.PARKING),
  BLUE_GREEN("blueGreen", "blueGreen", "blueGreen: {scaleDownDelay: 4s}"),
  CANARY(
      "canary", "canary", "canary: {stepWeights: [25, 50, 75], interval: 2s}", Capability.WEIGHTS),
  RAMPED(
      "ramped",
      "ramped",
      "ramped: {from: 25, to: 75, duration: 6s, interval: 2s, curve: linear}",
      Capability.WEIGHTS),
  SHADOW(
      "shadow",
      "shadow",
      "shadow: {duration: 4s, scaleDownDelay: 1s, analysis: {interval: 1s, metrics: ["
          + "{name: failed-checks, url: \"%s\", pointer: /failed, thresholdRange: {max: 0}}]}}",
      Capability.MIRROR),
  AB_TEST("abTest", "abTest", "abTest: {%s, " + Scheme.CONTEST + "}", Capability.MATCH);

  /** Whoever carries this meets a release on trial. */
  static final String TESTER = "X-Beta";

  private static final String CONTEST =
      "duration: 4s, interval: 1s, minSamples: 10, goals: [{name: signup, url: \"%s\", "
          + "successes: \"/{{arm}}/signups\", trials: \"/{{arm}}/visitors\"}]";

  private final String title;
  private final String strategy;
  private final String spec;
  private final Optional<Capability> need;

  Scheme(String title, String strategy, String spec) {
    this(title, strategy, spec, Optional.empty());
  }

  Scheme(String title, String strategy, String spec, Capability need) {
    this(title, strategy, spec, Optional.of(need));
  }

  Scheme(String title, String strategy, String spec, Optional<Capability> need) {
    this.title = title;
    this.strategy = strategy;
    this.spec = spec;
    this.need = need;
  }

  /** Returns how the table calls it. */
  String title() {
    return title;
  }

  /** Returns the name of its strategy in manifests. */
  String strategy() {
    return strategy;
  }

  /** Returns whether balancers with these capabilities can carry it. */
  boolean isFor(Set<Capability> capabilities) {
    return need.map(capabilities::contains).orElse(true);
  }

  /**
   * Returns its manifest, as it stands under {@code spec}.
   *
   * @param numbers where numbers come from, of which no balancer has to know
   */
  String spec(Set<Capability> capabilities, String numbers) {
    return switch (this) {
      case AB_TEST -> spec.formatted(audience(capabilities), numbers);
      case SHADOW -> spec.formatted(numbers);
      case ROLLING, SURGING, RECREATE, PARKED, BLUE_GREEN, CANARY, RAMPED -> spec;
    };
  }

  private static String audience(Set<Capability> capabilities) {
    String testers = "match: [{headers: {%s: {exact: \"1\"}}}]".formatted(TESTER);
    return capabilities.contains(Capability.STICKY)
        ? testers + ", weight: 50, sessionAffinity: {cookieName: visitor, maxAge: 1h}"
        : testers;
  }

  /** Returns its manifest as the page shows it. */
  String shown() {
    return switch (this) {
      case SHADOW -> "shadow: {duration: 4s, scaleDownDelay: 1s, analysis: {interval: 1s, ...}}";
      case AB_TEST -> "abTest: {duration: 4s, ...}";
      case ROLLING, SURGING, RECREATE, PARKED, BLUE_GREEN, CANARY, RAMPED -> spec;
    };
  }

  /** Returns whether some users say that they want the release on trial. */
  boolean hasTesters() {
    return this == AB_TEST;
  }

  /** Returns whether nobody meets a release that is on trial. */
  boolean isUnseen() {
    return this == SHADOW;
  }
}
