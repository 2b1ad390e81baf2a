package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Calls.Called;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Outcome.Cause;
import dev.slipway.agent.rollout.judge.Passing;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.WaitStep;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The webhooks of one rollout, called at its steps.
 *
 * <p>Only the status of an answer counts. A bad one is a judgement of the release, no answer is
 * none: as everywhere, what could not be asked is not held against it.
 *
 * @param clock tells webhooks when something happened
 */
public record Errands(Webhooks webhooks, Fleet fleet, InstantSource clock) {

  /** A step at which webhooks are called, how its time passes, and what ends it. */
  public record Trip(Occasion occasion, Passing passing, Signal cut) {}

  /**
   * Asks a gate until it opens or its time is over; nothing if that was cut.
   *
   * @param waited how long it was asked before a restart
   */
  public Optional<Outcome> confirm(WaitStep.AwaitWebhook step, Duration waited, Trip trip) {
    Webhook webhook = step.webhook();
    Duration end = trip.passing().now().plus(webhook.deadline().minus(waited));
    while (true) {
      Called called = call(webhook, step.release(), step.before(), trip);
      if (isGood(called)) {
        return Optional.of(new Outcome.Done("webhook %s confirms".formatted(webhook), 0));
      }
      Duration left = end.minus(trip.passing().now());
      if (!left.isPositive()) {
        return Optional.of(unconfirmed(webhook, called));
      }
      if (!trip.passing().rest(shorter(left, webhook.interval()))) {
        return Optional.empty();
      }
    }
  }

  /** Nobody judged the release, so nothing is said against it. */
  private static Outcome unconfirmed(Webhook webhook, Called last) {
    String late =
        "webhook %s did not confirm within %s: %s"
            .formatted(webhook, Durations.text(webhook.deadline()), text(last));
    return switch (webhook.onTimeout()) {
      case ABORT -> new Outcome.Errored(late, Cause.DEADLINE);
      case PROCEED -> new Outcome.Done(late + ", and goes on", 0);
    };
  }

  /** Calls once, and again while the answer is not good and counts; nothing if that was cut. */
  public Optional<Outcome> call(JudgeStep.Call step, Trip trip) {
    Webhook webhook = step.webhook();
    int tries = 0;
    while (true) {
      Called called = call(webhook, step.release(), step.about(), trip);
      tries++;
      if (isGood(called)) {
        return Optional.of(new Outcome.Done(text(called), 0));
      }
      if (tries > webhook.retries() || !step.counts()) {
        return Optional.of(
            step.counts()
                ? failed(webhook, called, tries)
                : new Outcome.Done(text(called) + ", which holds up nothing", 0));
      }
      if (!trip.passing().rest(webhook.interval())) {
        return Optional.empty();
      }
    }
  }

  /** Calls again and again; returns why the release must go back, nothing if that was cut. */
  public Optional<Outcome> watch(JudgeStep.Watch step, Trip trip) {
    Webhook webhook = step.webhook();
    int failures = 0;
    while (true) {
      Called called = call(webhook, step.release(), step.about(), trip);
      if (trip.cut().reason().isPresent()) {
        return Optional.empty();
      }
      if (webhook.type() == Moment.ROLLBACK && isGood(called)) {
        return Optional.of(new Outcome.Bad("webhook %s asks to go back".formatted(webhook), ""));
      }
      failures = isGood(called) ? 0 : failures + 1;
      if (webhook.type() != Moment.ROLLBACK && failures > webhook.retries()) {
        return Optional.of(failed(webhook, called, failures));
      }
      if (!trip.passing().rest(webhook.interval())) {
        return Optional.empty();
      }
    }
  }

  private static Outcome failed(Webhook webhook, Called last, int tries) {
    String what =
        "webhook %s %s%s"
            .formatted(webhook, text(last), tries == 1 ? "" : ", %d times".formatted(tries));
    return switch (last) {
      case Called.Answered _ -> new Outcome.Bad(what, "");
      case Called.Refused _ -> new Outcome.Errored(what, Cause.REFUSED);
      case Called.Unanswered _ -> new Outcome.Errored(what, Cause.UNAVAILABLE);
    };
  }

  private static boolean isGood(Called called) {
    return called instanceof Called.Answered answer && answer.isGood();
  }

  private static String text(Called called) {
    return switch (called) {
      case Called.Answered(var status) -> "answers %d".formatted(status);
      case Called.Refused(var reason) -> "cannot be called: " + reason;
      case Called.Unanswered(var reason) -> "does not answer: " + reason;
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private Called call(Webhook webhook, ReleaseId release, String about, Trip trip) {
    Map<String, String> headers =
        Map.of(
            "Slipway-Rollout", trip.occasion().rollout(), "Slipway-Step", trip.occasion().step());
    var message = new Calls.Message(body(webhook, release, about), headers);
    return webhooks.call(webhook, message, trip.cut());
  }

  /** As Flagger writes it; an environment is what a namespace is there. */
  private Map<String, Object> body(Webhook webhook, ReleaseId release, String about) {
    var metadata = new TreeMap<String, String>(webhook.metadata());
    if (webhook.type() == Moment.EVENT) {
      metadata.put("eventMessage", "%s: %s".formatted(release.version(), about));
      metadata.put("eventType", "Normal");
      metadata.put("timestamp", Long.toString(clock.millis()));
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("name", fleet.application().name());
    body.put("namespace", fleet.environment());
    body.put("phase", webhook.type().phase());
    body.put("checksum", release.digest().hex());
    body.put("metadata", metadata);
    return body;
  }
}
