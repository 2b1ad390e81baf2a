package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Envelope;
import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A strategy with its parameters, as a file describes it. */
public record StrategyDocument(Strategy strategy) {
  private static final String WEBHOOKS = "webhooks";
  private static final int PARK_LIMIT = 1_000;
  private static final Duration PARK_DEADLINE = Duration.ofSeconds(30);

  /** Reads a document that passed its schema. */
  public static StrategyDocument read(Fields document, String name) {
    Envelope.named(document, name);
    Fields spec = Envelope.spec(document);
    List<String> named = spec.keys().stream().filter(key -> !key.equals(WEBHOOKS)).toList();
    if (named.size() > 1) {
      spec.reading()
          .report(
              spec.place(),
              "names more than one strategy: " + String.join(", ", named),
              "keep one of them");
    }
    Optional<Fields> recreate = spec.child("recreate");
    Optional<Fields> blueGreen = spec.child("blueGreen");
    Strategy own =
        spec.child("rolling")
            .<Strategy>map(StrategyDocument::rolling)
            .or(() -> recreate.map(StrategyDocument::recreate))
            .or(() -> blueGreen.map(StrategyDocument::blueGreen))
            .or(() -> spec.child("canary").map(CanaryFields::canary))
            .or(() -> spec.child("ramped").map(CanaryFields::ramped))
            .or(() -> spec.child("shadow").map(ShadowFields::shadow))
            .or(() -> spec.child("abTest").map(AbTestFields::read))
            .orElse(Rolling.DEFAULT);
    List<Webhook> webhooks = WebhookDocument.read(spec.children(WEBHOOKS), own);
    return new StrategyDocument(webhooks.isEmpty() ? own : new Strategy.Attended(own, webhooks));
  }

  private static Rolling rolling(Fields fields) {
    Rolling usual = Rolling.DEFAULT;
    Optional<Amount> maxUnavailable = fields.amount("maxUnavailable");
    Amount maxSurge = fields.amount("maxSurge").orElse(usual.maxSurge());
    if (maxUnavailable.filter(StrategyDocument::isZero).isPresent() && isZero(maxSurge)) {
      fields.report(
          "maxUnavailable",
          "a rollout could never proceed: maxUnavailable and maxSurge are both 0",
          "let one of them be 1 or more");
    }
    return new Rolling(
        fields.amounts("batches"),
        maxUnavailable,
        maxSurge,
        fields.integer("failureLimit", usual.failureLimit()),
        fields.text("order").orElse("").equals("inventory")
            ? Rolling.Order.INVENTORY
            : usual.order(),
        fields.duration("pauseBetweenBatches", usual.pauseBetweenBatches()),
        fields.positive("progressDeadline", usual.progressDeadline()));
  }

  private static boolean isZero(Amount amount) {
    return amount.equals(new Amount.Count(0));
  }

  private static BlueGreen blueGreen(Fields fields) {
    Duration delay = fields.duration("scaleDownDelay", BlueGreen.DEFAULT.scaleDownDelay());
    Optional<Analysis> after = fields.child("postPromotionAnalysis").map(AnalysisDocument::after);
    if (after.isPresent() && delay.isZero()) {
      fields.report(
          "postPromotionAnalysis",
          "the former slots are stopped at once, and nothing is left to go back to",
          "let scaleDownDelay be as long as it is to be judged");
    }
    return new BlueGreen(
        delay,
        fields.positive("progressDeadline", BlueGreen.DEFAULT.progressDeadline()),
        promotion(fields),
        fields.child("prePromotionAnalysis").map(AnalysisDocument::before),
        after.filter(_ -> !delay.isZero()),
        fields.isTrue("keep"));
  }

  /** Terms alone ask for approval, too. */
  static Optional<Approval> promotion(Fields fields) {
    boolean isAutomatic =
        fields.text("autoPromotion").isPresent() && fields.isTrue("autoPromotion");
    Optional<Fields> terms = fields.child("approval");
    if (isAutomatic && terms.isPresent()) {
      fields.report(
          "approval",
          "nobody is asked: autoPromotion is true",
          "set autoPromotion to false, or leave approval out");
    }
    return terms
        .map(StrategyDocument::approval)
        .or(() ->
            fields.has("autoPromotion") && !isAutomatic
                ? Optional.of(Approval.DEFAULT)
                : Optional.empty());
  }

  /** Reads the terms of a gate, in any strategy that has one. */
  static Approval approval(Fields fields) {
    Approval usual = Approval.DEFAULT;
    List<String> approvers = fields.words("approvers").stream().distinct().toList();
    int minimum = fields.integer("minApproverNum", usual.minApproverNum());
    if (!approvers.isEmpty() && minimum > approvers.size()) {
      fields.report(
          "minApproverNum",
          "%d have to approve, and only %d may".formatted(minimum, approvers.size()),
          "lower it, or name more approvers");
      minimum = approvers.size();
    }
    return new Approval(
        minimum,
        approvers,
        fields.positive("timeout", usual.timeout()),
        fields.text("onTimeout").orElse("").equals("proceed")
            ? Approval.OnTimeout.PROCEED
            : usual.onTimeout(),
        !fields.has("byAuthor") || fields.isTrue("byAuthor"));
  }

  private static Recreate recreate(Fields fields) {
    return new Recreate(
        fields
            .child("park")
            .map(park ->
                new Nobody.Park(
                    park.integer("limit", PARK_LIMIT), park.positive("deadline", PARK_DEADLINE))),
        fields.positive("progressDeadline", Recreate.DEFAULT.progressDeadline()));
  }
}
