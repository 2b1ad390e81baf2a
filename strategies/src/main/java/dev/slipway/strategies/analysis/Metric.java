package dev.slipway.strategies.analysis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One number about the requests of a release, and which values of it are good.
 *
 * @param name one of {@link Builtin}, or any other name where a query says what it is
 * @param provider where the number comes from; empty means the first that is there
 * @param query what is asked instead of something built in
 * @param maxRatioToStable how many times the value of the stable release it may be; empty where
 *     they are not compared
 * @param former how it is compared with what the former release had before; empty where it is not
 * @param minSamples how many requests there must be before anything is said of it
 * @param count after how many conclusive measurements it is not asked again; empty means to the end
 * @param dryRun whether it is only shown
 * @param required whether a source that can never answer it stops the plan; else it is passed over
 */
public record Metric(
    String name,
    Optional<String> provider,
    Optional<Query> query,
    Threshold threshold,
    OptionalDouble maxRatioToStable,
    Optional<Former> former,
    int minSamples,
    OnNoData onNoData,
    Limits limits,
    OptionalInt count,
    boolean dryRun,
    boolean required) {
  static final List<Metric> USUAL_ONES =
      List.of(usual(Builtin.ERROR_RATE), usual(Builtin.LATENCY_P99));

  public Metric {
    if (name.isBlank() || minSamples < 0 || count.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "metric '%s' with minSamples %d and count %s says nothing"
              .formatted(name, minSamples, count));
    }
    if (query.isEmpty() == Builtin.named(name).isEmpty()) {
      throw new IllegalArgumentException(
          "metric '%s' needs a query, or a name that is built in, and not both".formatted(name));
    }
    if (maxRatioToStable.isPresent() && !(maxRatioToStable.getAsDouble() > 0)) {
      throw new IllegalArgumentException("a ratio must be above zero: " + maxRatioToStable);
    }
    if (former.isPresent() && builtin().filter(one -> !one.isLasting()).isPresent()) {
      throw new IllegalArgumentException("'%s' of two times says nothing".formatted(name));
    }
  }

  /** Returns a metric that is built in, with what is usual for it. */
  public static Metric usual(Builtin builtin) {
    return new Metric(
        builtin.text(),
        Optional.empty(),
        Optional.empty(),
        builtin.usual(),
        builtin.usualRatio(),
        Optional.empty(),
        builtin.usualSamples(),
        OnNoData.INCONCLUSIVE,
        Limits.DEFAULT,
        OptionalInt.empty(),
        false,
        false);
  }

  Metric bearing(int failures) {
    return new Metric(
        name,
        provider,
        query,
        threshold,
        maxRatioToStable,
        former,
        minSamples,
        onNoData,
        new Limits(failures, limits.inconclusive(), limits.consecutiveErrors()),
        count,
        dryRun,
        required);
  }

  /** Returns what is built in under this name, if anything is. */
  public Optional<Builtin> builtin() {
    return Builtin.named(name);
  }

  /** Returns a value of it for people: {@code 5.1 %}, {@code 480 ms}, {@code 1,240}. */
  public String text(double value) {
    return builtin().map(Builtin::unit).orElse(Unit.NUMBER).text(value);
  }

  /**
   * A question in the words of the source.
   *
   * @param text PromQL, the address of a JSON document, or the name of a command
   * @param pointer where in the JSON the number stands; empty for PromQL
   */
  public record Query(String text, String pointer) {}

  /**
   * How a release is compared with what the former one had before the rollout.
   *
   * @param maxRatio how many times that its own value may be
   * @param window how long that was measured
   */
  public record Former(double maxRatio, Duration window) {
    /** How long it is measured unless a manifest says otherwise. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    public Former {
      if (!(maxRatio > 0) || !Double.isFinite(maxRatio) || !window.isPositive()) {
        throw new IllegalArgumentException(
            "nothing is at most %s times what was for %s".formatted(maxRatio, window));
      }
    }
  }

  /** What it means that there is no number. */
  public enum OnNoData {
    INCONCLUSIVE,
    FAIL,
    PASS
  }

  /**
   * How much is borne, in the words and with the defaults of Argo Rollouts.
   *
   * @param failures how many measurements may fail
   * @param inconclusive how many may be inconclusive at the end, after one that passed
   * @param consecutiveErrors how often in a row it may not be measurable
   */
  public record Limits(int failures, int inconclusive, int consecutiveErrors) {
    /** Those of Argo Rollouts. */
    public static final Limits DEFAULT = new Limits(0, 0, 4);

    public Limits {
      if (failures < 0 || inconclusive < 0 || consecutiveErrors < 0) {
        throw new IllegalArgumentException("a limit cannot be below zero");
      }
    }
  }
}
