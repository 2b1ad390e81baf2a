package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.host.Epoch;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The newest agent that has written a VirtualService, as an annotation of it. The version that
 * every write depends on makes sure that no older one writes after it.
 */
final class Stamp {
  private static final String KEY = "slipway.dev/epoch";
  private static final Pattern WRITTEN = Pattern.compile("([A-Za-z0-9-]{1,64}) ([0-9]{1,18})");

  private Stamp() {}

  /** Returns why an agent may not write. */
  static Optional<String> objection(Kept kept, Epoch epoch) {
    return kept.annotation(KEY).flatMap(written -> objection(written, epoch));
  }

  private static Optional<String> objection(String written, Epoch epoch) {
    var held = WRITTEN.matcher(written);
    if (!held.matches()) {
      return Optional.of(
          "the annotation %s cannot be read: '%s'; look at it, then run slipway takeover"
              .formatted(KEY, written));
    }
    if (!held.group(1).equals(epoch.store())) {
      return Optional.of(
          "it belongs to the store %s, not to %s; if this agent is to have it, run slipway takeover"
              .formatted(held.group(1), epoch.store()));
    }
    return Long.parseLong(held.group(2)) > epoch.counter()
        ? Optional.of(
            "an agent with the newer epoch %s has written it, this one has %d"
                .formatted(held.group(2), epoch.counter()))
        : Optional.empty();
  }

  static Kept on(Kept kept, Epoch epoch) {
    return kept.annotated(KEY, "%s %d".formatted(epoch.store(), epoch.counter()));
  }
}
