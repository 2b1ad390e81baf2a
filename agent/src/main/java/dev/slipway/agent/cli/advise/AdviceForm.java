package dev.slipway.agent.cli.advise;

import dev.slipway.strategies.advice.Advice;
import dev.slipway.strategies.advice.Advice.Reason;
import dev.slipway.strategies.advice.Technique;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Advice as JSON has it.
 *
 * @param best what suits best
 * @param built whether that can be used today
 * @param use what can be used today
 * @param manifest a whole manifest of what can be used
 */
record AdviceForm(
    Option best, boolean built, Option use, List<ReasonForm> reasons, String manifest) {

  /** A strategy and what it costs. */
  record Option(String strategy, String summary, Map<String, String> costs) {
    private static Option of(Technique technique) {
      return new Option(
          technique.strategy(), technique.summary(), CostTable.rows(technique.cost()));
    }
  }

  /** An answer that was given. */
  record ReasonForm(String question, String answer, String meaning) {
    private static ReasonForm of(Reason reason) {
      return new ReasonForm(
          reason.question().word(), reason.answer().word(), reason.answer().meaning());
    }
  }

  static AdviceForm of(Advice advice) {
    return new AdviceForm(
        Option.of(advice.best()),
        advice.isBuilt(),
        Option.of(advice.use()),
        Stream.concat(advice.reasons().stream(), advice.further().stream())
            .map(ReasonForm::of)
            .toList(),
        Specs.manifest(advice.use()));
  }
}
