package dev.slipway.agent.manifest.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.reading.StrategyChoice;
import dev.slipway.strategies.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: stages that cannot be are told with the step that is meant and with what was found. */
class CanaryInputsTest {
  @TempDir private Path directory;

  private Parsed<Strategy> parsed(String spec) throws IOException {
    Path file = directory.resolve("some.yaml");
    Files.writeString(
        file,
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: some}
        spec: {%s}
        """
            .formatted(spec));
    return StrategyChoice.of(file);
  }

  private List<Problem> problems(String spec) throws IOException {
    return parsed(spec) instanceof Parsed.Invalid<Strategy>(var problems) ? problems : List.of();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canary: {steps: []} | /spec/canary/steps |",
        "canary: {stepWeights: []} | /spec/canary/stepWeights |",
        "canary: {steps: [{setWeight: 50}, {pause: {}}, {setWeight: 25}]} |"
            + " /spec/canary/steps/2/setWeight | 25 after 50",
        "canary: {stepWeights: [50, 25]} | /spec/canary/stepWeights/1 | 25 after 50",
        "canary: {steps: [{setWeight: 5}, {setWeight: 101}]} | /spec/canary/steps/1/setWeight |"
            + " '101'",
        "canary: {steps: [{setWeight: 0}]} | /spec/canary/steps/0/setWeight | '0'",
        "canary: {steps: [{setWeight: .nan}]} | /spec/canary/steps/0/setWeight | '.nan'",
        "canary: {steps: [{setWeight: .inf}]} | /spec/canary/steps/0/setWeight | '.inf'",
        "canary: {steps: [{setWeight: 2.5}]} | /spec/canary/steps/0/setWeight | '2.5'"
      })
  void input31To33And35AStageThatCannotBeIsToldWithItsStep(String spec, String path, String found)
      throws IOException {
    assertThat(problems(spec))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.fact()).contains(found == null ? "" : found);
          assertThat(problem.remedy()).isNotBlank();
        });
  }

  @Test
  void input34AfterTheLastStageTheRestIsConvertedWhateverItsWeight() throws IOException {
    assertThat(parsed("canary: {stepWeights: [5, 25]}")).isInstanceOf(Parsed.Valid.class);
    assertThat(Files.readString(Path.of("..", "docs", "canary.md")))
        .contains("Then the rest of the fleet is converted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canary: {steps: [{setWeight: 5}, {pause: {duration: 10s}}], analysis: {initialDelay: 20s}}"
            + " | /spec/canary/analysis/initialDelay | after 20s, and a pause of 10s",
        "canary: {stepWeights: [5], interval: 1m, analysis: {initialDelay: 1m}} |"
            + " /spec/canary/analysis/initialDelay | after 1m, and a pause of 1m",
        "canary: {stepWeights: [5], interval: 0s} | /spec/canary/interval | is zero",
        "canary: {analysis: {interval: 0s}} | /spec/canary/analysis/interval | is zero"
      })
  void input40And41AnAnalysisThatCannotMeasureIsToldWithBothTimes(
      String spec, String path, String found) throws IOException {
    assertThat(problems(spec))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.toString()).contains(found);
        });
  }
}
