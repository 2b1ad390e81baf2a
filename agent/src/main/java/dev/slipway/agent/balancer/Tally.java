package dev.slipway.agent.balancer;

import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/**
 * What a member has answered.
 *
 * @param requests those that it answered, and those that it was sent and did not
 * @param errors those of them that it answered with 5xx or not at all
 * @param times answers by time: slot {@code n} counts those below 2^n milliseconds and not below
 *     2^(n-1), the last one counts the rest; empty where times are not counted
 * @param spent the times of all answers together, where they are summed instead of counted
 */
public record Tally(long requests, long errors, List<Long> times, Spent spent) {
  /** Nothing was asked yet. */
  public static final Tally NONE = new Tally(0, 0, List.of(), Spent.NONE);

  public Tally {
    times = List.copyOf(times);
    if (requests < 0 || errors < 0 || errors > requests) {
      throw new IllegalArgumentException("%d of %d requests failed".formatted(errors, requests));
    }
    if (times.stream().anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("fewer than no answers in one of " + times);
    }
  }

  /** A tally of one that counts times, or knows nothing of them. */
  public Tally(long requests, long errors, List<Long> times) {
    this(requests, errors, times, Spent.NONE);
  }

  /** Returns the sum of both. */
  public Tally plus(Tally other) {
    return new Tally(
        requests + other.requests,
        errors + other.errors,
        merged(other, Math::addExact),
        spent.plus(other.spent));
  }

  /**
   * Returns what was counted since an earlier tally; empty if it is not an earlier one, because
   * something was counted more often then.
   */
  public Optional<Tally> since(Tally earlier) {
    long more = requests - earlier.requests;
    long worse = errors - earlier.errors;
    var later = merged(earlier, Math::subtractExact);
    boolean isLater =
        worse >= 0
            && more >= worse
            && spent.answers() >= earlier.spent.answers()
            && later.stream().mapToLong(Long::longValue).min().orElse(0) >= 0;
    return isLater
        ? Optional.of(new Tally(more, worse, later, spent.since(earlier.spent)))
        : Optional.empty();
  }

  private List<Long> merged(Tally other, LongBinaryOperator operator) {
    int slots = Math.max(times.size(), other.times.size());
    return IntStream.range(0, slots)
        .mapToLong(slot -> operator.applyAsLong(slot(slot), other.slot(slot)))
        .boxed()
        .toList();
  }

  private long slot(int slot) {
    return slot < times.size() ? times.get(slot) : 0;
  }
}
