package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what the page on windows promises is so, and what is wrong in a window is told by its line.
 *
 * <p>Method: the page's own example and table are read and tried; then an environment is made wrong
 * in one place.
 */
class WindowsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "windows.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("\\| (\\d{4}-\\S+ \\S+) \\| (it .*?) \\|");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static Admission admission(String windows) {
    MapTree tree =
        Shop.tree().with("environments/production.yaml", Shop.ENVIRONMENT + windows.indent(2));
    List<Wanted> wanted =
        Shop.wanted(
            DesiredTest.config("refs: [main]"), "shop", tree, Map.of("main", tree), Set.of());
    return wanted.getFirst() instanceof Wanted.Deploy(var _, var admission, var _, var _)
        ? admission
        : org.assertj.core.api.Assertions.fail(wanted.toString());
  }

  static List<MatchResult> rows() throws IOException {
    List<MatchResult> rows = ROW.matcher(page()).results().toList();
    assertThat(rows).hasSizeGreaterThan(5);
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatThePagePromisesForAMomentIsSo(MatchResult row) throws IOException {
    Matcher example = EXAMPLE.matcher(page());
    assertThat(example.find()).isTrue();
    Instant moment = LocalDateTime.parse(row.group(1), CLOCK).atZone(BERLIN).toInstant();

    String happens =
        switch (admission(example.group(1)).at(moment)) {
          case Verdict.Open() -> "it starts";
          case Verdict.Overridden(var _, var reason) -> reason;
          case Verdict.Shut shut ->
              "it waits until " + CLOCK.format(shut.opens().orElseThrow().atZone(BERLIN));
        };

    assertThat(happens).isEqualTo(row.group(2));
  }

  @Test
  void thePageNamesTheTrailerThatIsRead() throws IOException {
    assertThat(page()).contains("\n" + Admission.TRAILER + ": nobody can pay\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          kind: freeze, schedule: "0 18 * * *", duration: 1h ~ 'freeze' is not known here
          kind: deny, schedule: "0 18 * *", duration: 1h ~ '0 18 * *' is no schedule: it has 4 fields
          kind: deny, schedule: "0 99 * * *", duration: 1h ~ '0 99 * * *' is no schedule: '99' is no field
          kind: deny, schedule: "0 18 * * *", duration: 1 ~ needs a unit
          kind: deny, schedule: "0 18 * * *", duration: 10s ~ '10s' is no length for a window
          kind: deny, schedule: "0 18 * * *", duration: 1h, timeZone: Europe/Berln ~ 'Europe/Berln' is no time zone
          kind: deny, duration: 1h ~ 'schedule' is missing
          kind: deny, schedule: "0 18 * * *", duration: 1h, manualSync: true ~ unknown key 'manualSync'
          """)
  void aWindowThatIsWrongIsToldByItsLine(String window, String said) {
    MapTree tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT + "  syncWindows:\n    - {%s}\n".formatted(window));

    assertThat(Validation.tree(tree).problems())
        .singleElement()
        .satisfies((Problem problem) -> {
          assertThat(problem.file()).isEqualTo("environments/production.yaml");
          assertThat(problem.line()).isEqualTo(13);
          assertThat(problem.fact() + "; " + problem.remedy()).contains(said);
        });
  }
}
