package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.strategies.fleet.Procedures.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what the page on hooks and tasks shows can be written and means that. Method: the page's
 * own example is read, with its defaults, and each hook that it calls refused is written.
 */
class TasksPageTest {
  private static final Path PAGE = Path.of("..", "docs", "tasks.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
  private static final Pattern NAME = Pattern.compile("`([A-Za-z]+)`");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static Wanted read(String lines) {
    MapTree tree =
        Shop.tree().with("apps/shop.yaml", Shop.application(lines.replace("role: web, ", "")));
    return Shop.wanted(
            DesiredTest.config("refs: [main]"), "shop", tree, Map.of("main", tree), Set.of())
        .getFirst();
  }

  @Test
  void theExampleMeansWhatItSays() throws IOException {
    Matcher example = EXAMPLE.matcher(page());
    assertThat(example.find()).isTrue();

    Wanted wanted = read(example.group(1));

    assertThat(wanted).isInstanceOf(Wanted.Deploy.class);
    ReleaseSpec release = ((Wanted.Deploy) wanted).deployment().release();
    assertThat(release.procedures().hooks().afterInstall())
        .containsExactly(List.of("bundle", "install", "--local"), List.of("bin/assets"));
    assertThat(release.procedures().hooks().timeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(release.procedures().tasks())
        .extracting(Task::name, Task::phase, Task::rerunnable, Task::irreversible, Task::timeout)
        .containsExactly(
            row("migrate", Task.When.PRE_SYNC, true, false),
            row("drop-old-columns", Task.When.PRE_SYNC, false, true),
            row("warm-cache", Task.When.POST_SYNC, true, false));
  }

  private static Tuple row(String name, Task.When phase, boolean rerunnable, boolean irreversible) {
    return tuple(name, phase, rerunnable, irreversible, Duration.ofMinutes(15));
  }

  static List<String> refused() throws IOException {
    List<String> names =
        ROW.matcher(page())
            .results()
            .flatMap(row -> NAME.matcher(row.group(1)).results())
            .map((MatchResult name) -> name.group(1))
            .toList();
    assertThat(names).hasSize(8);
    return names;
  }

  @ParameterizedTest
  @MethodSource("refused")
  void otherHooksAreRefusedByName(String hook) {
    assertThat(read("hooks: {afterInstall: [[x]], %s: [[x]]}".formatted(hook)))
        .isInstanceOfSatisfying(
            Wanted.Invalid.class,
            invalid ->
                assertThat(invalid.problems())
                    .anySatisfy(problem ->
                        assertThat(problem.toString())
                            .contains("'%s' is not supported yet".formatted(hook))));
  }

  @Test
  void thePageNamesTheTrailerThatIsRead() throws IOException {
    assertThat(page()).contains("\n" + Admission.TRAILER + ": the column was never read\n");
  }
}
