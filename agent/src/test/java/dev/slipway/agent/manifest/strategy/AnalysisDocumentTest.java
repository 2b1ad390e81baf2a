package dev.slipway.agent.manifest.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Metric.Query;
import dev.slipway.strategies.analysis.Threshold;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: what a manifest says of an analysis is what is judged, or an error at its place. */
class AnalysisDocumentTest {
  private final Reading reading = new Reading();

  private StrategyDocument read(String blueGreen) {
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: judged}
        spec:
          blueGreen:
            %s
        """
            .formatted(blueGreen);
    Node tree = tree(text);
    assertThat(Schemas.PACKAGED.check(Kind.STRATEGY, tree)).isEmpty();
    return StrategyDocument.read(reading.open(tree), "judged");
  }

  private static Node tree(String text) {
    if (!(Document.read("judged.yaml", text.getBytes(StandardCharsets.UTF_8))
        instanceof Parsed.Valid<Node>(var tree))) {
      throw new AssertionError(text);
    }
    return tree;
  }

  private Analysis after(String analysis) {
    var strategy = (BlueGreen) read("postPromotionAnalysis: " + analysis).strategy();
    assertThat(reading.problems()).isEmpty();
    return strategy.postPromotionAnalysis().orElseThrow();
  }

  private Metric metric(String metric) {
    return after("{metrics: [%s]}".formatted(metric)).metrics().getFirst();
  }

  @Test
  void anEmptyOneIsTheUsualOne() {
    assertThat(after("{}")).isEqualTo(Analysis.DEFAULT);
    assertThat(Analysis.DEFAULT.metrics())
        .extracting(Metric::name, Metric::threshold)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("error-rate", Threshold.max(0.01)),
            org.assertj.core.groups.Tuple.tuple("latency-p99", Threshold.max(0.5)));
  }

  @Test
  void valuesAreReadInTheUnitOfTheirMetric() {
    assertThat(metric("{name: error-rate, thresholdRange: {max: \"2.5%\"}}").threshold())
        .isEqualTo(Threshold.max(0.025));
    assertThat(metric("{name: latency-p95, thresholdRange: {max: 1s250ms}}").threshold())
        .isEqualTo(Threshold.max(1.25));
    assertThat(metric("{name: requests, thresholdRange: {min: 100}}").threshold())
        .isEqualTo(new Threshold(OptionalDouble.of(100), OptionalDouble.empty()));
  }

  @Test
  void whatIsNamedIsRequiredAndWhatIsOnlyUsualIsNot() {
    assertThat(metric("{name: latency-p99}").required()).isTrue();
    assertThat(Metric.usual(Builtin.LATENCY_P99).required()).isFalse();
  }

  @Test
  void whatIsAskedSaysWhoIsAsked() {
    assertThat(metric("{name: basket, query: 'avg(basket{ {{instances}} })'}").provider())
        .contains("prometheus");
    assertThat(metric("{name: basket, url: 'https://shop.example.com/stats'}").provider())
        .contains("json");
    assertThat(metric("{name: basket, command: basket-value, pointer: /mean}"))
        .satisfies(
            basket -> assertThat(basket.provider()).contains("command"),
            basket -> assertThat(basket.query()).contains(new Query("basket-value", "/mean")));
    assertThat(metric("{name: error-rate}").provider()).isEmpty();
  }

  @Test
  void whatTheFormerReleaseHadIsComparedWithOnlyWhereThatIsWritten() {
    assertThat(metric("{name: error-rate}").former()).isEmpty();
    assertThat(metric("{name: error-rate, maxRatioToFormer: 1.5}").former())
        .contains(new Metric.Former(1.5, Duration.ofMinutes(5)));
    assertThat(metric("{name: a, query: up, maxRatioToFormer: 2, formerWindow: 1h}").former())
        .contains(new Metric.Former(2, Duration.ofHours(1)));
  }

  @Test
  void howLongItIsMeasuredOnIsReadAndTheRestIsUsual() {
    Analysis analysis = after("{interval: 10s, onInconclusive: {extend: 5m, then: abort}}");

    assertThat(analysis)
        .isEqualTo(
            new Analysis(
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMinutes(5),
                Analysis.DEFAULT.metrics()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {name: basket}                                              | 'basket' is measured
          {name: error-rate, query: up}                               | 'error-rate' is built in
          {name: a, query: up, url: 'https://x.example.com/'}         | a url is written beside it
          {name: a, url: 'https://x.example.com/', command: b}        | a url is written beside it
          {name: a, query: up, command: b}                            | a command is written beside it
          {name: a, command: b, provider: json}                       | 'json' cannot answer this
          {name: error-rate, command: b}                              | 'error-rate' is built in
          {name: error-rate, provider: command}                       | 'command' cannot answer this
          {name: a, query: up, provider: balancer}                    | 'balancer' cannot answer this
          {name: error-rate, provider: json}                          | 'json' cannot answer this
          {name: a, query: '{{host}}'}                                | no variable {{host}}
          {name: error-rate, thresholdRange: {max: 1}}                | '1' is no value of this metric
          {name: latency-p99, thresholdRange: {max: 500}}             | '500' is no value of this metric
          {name: requests, thresholdRange: {min: 3, max: 2}}          | nothing is between min and max
          {name: error-rate, maxRatioToStable: 2}                     | nobody serves the former release
          {name: requests, maxRatioToFormer: 2}                       | 'requests' of two times says nothing
          {name: error-rate, formerWindow: 1m}                        | nothing is compared with the former
          {name: error-rate, maxRatioToFormer: 2, formerWindow: 0s}   | 'formerWindow' is zero
          {name: difference-rate}                                     | only while answers are compared
          {name: requests}, {name: requests}                          | two metrics are called 'requests'
          """)
  void whatCannotBeMeasuredIsToldWhereItStands(String metrics, String fact) {
    read("postPromotionAnalysis: {metrics: [%s]}".formatted(metrics));

    assertThat(reading.problems())
        .anySatisfy(problem -> {
          assertThat(problem.fact()).contains(fact);
          assertThat(problem.line()).isEqualTo(6);
        });
  }

  @Test
  void slotsWithoutRequestsAreNotJudgedByABalancer() {
    read("prePromotionAnalysis: {metrics: [{name: error-rate, provider: balancer}]}");

    assertThat(reading.problems())
        .extracting(Problem::fact)
        .containsExactly("no balancer has numbers of slots that get no requests");
  }

  @Test
  void slotsWithoutRequestsHaveNothingUsual() {
    read("prePromotionAnalysis: {interval: 5s}");

    assertThat(reading.problems())
        .extracting(Problem::fact)
        .containsExactly(
            "nothing says what is measured, and no request reaches the idle slots yet");
  }

  @Test
  void nothingIsJudgedOnceTheFormerSlotsAreStopped() {
    StrategyDocument document = read("{scaleDownDelay: 0s, postPromotionAnalysis: {}}");

    assertThat(reading.problems())
        .extracting(Problem::fact)
        .containsExactly("the former slots are stopped at once, and nothing is left to go back to");
    assertThat(((BlueGreen) document.strategy()).postPromotionAnalysis())
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {interval: 30}                                        | interval
          {onInconclusive: {then: promote}}                     | then
          {metrics: []}                                         | metrics
          {metrics: [{name: error-rate, failureLimit: -1}]}     | failureLimit
          {metrics: [{name: a, url: 'file:///etc/passwd'}]}     | url
          {metrics: [{name: error-rate, maxRatioToFormer: 0}]}  | maxRatioToFormer
          {metrics: [{name: a, command: /bin/true}]}            | command
          {metrics: [{name: a, command: [/bin/true]}]}          | command
          {metrics: [{name: a, url: 'https://me:pw@x.org/'}]}   | url
          {metrics: [{name: error-rate, thresholdRange: {max: NaN}}]} | max
          """)
  void whatIsOutOfBoundsIsRefusedByTheSchema(String analysis, String path) {
    Node tree =
        tree(
            """
            apiVersion: slipway.dev/v1alpha1
            kind: Strategy
            metadata: {name: judged}
            spec: {blueGreen: {postPromotionAnalysis: %s}}
            """
                .formatted(analysis));

    assertThat(Schemas.PACKAGED.check(Kind.STRATEGY, tree))
        .extracting(Problem::path)
        .anySatisfy(at -> assertThat(at).contains(path));
  }

  @Test
  void everyProblemIsToldAtOnce() {
    read("postPromotionAnalysis: {metrics: [{name: a}, {name: b}, {name: requests, query: x}]}");

    assertThat(reading.problems()).hasSize(3);
    assertThat(List.copyOf(reading.problems())).extracting(Problem::path).doesNotHaveDuplicates();
  }
}
