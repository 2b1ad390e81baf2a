package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.traffic.Comparison;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code shadow:}; what cannot be is reported where it stands. */
final class ShadowFields {
  private static final Metric DIFFERENCES = Metric.usual(Builtin.DIFFERENCE_RATE);

  private ShadowFields() {}

  /** Returns the shadow of a mapping that passed its schema. */
  static Shadow shadow(Fields fields) {
    Shadow usual = Shadow.DEFAULT;
    List<String> written = fields.words("methods");
    Set<String> methods = written.isEmpty() ? usual.methods() : Set.copyOf(written);
    Optional<Comparison> comparison =
        fields.child("compare").flatMap(compare -> comparison(compare, methods));
    Analysis analysis =
        fields
            .child("analysis")
            .map(comparison.isPresent() ? AnalysisDocument::comparing : AnalysisDocument::read)
            .orElse(Analysis.DEFAULT);
    return new Shadow(
        fields.integer("mirrorWeight", usual.mirrorWeight()),
        methods,
        comparison,
        fields.positive("duration", usual.duration()),
        comparison.map(_ -> analysis.with(DIFFERENCES)).orElse(analysis),
        StrategyDocument.promotion(fields),
        fields.duration("scaleDownDelay", usual.scaleDownDelay()),
        fields.positive("progressDeadline", usual.progressDeadline()));
  }

  private static Optional<Comparison> comparison(Fields fields, Set<String> methods) {
    var comparison =
        new Comparison(
            new TreeSet<>(fields.words("headers")),
            fields.words("ignoreFields").stream().distinct().toList(),
            fields.has("noiseBaseline") && fields.isTrue("noiseBaseline"));
    Optional<String> objection = comparison.objection(methods);
    objection.ifPresent(reason ->
        fields.report(
            "noiseBaseline", reason.replaceAll("; .*", ""), reason.replaceAll(".*; ", "")));
    return objection.isEmpty() ? Optional.of(comparison) : Optional.empty();
  }
}
