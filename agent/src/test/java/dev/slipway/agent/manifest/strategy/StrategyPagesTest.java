package dev.slipway.agent.manifest.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.reconcile.gates.Votes;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Canary.Stage;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.analysis.arms.Goal.Numbers;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Audience;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
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
  void shadowMeansWhatItsPageSays() throws IOException {
    String compared =
        "shadow: {compare: {headers: [Content-Type], ignoreFields: [/now], noiseBaseline: true}}";
    assertThat(Files.readString(Path.of("..", "docs", "shadow.md")))
        .contains("\n" + compared + "\n");
    var comparing = (Shadow) strategy("{%s}".formatted(compared));
    assertThat(comparing.comparison())
        .contains(new Comparison(new TreeSet<>(Set.of("Content-Type")), List.of("/now"), true));
    assertThat(comparing.analysis().metrics()).extracting(Metric::name).contains("difference-rate");
    assertThat(example("shadow.md", "rehearsed").strategy()).isEqualTo(Shadow.DEFAULT);
    assertThat(strategy("{shadow: {}}")).isEqualTo(Shadow.DEFAULT);
  }

  @Test
  void anAbTestMeansWhatItsPageSays() throws IOException {
    var signup =
        new Goal(
            "signup",
            new Numbers.Document(
                "https://stats.example.com/shop", "/{{arm}}/signups", "/{{arm}}/visitors"),
            Goal.HigherIs.BETTER,
            Goal.USUAL_CONFIDENCE,
            0.02);
    Duration time = Duration.ofDays(2);

    assertThat(example("ab-test.md", "signup").strategy())
        .isEqualTo(
            new AbTest(
                new Audience(
                    List.of(new Match.Header("X-Beta", "1"), new Match.Cookie("beta", "1")),
                    Share.percent(20),
                    Optional.of(new Sticky.Key.Issued("slipway-user", time))),
                new Contest(
                    List.of(signup, Goal.FEWER_FAILURES),
                    time,
                    Duration.ofSeconds(30),
                    OptionalLong.of(5_000),
                    1_000,
                    Contest.Then.PROMOTE,
                    Contest.Then.ABORT),
                Optional.of(Analysis.DEFAULT),
                Optional.empty(),
                AbTest.DEFAULT.maxUnavailable(),
                AbTest.DEFAULT.progressDeadline()));
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
    return document("{blueGreen: %s}".formatted(spec));
  }

  private static Node document(String spec) {
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: some}
        spec: %s
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

  @ParameterizedTest
  @CsvSource({
    "rolling.md, wide, rolling",
    "recreate.md, at-once, recreate",
    "canary.md, careful, canary",
    "ramped.md, slowly, ramped"
  })
  void theExampleOfEachPageIsRead(String page, String name, String strategy) throws IOException {
    assertThat(example(page, name).strategy().name()).isEqualTo(strategy);
  }

  @Test
  void flaggersWordsMeanWhatThePageOfCanarySays() throws IOException {
    String spec = "canary: {stepWeights: [5, 25, 50], interval: 5m, threshold: 2, analysis: {}}";
    assertThat(Files.readString(Path.of("..", "docs", "canary.md"))).contains("\n" + spec + "\n");

    var canary = (Canary) strategy("{%s}".formatted(spec));

    assertThat(canary.steps()).isEqualTo(Canary.stages(List.of(5, 25, 50), Duration.ofMinutes(5)));
    assertThat(canary.analysis().orElseThrow().metrics())
        .extracting(metric -> metric.limits().failures())
        .containsOnly(1);
  }

  @Test
  void routesMeanWhatThePageOfCanarySays() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "canary.md"));
    String spec = page.substring(page.indexOf("\ncanary:\n  steps:\n    - setCanaryScale") + 1);

    var canary =
        (Canary) strategy("\n  " + spec.substring(0, spec.indexOf("\n```")).replace("\n", "\n  "));

    assertThat(canary.steps())
        .contains(
            new Stage.SetCanaryScale(Optional.of(new Amount.Count(1))),
            new Stage.SetHeaderRoute(
                "testers",
                List.of(
                    new Rule.Match.Header("X-Trial", "yes"), new Rule.Match.Cookie("trial", "1"))),
            new Stage.SetMirrorRoute("copies", Share.percent(20), Mirror.SAFE),
            new Stage.SetMirrorRoute("copies", Share.NONE, Mirror.SAFE),
            new Stage.SetCanaryScale(Optional.empty()));
  }

  @Test
  void evenStepsAndTheBuiltInCanaryAreWhatThePageSays() {
    assertThat(
            ((Canary) strategy("{canary: {stepWeight: 20, maxWeight: 50, interval: 1m}}")).steps())
        .isEqualTo(Canary.stages(List.of(20, 40), Duration.ofMinutes(1)));
    assertThat(((Canary) strategy("{canary: {analysis: {}}}"))).isEqualTo(Canary.DEFAULT);
    assertThat(strategy("{ramped: {analysis: {}}}")).isEqualTo(Ramped.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{canary: {steps: [{setWeight: 50}, {setWeight: 25}]}} | a weight of 25 after 50 would"
            + " fall",
        "{canary: {stepWeights: [50, 25]}} | a weight of 25 after 50 would fall",
        "{canary: {stepWeight: 20, maxWeight: 10}} | maxWeight 10 is less than stepWeight 20, so no"
            + " stage is left",
        "{canary: {stepWeights: [5], stepWeight: 5}} | the stages are written twice, as stepWeights"
            + " and as stepWeight",
        "{canary: {canaryScale: {}}} | canaryScale says how many candidates there are in no way, or"
            + " in two",
        "{canary: {canaryScale: {matchTrafficWeight: true, instances: 2}}} | canaryScale says how"
            + " many candidates there are in no way, or in two",
        "{canary: {steps: [{setHeaderRoute: {name: x}}]}} | route 'x' was not begun, so it cannot"
            + " be ended; begun are []",
        "{canary: {steps: [{setHeaderRoute: {name: x, match: [{headerName: A}]}}]}} | a match is"
            + " the name and the value of a header, or those of a cookie",
        "{canary: {steps: [{setMirrorRoute: {name: x, percentage: 5}}, {setMirrorRoute: {name: y,"
            + " percentage: 5}}]}} | a second mirror beside 'x'",
        "{canary: {steps: [{setCanaryScale: {instances: 2, weight: 5}}]}} | setCanaryScale says how"
            + " many candidates there are in no way, or in two",
        "{shadow: {methods: [POST], compare: {noiseBaseline: true}}} | the noise baseline sends"
            + " requests to the stable release a second time, and POST may change something there",
        "{ramped: {from: 50, to: 10}} | the ramp would fall from 50 to 10"
      })
  void stagesThatMakeNoSenseAreTold(String spec, String fact) {
    var reading = new Reading();
    assertThat(StrategyDocument.read(reading.open(document(spec)), "some")).isNotNull();
    assertThat(reading.problems()).extracting(Problem::fact).containsExactly(fact);
  }

  private static Strategy strategy(String spec) {
    var reading = new Reading();
    Strategy strategy = StrategyDocument.read(reading.open(document(spec)), "some").strategy();
    assertThat(reading.problems()).isEmpty();
    return strategy;
  }
}
