package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code webhooks:}, and finds those that the strategy beside them would never call. */
final class WebhookDocument {
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);
  private static final Set<Moment> GATES =
      EnumSet.of(Moment.CONFIRM_ROLLOUT, Moment.CONFIRM_TRAFFIC_INCREASE, Moment.CONFIRM_PROMOTION);
  private static final Set<Moment> COUNTED = EnumSet.of(Moment.PRE_ROLLOUT, Moment.ROLLOUT);
  private static final Set<Moment> LASTING = EnumSet.of(Moment.ROLLOUT, Moment.ROLLBACK);

  private WebhookDocument() {}

  static List<Webhook> read(List<Fields> written, Strategy strategy) {
    var names = new HashSet<String>();
    var webhooks = new ArrayList<Webhook>();
    for (Fields fields : written) {
      Webhook webhook = webhook(fields);
      if (!names.add(webhook.name())) {
        fields.report(
            "name",
            "two webhooks are called '%s'".formatted(webhook.name()),
            "give each its own name");
        continue;
      }
      checkKeys(fields, webhook.type());
      checkType(fields, webhook.type(), strategy);
      webhooks.add(webhook);
    }
    return webhooks;
  }

  private static Webhook webhook(Fields fields) {
    return new Webhook(
        fields.required("name").text(),
        Moment.named(fields.required("type").text()).orElseThrow(),
        fields.required("url").text(),
        timeout(fields),
        fields.integer("retries", Webhook.USUAL_RETRIES),
        fields.positive("interval", Webhook.USUAL_INTERVAL),
        fields.positive("deadline", Approval.DEFAULT.timeout()),
        fields.text("onTimeout").orElse("").equals("proceed")
            ? Approval.OnTimeout.PROCEED
            : Approval.OnTimeout.ABORT,
        fields.variables("metadata"),
        fields.child("secretRef").map(secret -> secret.required("name").text()));
  }

  private static Duration timeout(Fields fields) {
    Duration timeout = fields.positive("timeout", Webhook.USUAL_TIMEOUT);
    if (timeout.compareTo(TIMEOUT_MAX) > 0) {
      fields.report(
          "timeout",
          "an answer may take 5m at most",
          "let a gate answer at once, and be asked again until its deadline");
      return TIMEOUT_MAX;
    }
    return timeout;
  }

  /** What would be read and not be used, is said to be. */
  private static void checkKeys(Fields fields, Moment type) {
    checkKey(fields, "deadline", GATES, type);
    checkKey(fields, "onTimeout", GATES, type);
    checkKey(fields, "retries", COUNTED, type);
    checkKey(
        fields,
        "interval",
        EnumSet.complementOf(EnumSet.of(Moment.POST_ROLLOUT, Moment.EVENT)),
        type);
  }

  private static void checkKey(Fields fields, String key, Set<Moment> those, Moment type) {
    if (fields.has(key) && !those.contains(type)) {
      fields.report(
          key,
          "a webhook of type %s has no %s".formatted(type.text(), key),
          "leave it out; it is for "
              + those.stream().map(Moment::text).collect(Collectors.joining(", ")));
    }
  }

  private static void checkType(Fields fields, Moment type, Strategy strategy) {
    if (never(strategy).contains(type)) {
      fields.report(
          "type",
          "%s never calls a webhook of type %s".formatted(strategy.name(), type.text()),
          "use one of "
              + EnumSet.complementOf(never(strategy)).stream()
                  .map(Moment::text)
                  .collect(Collectors.joining(", ")));
    } else if (LASTING.contains(type) && !lasts(strategy)) {
      fields.report(
          "type",
          "nothing waits in this %s, so nobody would be called".formatted(strategy.name()),
          "give it a time in which the release is looked at: pauseBetweenBatches, or"
              + " scaleDownDelay");
    }
  }

  /** Shares grow and are promoted only where a release is on trial. */
  private static EnumSet<Moment> never(Strategy strategy) {
    return switch (strategy) {
      case Canary _, Ramped _, AbTest _ -> EnumSet.noneOf(Moment.class);
      case BlueGreen _, Shadow _ -> EnumSet.of(Moment.CONFIRM_TRAFFIC_INCREASE);
      case Rolling _ -> EnumSet.of(Moment.CONFIRM_TRAFFIC_INCREASE, Moment.CONFIRM_PROMOTION);
      case Recreate _ ->
          EnumSet.complementOf(
              EnumSet.of(Moment.CONFIRM_ROLLOUT, Moment.POST_ROLLOUT, Moment.EVENT));
      case Strategy.Attended(var own, _) -> never(own);
    };
  }

  private static boolean lasts(Strategy strategy) {
    return switch (strategy) {
      case Canary _, Ramped _, Shadow _, AbTest _ -> true;
      case BlueGreen blueGreen ->
          !blueGreen.scaleDownDelay().isZero() || blueGreen.prePromotionAnalysis().isPresent();
      case Rolling rolling -> rolling.pauseBetweenBatches().isPositive();
      case Recreate _ -> false;
      case Strategy.Attended(var own, _) -> lasts(own);
    };
  }
}
