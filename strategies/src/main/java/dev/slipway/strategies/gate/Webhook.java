package dev.slipway.strategies.gate;

import dev.slipway.strategies.gate.Approval.OnTimeout;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Somebody's own service that is asked or told during a rollout, by a POST of a little JSON.
 *
 * @param timeout how long one answer may take
 * @param retries how often what counts is asked again before no good answer is a bad one
 * @param interval how long it is left alone between two calls
 * @param deadline how long a gate is asked again, from when it was first reached
 * @param onTimeout what happens if a gate was not opened by then
 * @param metadata is sent along as it is
 * @param secret the name of what logs in there; empty if nothing does
 */
public record Webhook(
    String name,
    Moment type,
    String url,
    Duration timeout,
    int retries,
    Duration interval,
    Duration deadline,
    OnTimeout onTimeout,
    Map<String, String> metadata,
    Optional<String> secret) {
  /** How long one answer may take where nothing else is written. */
  public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  /** How long the pause between two calls is where nothing else is written. */
  public static final Duration USUAL_INTERVAL = Duration.ofSeconds(10);

  /** How often what counts is asked again where nothing else is written. */
  public static final int USUAL_RETRIES = 2;

  public Webhook {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    if (name.isBlank() || url.isBlank() || retries < 0) {
      throw new IllegalArgumentException(
          "webhook '%s' needs a name, a url, and retries %d must be zero or more"
              .formatted(name, retries));
    }
    if (!Stream.of(timeout, interval, deadline).allMatch(Duration::isPositive)) {
      throw new IllegalArgumentException(
          "timeout %s, interval %s and deadline %s of webhook '%s' must be above zero"
              .formatted(timeout, interval, deadline, name));
    }
  }

  /** Returns those of one type, in their order. */
  public static List<Webhook> of(Moment type, List<Webhook> webhooks) {
    return webhooks.stream().filter(webhook -> webhook.type() == type).toList();
  }

  /** Prints which one it is, for example {@code 'load-test' (rollout)}. */
  @Override
  public String toString() {
    return "'%s' (%s)".formatted(name, type.text());
  }

  /** When it is called and what its answer means, in the words of Flagger. */
  public enum Moment {
    /** A gate before anything is started. */
    CONFIRM_ROLLOUT("confirm-rollout", "Waiting"),
    /** Before the release gets its first request; a bad answer takes it back. */
    PRE_ROLLOUT("pre-rollout", "Progressing"),
    /** Again and again while a stage lasts; bad answers take the release back. */
    ROLLOUT("rollout", "Progressing"),
    /** A gate before the release gets more requests. */
    CONFIRM_TRAFFIC_INCREASE("confirm-traffic-increase", "Progressing"),
    /** A gate before the former release is given up. */
    CONFIRM_PROMOTION("confirm-promotion", "WaitingPromotion"),
    /** Once the release is everywhere; the answer changes nothing. */
    POST_ROLLOUT("post-rollout", "Succeeded"),
    /** Again and again while a rollout waits; a good answer takes the release back. */
    ROLLBACK("rollback", "Progressing"),
    /** As each phase begins; the answer changes nothing. */
    EVENT("event", "Progressing");

    private final String text;
    private final String phase;

    Moment(String text, String phase) {
      this.text = text;
      this.phase = phase;
    }

    /** Returns its name as manifests have it. */
    public String text() {
      return text;
    }

    /** Returns how far a rollout is, as Flagger calls it. */
    public String phase() {
      return phase;
    }

    /** Returns the type of a name. */
    public static Optional<Moment> named(String text) {
      return Stream.of(values()).filter(type -> type.text.equals(text)).findFirst();
    }
  }
}
