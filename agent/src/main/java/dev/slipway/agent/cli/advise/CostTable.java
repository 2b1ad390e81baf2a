package dev.slipway.agent.cli.advise;

import dev.slipway.strategies.advice.Cost;
import dev.slipway.strategies.advice.Technique;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the strategies cost, side by side, as a table that Markdown knows too. */
final class CostTable {
  private CostTable() {}

  static String text() {
    var head = rows(Technique.ROLLING.cost()).keySet();
    var text = new StringBuilder();
    line(text, "", head);
    line(text, "---", head.stream().map(_ -> "---").toList());
    for (Technique technique : Technique.values()) {
      line(text, name(technique), rows(technique.cost()).values());
    }
    return text.toString();
  }

  /** Returns what a technique costs, by what it is compared in. */
  static Map<String, String> rows(Cost cost) {
    var rows = new LinkedHashMap<String, String>();
    rows.put("downtime", cost.downtime());
    rows.put("extra resources", cost.resources());
    rows.put("deployment time", cost.deployment());
    rows.put("way back", cost.back());
    rows.put("releases at once", cost.versions());
    rows.put("risk", cost.risk());
    return rows;
  }

  /** Returns the name by which people tell techniques of one strategy apart. */
  static String name(Technique technique) {
    return technique == Technique.ROLLING_BESIDE
        ? technique.strategy() + " with maxSurge"
        : technique.strategy();
  }

  private static void line(StringBuilder text, String first, Collection<String> cells) {
    text.append(
        Stream.concat(Stream.of(first), cells.stream())
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
