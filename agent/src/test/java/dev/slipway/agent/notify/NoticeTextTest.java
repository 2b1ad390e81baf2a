package dev.slipway.agent.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Receiver.Kind;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Goal: notices say what happened, and nothing in them is taken for markup or a command. Method:
 * notices with reasons as a hostile commit or host would have them.
 */
class NoticeTextTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant AT = Instant.parse("2026-11-01T10:00:00Z");

  @Test
  void slackIsToldInAFewPlainLines() {
    var slack = read(notice("web1 is ill", List.of("web9")), Kind.SLACK);

    assertThat(slack.path("text").asString().lines())
        .containsExactly(
            "shop in production was rolled back",
            "%s of rollout 7, test".formatted(Samples.NEW.id()),
            "web1 is ill",
            "still to catch up: web9");
    assertThat(slack.path("mrkdwn").asBoolean(true)).isFalse();
    assertThat(slack.path("parse").asString()).isEqualTo("none");
  }

  @Test
  void hostileTextIsEscapedForSlack() {
    var reason = "<!channel> <https://evil.example|click> & \u202egnihsihp\u0007\u001b[31m";

    var text = read(notice(reason, List.of()), Kind.SLACK).path("text").asString();

    assertThat(text)
        .contains(
            "&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; \\u202egnihsihp\\u0007")
        .doesNotContain("<", ">", "\u202e", "\u0007", "\u001b");
  }

  @Test
  void aReasonWithoutEndIsCut() {
    var text = read(notice("\ud83d\ude80".repeat(50_000), hosts()), Kind.SLACK).path("text");

    assertThat(text.asString()).hasSizeLessThan(4_000).contains("…", "and 480 more");
    assertThat(text.asString().codePoints()).noneMatch(one -> one >= 0xd800 && one <= 0xdfff);
  }

  private static List<String> hosts() {
    return IntStream.range(0, 500).mapToObj("web%d"::formatted).toList();
  }

  @Test
  void aWebhookIsToldEverythingUnderStableNames() {
    var body = read(notice("<b>\"quoted\"", List.of("web9")), Kind.WEBHOOK);

    assertThat(body.propertyNames())
        .containsExactly(
            "apiVersion",
            "kind",
            "id",
            "event",
            "at",
            "repository",
            "environment",
            "application",
            "rollout",
            "version",
            "digest",
            "branch",
            "revision",
            "cause",
            "reason",
            "incomplete");
    assertThat(body.path("id").asString()).isEqualTo("store/7/rolledBack");
    assertThat(body.path("event").asString()).isEqualTo("rolledBack");
    assertThat(body.path("at").asString()).isEqualTo("2026-11-01T10:00:00Z");
    assertThat(body.path("reason").asString()).isEqualTo("<b>\"quoted\"");
    assertThat(body.path("incomplete").get(0).asString()).isEqualTo("web9");
  }

  @Test
  void thePageOfTheHandbookShowsWhatIsSent() {
    var shown = JSON.readTree(Handbook.page("notify.md").blocks("json").getFirst());

    var sent = read(notice("because", List.of()), Kind.WEBHOOK);

    assertThat(shown.propertyNames()).containsExactlyElementsOf(sent.propertyNames());
    assertThat(shown.propertyNames())
        .allMatch(name -> shown.path(name).getNodeType() == sent.path(name).getNodeType());
    for (var name : List.of("apiVersion", "kind", "event", "at", "rollout", "version", "digest")) {
      assertThat(shown.path(name)).isEqualTo(sent.path(name));
    }
  }

  @Test
  void whatAUnitPrintedIsNotPassedOn() {
    var ended =
        new RolloutEnded(Samples.ROLLOUT, Ending.ROLLED_BACK, "ill", List.of(), "password=hunter2");
    var notice = Notice.of("store", AT, Samples.started(Samples.ROLLOUT, Samples.NEW), ended);

    for (var kind : Kind.values()) {
      assertThat(NoticeText.of(notice, kind)).doesNotContain("hunter2");
    }
  }

  private static Notice notice(String reason, List<String> incomplete) {
    return Notice.of(
        "store",
        AT,
        Samples.started(Samples.ROLLOUT, Samples.NEW),
        new RolloutEnded(Samples.ROLLOUT, Ending.ROLLED_BACK, reason, incomplete, "last words"));
  }

  private static JsonNode read(Notice notice, Kind kind) {
    return JSON.readTree(NoticeText.of(notice, kind));
  }
}
