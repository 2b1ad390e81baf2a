package dev.slipway.agent.e2e.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.strategies.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Goal: the table of docs/comparison.md is whole: every strategy behind every balancer that can
 * carry it. Method: its rows, beside what the page about balancers says that they can do.
 */
class ComparisonPageTest {
  private static final Handbook PAGE = Handbook.page("comparison.md");

  private static List<List<String>> rows() {
    List<List<String>> table = new ComparisonPage(PAGE.text()).table();
    return table.subList(1, table.size());
  }

  @Test
  void everyStrategyHasARowForEachBalancerThatCanCarryIt() {
    assertThat(rows().stream().map(row -> row.subList(0, 2)))
        .containsExactlyElementsOf(
            Contender.all().stream()
                .map(one -> List.of(one.scheme().title(), one.kind().name()))
                .toList());
  }

  @Test
  void everyStrategyOfManifestsTakesPart() {
    Set<String> names =
        Arrays.stream(Strategy.class.getPermittedSubclasses())
            .filter(type -> !type.equals(Strategy.Attended.class))
            .map(Class::getSimpleName)
            .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> measured =
        Contender.all().stream()
            .map(one -> one.scheme().strategy())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(measured).isEqualTo(names);
  }

  @Test
  void everyRowSaysAllThatIsCompared() {
    assertThat(new ComparisonPage(PAGE.text()).table().getFirst())
        .isEqualTo(ComparisonPage.columns());
    assertThat(rows())
        .allSatisfy(row -> assertThat(row).hasSameSizeAs(ComparisonPage.columns()))
        .allSatisfy(row -> assertThat(row).noneMatch(String::isBlank));
  }

  @Test
  void theStrategiesAreWrittenAsTheyWereMeasured() {
    assertThat(Arrays.stream(Scheme.values()))
        .allSatisfy(scheme -> assertThat(PAGE.text()).contains("`" + scheme.shown() + "`"));
  }

  @Test
  void theCommandIsThere() {
    assertThat(PAGE.commands())
        .contains("bench/compare.sh")
        .allSatisfy(command -> {
          List<String> words = List.of(command.split(" ", -1));
          assertThat(Files.isExecutable(Path.of("..").resolve(words.getFirst()))).isTrue();
          assertThat(Contender.unknown(words.subList(1, words.size()))).isEmpty();
        });
  }

  @Test
  void aPageWithoutAPlaceForTheTableIsRefused() {
    assertThatThrownBy(() -> new ComparisonPage("# Comparison\n"))
        .hasMessageContaining("docs/comparison.md lacks the lines");
  }

  @Test
  void whatIsMeasuredTakesThePlaceOfWhatWas() {
    var page = new ComparisonPage(PAGE.text()).with("| strategy | balancer |\n| a | b |\n");
    assertThat(page.table()).containsExactly(List.of("strategy", "balancer"), List.of("a", "b"));
    assertThat(page.with("| c | d |\n").table()).containsExactly(List.of("c", "d"));
  }
}
