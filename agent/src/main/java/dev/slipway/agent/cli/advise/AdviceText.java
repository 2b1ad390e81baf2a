package dev.slipway.agent.cli.advise;

import dev.slipway.strategies.advice.Advice;
import dev.slipway.strategies.advice.Advice.Reason;
import dev.slipway.strategies.advice.Technique;
import java.util.List;

/** Advice as a manifest that explains itself, so that it can be saved as it is printed. */
final class AdviceText {
  private final StringBuilder text = new StringBuilder();

  private AdviceText() {}

  static String of(Advice advice) {
    var written = new AdviceText();
    written.comment("strategies/advised.yaml, as slipway advise recommends it");
    written.comment("");
    if (advice.isBuilt()) {
      written.technique(advice.use(), advice.reasons());
    } else {
      written.technique(advice.best(), advice.reasons());
      written.comment("");
      written.comment("%s is not built yet. Until then:".formatted(advice.best().strategy()));
      written.comment("");
      written.technique(advice.use(), advice.further());
    }
    written.text.append(Specs.manifest(advice.use()));
    return written.text.toString();
  }

  private void technique(Technique technique, List<Reason> reasons) {
    comment("%s: %s".formatted(CostTable.name(technique), technique.summary()));
    reasons.forEach(reason ->
        comment(
            "  because %s (--%s=%s)"
                .formatted(
                    reason.answer().meaning(), reason.question().word(), reason.answer().word())));
    CostTable.rows(technique.cost())
        .forEach((row, cost) -> comment("  %-17s %s".formatted(row, cost)));
  }

  private void comment(String line) {
    text.append(("# " + line).stripTrailing()).append('\n');
  }
}
