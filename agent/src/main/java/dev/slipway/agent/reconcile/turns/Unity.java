package dev.slipway.agent.reconcile.turns;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.status.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the balancers in front of one application to the same value while nothing is rolled out.
 *
 * <p>It waits longer each time if they are told in vain, or if somebody sets them apart again and
 * again, and never gives up. Used by one worker alone.
 */
public final class Unity {
  private static final Logger LOG = LoggerFactory.getLogger(Unity.class);

  private final BiFunction<Deployment, Delivery, List<String>> telling;
  private final Tempo tempo;
  private final InstantSource clock;
  private List<String> split = List.of();
  private List<String> left = List.of();
  private Optional<Instant> last = Optional.empty();
  private int inARow;

  /**
   * Makes one that has told nobody anything.
   *
   * @param telling brings balancers to what is stable; what it returns is left
   */
  public Unity(
      BiFunction<Deployment, Delivery, List<String>> telling, Tempo tempo, InstantSource clock) {
    this.telling = telling;
    this.tempo = tempo;
    this.clock = clock;
  }

  /** Takes note of what was seen; returns whether the balancers have to be brought to agree. */
  public boolean isSplit(Observation.Seen seen) {
    return isSplit(seen.splits(), seen.obstacles());
  }

  boolean isSplit(List<String> differences, List<String> obstacles) {
    split = differences;
    left = obstacles;
    Instant now = clock.instant();
    if (split.isEmpty() && last.filter(at -> now.isBefore(at.plus(tempo.lastRetry()))).isEmpty()) {
      inARow = 0;
    }
    return !split.isEmpty() && left.isEmpty();
  }

  /** Tells them what is right, unless that was tried a moment ago; returns when to look again. */
  public Duration restore(Deployment deployment, Delivery stable) {
    Instant now = clock.instant();
    Instant earliest = last.map(at -> at.plus(tempo.backOff(inARow))).orElse(now);
    if (earliest.isAfter(now)) {
      return Duration.between(now, earliest);
    }
    last = Optional.of(now);
    inARow++;
    left = telling.apply(deployment, stable);
    if (!left.isEmpty()) {
      return tempo.backOff(inARow);
    }
    LOG.info("{}: its balancers agree again; {}", deployment.target(), String.join("; ", split));
    split = List.of();
    return Duration.ZERO;
  }

  /** Returns what people should know. */
  public List<Condition> remarks() {
    var lines = new ArrayList<>(split);
    lines.addAll(left);
    return split.isEmpty()
        ? List.of()
        : List.of(new Condition("Balancers", "Split", String.join("\n", lines)));
  }
}
