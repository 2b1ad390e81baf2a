package dev.slipway.strategies.analysis;

import dev.slipway.strategies.analysis.Chance.Tally;
import dev.slipway.strategies.analysis.Verdict.Errored;
import dev.slipway.strategies.analysis.Verdict.Fail;
import dev.slipway.strategies.analysis.Verdict.Inconclusive;
import dev.slipway.strategies.analysis.Verdict.Pass;
import java.util.Locale;
import java.util.Optional;

/** What one measurement of one metric says. */
record Assessment(Metric metric) {

  Verdict of(Sample candidate, Optional<Sample> stable) {
    return switch (candidate) {
      case Sample.Failed(var reason) -> new Errored(about(reason));
      case Sample.NoData(var reason) -> without(about(reason));
      case Sample.Value value -> tooFew(value).orElseGet(() -> of(value, stable));
    };
  }

  private Verdict without(String detail) {
    return switch (metric.onNoData()) {
      case INCONCLUSIVE -> new Inconclusive(detail);
      case FAIL -> new Fail(detail);
      case PASS -> new Pass(detail);
    };
  }

  private Optional<Verdict> tooFew(Sample.Value value) {
    if (metric.minSamples() == 0) {
      return Optional.empty();
    }
    if (value.requests().isEmpty()) {
      return Optional.of(
          new Inconclusive(
              about(
                  "%s, and it is not known of how many requests; at least %,d are needed"
                      .formatted(metric.text(value.value()), metric.minSamples()))));
    }
    return value.requests().getAsLong() >= metric.minSamples()
        ? Optional.empty()
        : Optional.of(
            new Inconclusive(
                about(
                    "only %,d requests, at least %,d are needed"
                        .formatted(value.requests().getAsLong(), metric.minSamples()))));
  }

  private Verdict of(Sample.Value value, Optional<Sample> stable) {
    Verdict alone = within(value);
    return alone instanceof Pass && metric.maxRatioToStable().isPresent() && stable.isPresent()
        ? beside(value, stable.get())
        : alone;
  }

  private Verdict within(Sample.Value value) {
    Threshold good = metric.threshold();
    if (good.min().isPresent() && value.value() < good.min().getAsDouble()) {
      return new Fail(
          "%s, at least %s".formatted(shown(value), metric.text(good.min().getAsDouble())));
    }
    if (good.max().isEmpty() || value.value() <= good.max().getAsDouble()) {
      return new Pass(shown(value));
    }
    double max = good.max().getAsDouble();
    String detail = "%s, at most %s".formatted(shown(value), metric.text(max));
    return tally(value).map(seen -> Chance.isRuledOut(seen, max)).orElse(true)
        ? new Fail(detail)
        : new Inconclusive(detail + ", which may be chance");
  }

  private Verdict beside(Sample.Value value, Sample stable) {
    return switch (stable) {
      case Sample.Failed(var reason) -> new Errored(about("of the stable release: " + reason));
      case Sample.NoData(var reason) -> without(about("of the stable release: " + reason));
      case Sample.Value other ->
          tooFew(other)
              .<Verdict>map(few -> new Inconclusive("of the stable release: " + few.detail()))
              .orElseGet(() -> compared(value, other));
    };
  }

  private Verdict compared(Sample.Value value, Sample.Value stable) {
    double ratio = metric.maxRatioToStable().orElseThrow();
    String detail =
        "%s, and %s of the stable release, at most %s times that"
            .formatted(shown(value), metric.text(stable.value()), Unit.NUMBER.text(ratio));
    if (value.value() <= ratio * stable.value()) {
      return new Pass(detail);
    }
    Optional<Tally> mine = tally(value);
    Optional<Tally> other = tally(stable);
    if (mine.isPresent() && other.isPresent()) {
      return Chance.isRuledOut(mine.get(), other.get(), ratio)
          ? new Fail(detail)
          : new Pass(detail + "; the difference may be chance");
    }
    return stable.value() > 0
        ? new Fail(detail)
        : new Inconclusive(detail + ": there is no such ratio");
  }

  /** Returns what chance can be reckoned with; nothing where the number is no part of requests. */
  private Optional<Tally> tally(Sample.Value value) {
    return metric.builtin().filter(Builtin::isPart).isPresent()
            && value.requests().orElse(0) > 0
            && value.value() >= 0
        ? Optional.of(Tally.of(value.value(), value.requests().getAsLong()))
        : Optional.empty();
  }

  private String shown(Sample.Value value) {
    return about(
        value.requests().isPresent()
            ? String.format(
                Locale.ROOT,
                "%s of %,d requests",
                metric.text(value.value()),
                value.requests().getAsLong())
            : metric.text(value.value()));
  }

  private String about(String text) {
    return "%s %s".formatted(metric.name(), text);
  }
}
