package dev.slipway.agent.e2e.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page with the measured table, of which a benchmark writes what stands between two lines. */
record ComparisonPage(String text) {
  private static final String BEGIN = "<!-- bench/compare.sh writes from here -->\n";
  private static final String END = "<!-- bench/compare.sh writes to here -->\n";
  private static final List<String> COLUMNS =
      List.of(
          "strategy",
          "balancer",
          "downtime",
          "extra resources",
          "deployment time",
          "way back",
          "releases at once");
  private static final double PERCENT = 100;

  ComparisonPage {
    if (text.indexOf(BEGIN) < 0 || text.indexOf(END) < text.indexOf(BEGIN)) {
      throw new IllegalArgumentException(
          "docs/comparison.md lacks the lines between which the table goes: %s and %s"
              .formatted(BEGIN.strip(), END.strip()));
    }
  }

  /** Returns the page with this in the place of what was measured before. */
  ComparisonPage with(String measured) {
    return new ComparisonPage(
        text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
            + "\n"
            + measured
            + "\n"
            + text.substring(text.indexOf(END)));
  }

  /** Returns the cells of each row of the table, the titles of its columns first. */
  List<List<String>> table() {
    return text.substring(text.indexOf(BEGIN), text.indexOf(END))
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| ---"))
        .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)))
        .toList();
  }

  static List<String> columns() {
    return COLUMNS;
  }

  /**
   * Writes what was measured as Markdown: the table, and a list of the ways back.
   *
   * @param about when and where it was measured
   * @param all those races with a recreate behind the same balancer among them
   */
  static String rendered(String about, List<Measured> all, List<Returns> returns) {
    Map<String, Duration> measures =
        all.stream()
            .filter(one -> one.contender().isMeasure())
            .collect(Collectors.toMap(one -> one.contender().kind().name(), Measured::deployment));
    var lines = new ArrayList<String>();
    lines.add(about);
    lines.add("");
    lines.add(row(COLUMNS));
    lines.add(row(COLUMNS.stream().map(_ -> "---").toList()));
    all.forEach(one -> lines.add(row(cells(one, measures))));
    if (!returns.isEmpty()) {
      lines.add("");
      returns.forEach(one -> lines.add(line(one)));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static List<String> cells(Measured one, Map<String, Duration> measures) {
    String kind = one.contender().kind().name();
    Duration recreate = measures.get(kind);
    if (recreate == null) {
      throw new IllegalArgumentException("no recreate behind " + kind + " to compare with");
    }
    return List.of(
        one.contender().scheme().title(),
        kind,
        downtime(one),
        extra(one.extra()),
        ratio(one.deployment(), recreate),
        back(one),
        together(one));
  }

  private static String downtime(Measured one) {
    if (one.isSmooth()) {
      return "none";
    }
    String silence = percent(one, one.silence());
    return one.requests().lost() == 0
        ? "none lost, but they wait for %s of the time".formatted(silence)
        : "%s of the time, %s of the requests"
            .formatted(
                silence,
                percent((double) one.requests().lost() / Math.max(1, one.requests().sent())));
  }

  private static String extra(Chronicle.Extra extra) {
    return extra.most() == 0
        ? "none"
        : "%s at most, %s on average".formatted(percent(extra.most()), percent(extra.mean()));
  }

  private static String back(Measured one) {
    return one.back()
        .map(time ->
            "%s (%s of the way there)"
                .formatted(decimal(one.yardstick().times(time)), percent(one, time)))
        .orElse("nothing to take back");
  }

  private static String together(Measured one) {
    return one.isOneAtATime()
        ? "one"
        : "two for %s of the time".formatted(percent(one, one.together()));
  }

  private static String line(Returns one) {
    return "- `blueGreen` behind %s: %s (%s to %s in %d reverts; a change took %s, a check %s)"
        .formatted(
            one.kind().name(),
            decimal(one.median()),
            decimal(one.times().getFirst()),
            decimal(one.times().getLast()),
            one.times().size(),
            millis(one.yardstick().change()),
            millis(one.yardstick().check()));
  }

  private static String millis(Duration time) {
    return decimal(time.toNanos() / 1e6) + " ms";
  }

  private static String ratio(Duration time, Duration measure) {
    return decimal((double) time.toNanos() / measure.toNanos());
  }

  private static String percent(Measured one, Duration time) {
    return percent((double) time.toNanos() / one.deployment().toNanos());
  }

  /** What is less than one percent and not nothing is no zero. */
  private static String percent(double part) {
    return part > 0 && part * PERCENT < 1
        ? "under 1 %"
        : "%d %%".formatted(Math.round(part * PERCENT));
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
