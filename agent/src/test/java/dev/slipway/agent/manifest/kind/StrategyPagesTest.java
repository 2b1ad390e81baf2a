package dev.slipway.agent.manifest.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.strategy.StrategyDocument;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.reconcile.gates.Votes;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what the pages of strategies show can be written, and says what the defaults are.
 *
 * <p>Method: the example of each page is read.
 */
class StrategyPagesTest {
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private static StrategyDocument example(String page, String name) throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", page)));
    assertThat(example.find()).isTrue();
    byte[] text = example.group(1).getBytes(StandardCharsets.UTF_8);
    if (!(Document.read(page, text) instanceof Parsed.Valid<Node>(var tree))) {
      throw new AssertionError(Document.read(page, text));
    }
    var reading = new Reading();
    StrategyDocument document = StrategyDocument.read(reading.open(tree), name);
    assertThat(reading.problems()).isEmpty();
    return document;
  }

  @Test
  void blueGreenMeansWhatItsPageSays() throws IOException {
    assertThat(example("blue-green.md", "switch").strategy()).isEqualTo(BlueGreen.DEFAULT);
  }

  @Test
  void aGateMeansWhatItsPageSays() throws IOException {
    var terms =
        new Approval(
            2,
            List.of("ada", "grace@example.com", "alan"),
            Duration.ofHours(4),
            OnTimeout.ABORT,
            false);

    assertThat(example("gates.md", "asked").strategy())
        .isEqualTo(
            new BlueGreen(
                BlueGreen.DEFAULT.scaleDownDelay(),
                BlueGreen.DEFAULT.progressDeadline(),
                Optional.of(terms),
                Optional.empty(),
                Optional.empty()));
    assertThat(Files.readString(Path.of("..", "docs", "gates.md")))
        .contains(Votes.TRAILER + ": 2.4.1")
        .contains(terms.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{autoPromotion: false} | 1",
        "{approval: {}} | 1",
        "{approval: {minApproverNum: 3}} | 3",
        "{autoPromotion: true} | 0",
        "{} | 0"
      })
  void whoIsAskedFollowsFromEitherWord(String spec, int people) {
    assertThat(reading(spec).problems()).isEmpty();
    assertThat(blueGreen(spec).promotion().map(Approval::minApproverNum).orElse(0))
        .isEqualTo(people);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{autoPromotion: true, approval: {}} | nobody is asked: autoPromotion is true",
        "{approval: {minApproverNum: 2, approvers: [ada, ada]}} | 2 have to approve, and only 1"
            + " may",
        "{approval: {timeout: 0s}} | 'timeout' is zero"
      })
  void whatCanNeverBeApprovedIsTold(String spec, String fact) {
    assertThat(reading(spec).problems()).extracting(Problem::fact).containsExactly(fact);
  }

  private static BlueGreen blueGreen(String spec) {
    return (BlueGreen) StrategyDocument.read(new Reading().open(tree(spec)), "some").strategy();
  }

  private static Reading reading(String spec) {
    var reading = new Reading();
    assertThat(StrategyDocument.read(reading.open(tree(spec)), "some")).isNotNull();
    return reading;
  }

  private static Node tree(String spec) {
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: some}
        spec: {blueGreen: %s}
        """
            .formatted(spec);
    return Document.read("some.yaml", text.getBytes(StandardCharsets.UTF_8))
            instanceof Parsed.Valid<Node>(var tree)
        ? tree
        : org.assertj.core.api.Assertions.fail(text);
  }

  @Test
  void theExampleOfAnalysisIsReadAsThePageExplainsIt() throws IOException {
    var strategy = (BlueGreen) example("analysis.md", "judged").strategy();
    Analysis analysis = strategy.postPromotionAnalysis().orElseThrow();

    assertThat(analysis.metrics())
        .extracting(Metric::name)
        .containsExactly("error-rate", "latency-p99", "basket-value");
    assertThat(analysis.interval()).isEqualTo(Analysis.DEFAULT.interval());
    assertThat(analysis.extension()).isEqualTo(Analysis.DEFAULT.extension());
  }
}
