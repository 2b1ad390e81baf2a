package dev.slipway.agent.balancer.edge.proxy.comparing;

import dev.slipway.agent.balancer.edge.Response.ComparedView;
import dev.slipway.agent.balancer.edge.Response.FieldView;
import dev.slipway.strategies.traffic.Comparison;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/**
 * What came of all comparisons of one pool. Safe for use by several threads.
 *
 * <p>What differs in the noise of a request too is taken off its difference, and the reverse, field
 * by field. So where the candidate behaves as the stable track does, each of the two is as likely
 * to be left with a difference as the other, and a field that is random in both leaves none.
 */
public final class Comparisons {
  private static final int WAITING_MAX = 128;
  private static final int FIELDS_MAX = 20;
  private static final String NO_ANSWER = "no answer";

  private final Semaphore free = new Semaphore(WAITING_MAX);
  private final Map<String, Long> differingFields = new LinkedHashMap<>();
  private final Map<String, Long> noisyFields = new LinkedHashMap<>();
  private long compared;
  private long differing;
  private long noiseCompared;
  private long noiseDiffering;
  private long uncompared;

  /** Begins one; empty if too many wait already, so that this one is not compared. */
  public Optional<Pending> begin(Comparison comparison, boolean isHead) {
    if (free.tryAcquire()) {
      return Optional.of(new Pending(this, comparison, isHead));
    }
    synchronized (this) {
      uncompared++;
    }
    return Optional.empty();
  }

  synchronized void uncompared() {
    uncompared++;
    free.release();
  }

  void compared(Comparison comparison, Reply user, Optional<Reply> copied, Optional<Reply> second) {
    try {
      var difference = new Difference(comparison);
      SortedSet<String> candidate =
          copied.map(reply -> difference.between(user, reply)).orElseGet(Comparisons::noAnswer);
      SortedSet<String> noise =
          second.map(reply -> difference.between(user, reply)).orElseGet(TreeSet::new);
      count(candidate, noise, second.isPresent());
    } finally {
      free.release();
    }
  }

  private static SortedSet<String> noAnswer() {
    var fields = new TreeSet<String>();
    fields.add(NO_ANSWER);
    return fields;
  }

  private synchronized void count(
      SortedSet<String> candidate, SortedSet<String> noise, boolean hasNoise) {
    var own = without(candidate, noise);
    compared++;
    differing += own.isEmpty() ? 0 : 1;
    noiseCompared += hasNoise ? 1 : 0;
    noiseDiffering += without(noise, candidate).isEmpty() ? 0 : 1;
    note(own, differingFields);
    note(noise, noisyFields);
  }

  private static SortedSet<String> without(SortedSet<String> fields, SortedSet<String> others) {
    var left = new TreeSet<>(fields);
    left.removeAll(others);
    return left;
  }

  private static void note(Collection<String> fields, Map<String, Long> counts) {
    for (String field : fields) {
      if (counts.containsKey(field) || counts.size() < FIELDS_MAX) {
        counts.merge(field, 1L, Long::sum);
      }
    }
  }

  /** Returns what came of all of them. */
  public synchronized ComparedView view() {
    var names = new LinkedHashSet<>(differingFields.keySet());
    names.addAll(noisyFields.keySet());
    var fields =
        names.stream()
            .map(name ->
                new FieldView(
                    name,
                    differingFields.getOrDefault(name, 0L),
                    noisyFields.getOrDefault(name, 0L)))
            .toList();
    return new ComparedView(compared, differing, noiseCompared, noiseDiffering, uncompared, fields);
  }
}
