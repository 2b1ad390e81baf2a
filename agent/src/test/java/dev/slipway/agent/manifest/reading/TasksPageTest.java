package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what the page on hooks and tasks shows can be written and means that. Method: the page's
 * own example is read, with its defaults, and its table compared with the hooks that there are.
 */
class TasksPageTest {
  private static final Path PAGE = Path.of("..", "docs", "tasks.md");
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| [^|]* \\| ([^|]*) \\| ([^|]*) \\|$");

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
    assertThat(release.procedures().hooks().of(Lifecycle.AFTER_INSTALL))
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

  @Test
  void theTableSaysOfEveryHookWhoseItIsAndWhetherItBinds() throws IOException {
    assertThat(
            ROW.matcher(page()).results().map(row -> row(row.group(1), row.group(2), row.group(3))))
        .containsExactlyElementsOf(
            Stream.of(Lifecycle.values())
                .map(hook ->
                    hook.isLeaving()
                        ? row(hook.text(), "the one that leaves", "is passed over")
                        : row(hook.text(), "the new one", "stops the rollout"))
                .toList());
  }

  private static String row(String hook, String whose, String failing) {
    return "%s in %s %s".formatted(hook, whose, failing);
  }

  @ParameterizedTest
  @EnumSource
  void everyHookIsRead(Lifecycle hook) {
    Wanted wanted =
        read("hooks: {%s: [[bin/it, \"{{slot}}\"]], timeout: 5m}".formatted(hook.text()));

    assertThat(wanted)
        .isInstanceOfSatisfying(
            Wanted.Deploy.class,
            deploy ->
                assertThat(deploy.deployment().release().procedures().hooks())
                    .isEqualTo(
                        new Hooks(
                            Map.of(hook, List.of(List.of("bin/it", "{{slot}}"))),
                            Duration.ofMinutes(5))));
  }

  @Test
  void aHookThatCodeDeployDoesNotHaveIsRefusedAndTheNearestNamed() {
    assertThat(read("hooks: {validateServices: [[x]]}"))
        .isInstanceOfSatisfying(
            Wanted.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("'validateServices'", "validateService'"));
  }

  @Test
  void thePageNamesTheTrailerThatIsRead() throws IOException {
    assertThat(page()).contains("\n" + Admission.TRAILER + ": the column was never read\n");
  }
}
