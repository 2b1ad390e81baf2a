package dev.slipway.agent.manifest.preview;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may have a preview: at most so many branches at once, each for a time after its last push.
 *
 * <p>Who has one keeps it, however many may be there now; then who pushed first comes first.
 *
 * @param max how many there may be
 * @param ttl how long after its last push one stays; empty for ever
 */
public record Seats(int max, Optional<Duration> ttl) {

  /** A branch that asks, and the environment that it would have. */
  public record Asking(String branch, String environment, Instant pushed) {}

  /** Whether a branch has a preview. */
  public enum Verdict {
    /** It has. */
    SEATED,
    /** All seats are taken. */
    WAITS,
    /** It was pushed too long ago. */
    EXPIRED
  }

  /**
   * Judges every branch.
   *
   * @param held the environments that are there, or of which something may be left
   */
  public Map<Asking, Verdict> judge(Collection<Asking> all, Set<String> held, Instant now) {
    var taken = new HashSet<>(held);
    var verdicts = new LinkedHashMap<Asking, Verdict>();
    all.stream()
        .sorted(Comparator.comparing(Asking::pushed).thenComparing(Asking::branch))
        .forEach(one -> verdicts.put(one, verdict(one, held, taken, now)));
    return verdicts;
  }

  private Verdict verdict(Asking one, Set<String> held, Set<String> taken, Instant now) {
    if (ttl.filter(time -> one.pushed().plus(time).isBefore(now)).isPresent()) {
      return Verdict.EXPIRED;
    }
    if (held.contains(one.environment())) {
      return Verdict.SEATED;
    }
    if (taken.size() >= max) {
      return Verdict.WAITS;
    }
    taken.add(one.environment());
    return Verdict.SEATED;
  }
}
