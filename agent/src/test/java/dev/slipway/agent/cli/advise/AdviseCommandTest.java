package dev.slipway.agent.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.manifest.reading.Validation;
import dev.slipway.strategies.advice.Technique;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Goal: what is printed can be saved and used, and the page shows what is printed.
 *
 * <p>Method: the real command line; a terminal that answers by a list; the real reader of config
 * repositories.
 */
class AdviseCommandTest {
  private static final Pattern TRANSCRIPT =
      Pattern.compile("(?ms)^```console\n\\$ slipway ([^\n]*)\n(.*?)^```$");

  @TempDir Path directory;

  /** A person who types these lines, and what they saw. */
  private record Person(List<String> lines, List<String> seen) implements Terminal {
    Person(String... lines) {
      this(new ArrayList<>(List.of(lines)), new ArrayList<>());
    }

    @Override
    public Optional<String> ask(String text) {
      seen.add(text);
      return lines.isEmpty() ? Optional.empty() : Optional.of(lines.removeFirst());
    }

    String told(String... words) {
      var out = new StringWriter();
      int exitCode =
          AdviseCommand.line(Optional.of(this), IllegalArgumentException::new)
              .setOut(new PrintWriter(out))
              .setExecutionExceptionHandler((thrown, line, _) -> {
                line.getOut().println(thrown.getMessage());
                return ExitCode.USAGE;
              })
              .execute(words);
      return exitCode + "\n" + out;
    }
  }

  static List<MatchResult> transcripts() {
    List<MatchResult> found =
        TRANSCRIPT.matcher(Handbook.page("choosing.md").text()).results().toList();
    assertThat(found).hasSizeGreaterThan(2);
    return found;
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void thePageShowsWhatIsPrinted(MatchResult transcript) {
    Typed typed = Typed.slipway(transcript.group(1).split(" "));

    assertThat(typed.err()).isEmpty();
    assertThat(typed.out()).isEqualTo(transcript.group(2));
  }

  @Test
  void thePageHasTheWholeTable() {
    assertThat(Handbook.page("choosing.md").text())
        .contains("\n" + Typed.slipway("advise", "--table").out());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsBuiltIsExactlyWhatTheReaderTakes(Technique technique) throws IOException {
    boolean isBuilt = Specs.built().contains(technique);
    String manifest =
        isBuilt
            ? Specs.manifest(technique)
            : Specs.manifest(Technique.ROLLING)
                .replaceFirst("rolling: .*", technique.strategy() + ": {}");

    assertThat(problems(manifest).isEmpty()).as(manifest).isEqualTo(isBuilt);
  }

  @Test
  void theAnswerCanBeSavedAsItIsPrinted() throws IOException {
    Typed typed = Typed.slipway("advise", "--goal=replace", "--apart=yes", "--balancer=no");

    assertThat(typed.exitCode()).isZero();
    assertThat(problems(typed.out())).isEmpty();
  }

  /** Saves a strategy in a config repository, and returns what is wrong with it there. */
  private List<String> problems(String manifest) throws IOException {
    Path strategies = Files.createDirectories(directory.resolve("strategies"));
    Files.writeString(strategies.resolve("advised.yaml"), manifest);
    return Validation.directory(directory).problems().stream()
        .map(String::valueOf)
        .filter(problem -> problem.startsWith("strategies/"))
        .toList();
  }

  @Test
  void aPersonIsAskedWhatNoOptionTells() {
    var person = new Person("replace", "maybe", " no ");

    String told = person.told("--apart=yes", "--balancer=yes");

    assertThat(told).startsWith("0\n").contains("\n# recreate: ", "(--double=no)");
    assertThat(person.seen()).hasSize(3);
    assertThat(person.seen().getFirst()).startsWith("What is the rollout for?\n  replace   one");
    assertThat(person.seen().get(1)).isEqualTo(person.seen().get(2)).startsWith("Has every host");
  }

  @Test
  void aPersonWhoLeavesIsNotAskedForEver() {
    assertThat(new Person("replace", "a", "b", "c", "yes").told())
        .startsWith("2\n--apart is missing");
    assertThat(new Person().told()).startsWith("2\n--goal is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--goal=win", "--apart=", "--monitoring=Yes"})
  void anAnswerThatThereIsNotIsRefusedWithThoseThatThereAre(String option) {
    Typed typed = Typed.slipway("advise", option);

    assertThat(typed.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(typed.out()).isEmpty();
    assertThat(typed.err()).contains("is no answer to " + option.replaceFirst("=.*", "; use one"));
  }

  @Test
  void programsGetTheSameAsJson() {
    Typed typed =
        Typed.slipway("advise", "--goal=hide", "--apart=yes", "--balancer=no", "--format", "json");
    Map<?, ?> json = new JsonMapper().readValue(typed.out(), Map.class);

    assertThat(json.get("built")).isEqualTo(false);
    assertThat((Map<?, ?>) json.get("best")).extracting("strategy").isEqualTo("darkLaunch");
    assertThat((Map<?, ?>) json.get("use")).extracting("strategy").isEqualTo("recreate");
    assertThat((List<?>) json.get("reasons")).hasSize(3);
    assertThat(json.get("manifest")).isEqualTo(Specs.manifest(Technique.RECREATE));
  }
}
