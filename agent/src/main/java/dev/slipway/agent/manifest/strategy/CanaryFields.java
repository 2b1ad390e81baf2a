package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Canary.Stage;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads {@code canary:} and {@code ramped:}; what cannot be is reported where it stands. */
final class CanaryFields {
  private static final int ALL = 100;

  private final Fields fields;

  private CanaryFields(Fields fields) {
    this.fields = fields;
  }

  /** Returns the canary of a mapping that passed its schema. */
  static Canary canary(Fields fields) {
    return new CanaryFields(fields).canary();
  }

  /** Returns the ramp of a mapping that passed its schema. */
  static Ramped ramped(Fields fields) {
    Ramped usual = Ramped.DEFAULT;
    int from = fields.integer("from", usual.from());
    int to = fields.integer("to", usual.to());
    if (from > to) {
      fields.report(
          "to", "the ramp would fall from %d to %d".formatted(from, to), "use from <= to");
    }
    return new Ramped(
        Math.min(from, to),
        to,
        fields.positive("duration", usual.duration()),
        fields.positive("interval", usual.interval()),
        fields.text("curve").orElse("").equals("exponential")
            ? Ramped.Curve.EXPONENTIAL
            : usual.curve(),
        fields.child("analysis").map(AnalysisDocument::read),
        fields.amount("maxUnavailable").orElse(usual.maxUnavailable()),
        fields.positive("progressDeadline", usual.progressDeadline()));
  }

  private Canary canary() {
    Canary usual = Canary.DEFAULT;
    return judged(
        new Canary(
            steps(),
            analysis(),
            scale(),
            fields.amount("maxUnavailable").orElse(usual.maxUnavailable()),
            fields.positive("progressDeadline", usual.progressDeadline())));
  }

  /** Flagger's {@code threshold} is how many failed measurements are too many. */
  private Optional<Analysis> analysis() {
    Optional<Analysis> written = fields.child("analysis").map(AnalysisDocument::read);
    OptionalInt threshold = fields.integer("threshold");
    return threshold.isEmpty()
        ? written
        : Optional.of(written.orElse(Analysis.DEFAULT).bearing(threshold.getAsInt() - 1));
  }

  private Optional<Integer> scale() {
    return fields
        .child("canaryScale")
        .flatMap(scale -> {
          Optional<Integer> instances = scale.integer("instances").stream().boxed().findFirst();
          boolean isMatched = scale.text("matchTrafficWeight").orElse("false").equals("true");
          if (isMatched == instances.isPresent()) {
            scale.report(
                "instances",
                "canaryScale says how many candidates there are in no way, or in two",
                "use matchTrafficWeight: true, or instances with a number");
          }
          return instances;
        });
  }

  private List<Stage> steps() {
    List<String> ways =
        List.of("steps", "stepWeights", "stepWeight").stream()
            .filter(fields.keys()::contains)
            .toList();
    if (ways.size() > 1) {
      fields.report(
          ways.getLast(),
          "the stages are written twice, as %s".formatted(String.join(" and as ", ways)),
          "keep one of them");
    }
    if (ways.isEmpty()) {
      return Canary.stages(
          Canary.USUAL_WEIGHTS, fields.positive("interval", Canary.USUAL_INTERVAL));
    }
    return rising(
        switch (ways.getFirst()) {
          case "steps" -> StageFields.read(fields);
          case "stepWeights" -> shortForm(weights());
          case String _ -> shortForm(evenWeights());
        });
  }

  private List<Integer> weights() {
    return fields.texts("stepWeights").stream()
        .map(weight -> Integer.valueOf(weight.text()))
        .toList();
  }

  /** As Flagger has it: from one weight to the next by the same step. */
  private List<Integer> evenWeights() {
    int step = fields.integer("stepWeight", ALL);
    int most = fields.integer("maxWeight", ALL);
    var weights = new ArrayList<Integer>();
    for (int weight = step; weight <= most; weight += step) {
      weights.add(weight);
    }
    if (weights.isEmpty()) {
      fields.report(
          "maxWeight",
          "maxWeight %d is less than stepWeight %d, so no stage is left".formatted(most, step),
          "use stepWeight <= maxWeight");
    }
    return weights;
  }

  private List<Stage> shortForm(List<Integer> weights) {
    return Canary.stages(weights, fields.positive("interval", Duration.ofMinutes(1)));
  }

  private List<Stage> rising(List<Stage> steps) {
    var kept = new ArrayList<Stage>();
    Iterator<Place> places = places().iterator();
    int before = 0;
    for (Stage step : steps) {
      if (step instanceof Stage.SetWeight(var weight)) {
        Place place = places.hasNext() ? places.next() : fields.place();
        if (weight < before) {
          fields
              .reading()
              .report(
                  place,
                  "a weight of %d after %d would fall".formatted(weight, before),
                  "let weights rise from step to step; the way back is an abort or a revert");
          continue;
        }
        before = weight;
      }
      kept.add(step);
    }
    return kept;
  }

  /** Returns where each weight stands. */
  private List<Place> places() {
    return Stream.concat(
            fields.children("steps").stream()
                .filter(step -> step.has("setWeight"))
                .map(step -> step.place("setWeight")),
            fields.texts("stepWeights").stream().map(Located::place))
        .toList();
  }

  /** A pause in which the first measurement would come too late is judged by nothing. */
  private Canary judged(Canary canary) {
    Duration delay = canary.analysis().map(Analysis::initialDelay).orElse(Duration.ZERO);
    canary.steps().stream()
        .filter(Stage.Pause.class::isInstance)
        .map(pause -> ((Stage.Pause) pause).duration())
        .filter(pause -> !pause.isZero() && delay.compareTo(pause) >= 0)
        .findFirst()
        .ifPresent(pause ->
            fields
                .child("analysis")
                .orElse(fields)
                .report(
                    "initialDelay",
                    "the first measurement comes after %s, and a pause of %s is over by then"
                        .formatted(Durations.text(delay), Durations.text(pause)),
                    "let initialDelay be shorter than every pause"));
    return canary;
  }
}
