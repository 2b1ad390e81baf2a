package dev.slipway.agent.manifest.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: webhooks mean what their page says, and one that would never be called is an error. */
class WebhookDocumentTest {
  private static final Path PAGE = Path.of("..", "docs", "webhooks.md");
  private static final String EXAMPLE_URL = "https://checks.example.com/";

  private static StrategyDocument read(String text, Reading reading) {
    if (!(Document.read("some.yaml", text.getBytes(StandardCharsets.UTF_8))
        instanceof Parsed.Valid<Node>(var tree))) {
      throw new AssertionError(text);
    }
    return StrategyDocument.read(reading.open(tree), "consulted");
  }

  private static List<String> facts(String strategy, String webhooks) {
    var reading = new Reading();
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: consulted}
        spec: {%s, webhooks: [%s]}
        """
            .formatted(strategy, webhooks);
    assertThat(read(text, reading).strategy()).isNotNull();
    return reading.problems().stream().map(Problem::fact).toList();
  }

  private static String hook(String name, String type, String more) {
    return "{name: %s, type: %s, url: '%s'%s}".formatted(name, type, EXAMPLE_URL, more);
  }

  @Test
  void theExampleMeansWhatThePageSays() throws IOException {
    var example =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();
    var reading = new Reading();

    Strategy strategy = read(example.group(1), reading).strategy();

    assertThat(reading.problems()).isEmpty();
    assertThat(strategy).isInstanceOf(Strategy.Attended.class);
    var attended = (Strategy.Attended) strategy;
    assertThat(attended.own()).isInstanceOf(Canary.class);
    assertThat(attended.webhooks())
        .extracting(Webhook::type)
        .containsExactly(Moment.CONFIRM_ROLLOUT, Moment.ROLLOUT, Moment.ROLLBACK);
    assertThat(attended.webhooks().get(1))
        .isEqualTo(
            new Webhook(
                "load",
                Moment.ROLLOUT,
                "http://127.0.0.1:8090/",
                Duration.ofSeconds(30),
                2,
                Duration.ofSeconds(10),
                Duration.ofHours(24),
                OnTimeout.ABORT,
                Map.of("cmd", "hey -z 1m -q 10 https://shop.example.com/"),
                Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource
  void thePageExplainsEveryType(Moment type) throws IOException {
    assertThat(Files.readString(PAGE)).contains("\n| `%s` | ".formatted(type.text()));
    assertThat(facts("canary: {}", hook("a", type.text(), ""))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'blueGreen: {}', confirm-traffic-increase, blueGreen never calls a webhook of type",
    "'rolling: {}', confirm-promotion, rolling never calls a webhook of type",
    "'rolling: {}', rollback, 'nothing waits in this rolling, so nobody would be called'",
    "'recreate: {}', pre-rollout, recreate never calls a webhook of type",
    "'blueGreen: {scaleDownDelay: 0s}', rollout, nothing waits in this blueGreen"
  })
  void whatWouldNeverBeCalledIsAnError(String strategy, String type, String fact) {
    assertThat(facts(strategy, hook("a", type, ""))).singleElement().asString().startsWith(fact);
  }

  @ParameterizedTest
  @CsvSource({
    "rollout, ', deadline: 1h', a webhook of type rollout has no deadline",
    "rollback, ', retries: 1', a webhook of type rollback has no retries",
    "event, ', interval: 1s', a webhook of type event has no interval",
    "event, ', onTimeout: abort', a webhook of type event has no onTimeout",
    "event, ', timeout: 6m', an answer may take 5m at most",
    "event, ', timeout: 0s', '''timeout'' is zero'"
  })
  void whatWouldBeReadAndNotUsedIsAnError(String type, String more, String fact) {
    assertThat(facts("canary: {}", hook("a", type, more))).containsExactly(fact);
  }

  @Test
  void twoOfOneNameAreAnError() {
    assertThat(
            facts(
                "canary: {}",
                String.join(
                    ", ", Stream.of("event", "rollout").map(type -> hook("a", type, "")).toList())))
        .containsExactly("two webhooks are called 'a'");
  }

  @Test
  void theyAreNoSecondStrategy() {
    assertThat(facts("rolling: {}, canary: {}", hook("a", "event", "")))
        .containsExactly("names more than one strategy: rolling, canary");
  }
}
