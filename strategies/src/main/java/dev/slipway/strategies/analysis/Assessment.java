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

  private static final String STABLE = "of the stable release";
  private static final String FORMER = "of the former release";

  Verdict of(Sample candidate, Optional<Sample> stable, Optional<Sample> former) {
    return switch (candidate) {
      case Sample.Failed(var reason) -> new Errored(about(reason));
      case Sample.NoData(var reason) -> without(about(reason));
      case Sample.Value value -> tooFew(value).orElseGet(() -> of(value, stable, former));
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

  private Verdict of(Sample.Value value, Optional<Sample> stable, Optional<Sample> former) {
    Verdict verdict = within(value);
    if (verdict instanceof Pass && metric.maxRatioToStable().isPresent() && stable.isPresent()) {
      verdict = beside(value, stable.get(), metric.maxRatioToStable().getAsDouble(), STABLE);
    }
    if (verdict instanceof Pass && metric.former().isPresent() && former.isPresent()) {
      verdict = beside(value, former.get(), metric.former().get().maxRatio(), FORMER);
    }
    return verdict;
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
    return tally(value).map(seen -> isRuledOut(seen, value.noise(), max)).orElse(true)
        ? new Fail(detail)
        : new Inconclusive(detail + ", which may be chance");
  }

  /** What the stable release differs from itself by may be more at one time than at another. */
  private static boolean isRuledOut(Tally seen, double noise, double max) {
    if (noise <= 0) {
      return Chance.isRuledOut(seen, max);
    }
    Tally quiet = Tally.of(noise, seen.requests());
    Tally all =
        new Tally(seen.requests(), Math.min(seen.requests(), seen.failed() + quiet.failed()));
    return Chance.isRuledOut(seen, max) && Chance.isRuledOut(all, quiet, 1);
  }

  private Verdict beside(Sample.Value value, Sample stable, double ratio, String whose) {
    return switch (stable) {
      case Sample.Failed(var reason) -> new Errored(about("%s: %s".formatted(whose, reason)));
      case Sample.NoData(var reason) -> without(about("%s: %s".formatted(whose, reason)));
      case Sample.Value other ->
          tooFew(other)
              .<Verdict>map(few -> new Inconclusive("%s: %s".formatted(whose, few.detail())))
              .orElseGet(() -> compared(value, other, ratio, whose));
    };
  }

  private Verdict compared(Sample.Value value, Sample.Value stable, double ratio, String whose) {
    String detail =
        "%s, and %s %s, at most %s times that"
            .formatted(shown(value), metric.text(stable.value()), whose, Unit.NUMBER.text(ratio));
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
