package dev.slipway.agent.notify;

import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.status.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A notice as JSON, as each kind of receiver reads it. */
final class NoticeText {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int REASON_MAX = 1_000;
  private static final int HOSTS_MAX = 20;

  private final Notice notice;

  private NoticeText(Notice notice) {
    this.notice = notice;
  }

  static String of(Notice notice, Receiver.Kind kind) {
    var text = new NoticeText(notice);
    return JSON.writeValueAsString(
        switch (kind) {
          case SLACK -> text.slack();
          case WEBHOOK -> text.webhook();
        });
  }

  /** Returns the name of a notice: the same whenever it is sent again. */
  static String id(Notice notice) {
    String id =
        "%s/%d/%s"
            .formatted(
                notice.store(), notice.started().rollout().number(), notice.occasion().text());
    return notice.gate().map(gate -> "%s/%d".formatted(id, gate.number() + 1)).orElse(id);
  }

  private Map<String, Object> webhook() {
    var target = notice.started().target();
    var delivery = notice.started().delivery();
    var body = new LinkedHashMap<String, Object>();
    body.put("apiVersion", "slipway.dev/v1alpha1");
    body.put("kind", "Notice");
    body.put("id", id(notice));
    body.put("event", notice.occasion().text());
    body.put("at", notice.at().toString());
    body.put("repository", target.repository());
    body.put("environment", target.environment());
    body.put("application", target.application());
    body.put("rollout", notice.started().rollout().number());
    body.put("version", delivery.release().version());
    body.put("digest", delivery.id().digest().hex());
    body.put("branch", delivery.branch());
    body.put("revision", delivery.revision());
    body.put("cause", notice.started().cause());
    body.put("reason", reason());
    body.put("incomplete", incomplete());
    return body;
  }

  /** Nothing in it is markup: it is plain text, no name is linked, and no address looked at. */
  private Map<String, Object> slack() {
    var body = new LinkedHashMap<String, Object>();
    body.put("text", escaped(Printable.text(lines())));
    body.put("mrkdwn", false);
    body.put("parse", "none");
    body.put("link_names", false);
    body.put("unfurl_links", false);
    body.put("unfurl_media", false);
    return body;
  }

  /** What Slack would take for a link, a mention of everybody or the like begins with these. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private String lines() {
    var target = notice.started().target();
    var delivery = notice.started().delivery();
    var lines = new ArrayList<String>();
    lines.add("%s in %s %s".formatted(target.application(), target.environment(), happened()));
    lines.add(
        "%s of rollout %d, %s"
            .formatted(
                delivery.id(), notice.started().rollout().number(), notice.started().cause()));
    if (!reason().isEmpty()) {
      lines.add(reason());
    }
    if (!incomplete().isEmpty()) {
      lines.add("still to catch up: " + hosts());
    }
    return String.join("\n", lines);
  }

  private String happened() {
    return switch (notice.occasion()) {
      case STARTED -> "is being rolled out";
      case GATE_REACHED -> "waits at a gate";
      case SUCCEEDED -> "was rolled out";
      case ROLLED_BACK -> "was rolled back";
      case ABORTED -> "was aborted, and is back";
      case SUPERSEDED -> "was superseded by a newer release";
      case NEEDS_HELP -> "NEEDS HELP: the way back failed too";
    };
  }

  private String reason() {
    var reason =
        notice
            .ended()
            .map(RolloutEnded::reason)
            .or(() -> notice.gate().map(Notice.Gate::text))
            .orElse("");
    return reason.codePointCount(0, reason.length()) <= REASON_MAX
        ? reason
        : reason.substring(0, reason.offsetByCodePoints(0, REASON_MAX)) + "…";
  }

  private List<String> incomplete() {
    return notice.ended().map(RolloutEnded::incomplete).orElse(List.of());
  }

  private String hosts() {
    var hosts = incomplete();
    var shown = String.join(", ", hosts.subList(0, Math.min(hosts.size(), HOSTS_MAX)));
    return hosts.size() <= HOSTS_MAX
        ? shown
        : "%s and %d more".formatted(shown, hosts.size() - HOSTS_MAX);
  }
}
