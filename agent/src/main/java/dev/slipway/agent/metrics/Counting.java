package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.strategies.fleet.Instance;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one balancer has counted for some instances since it was first asked.
 *
 * <p>Counts that began again from zero, or are those of another process, are a new beginning: what
 * was counted before it is kept, what nobody saw in between is not guessed.
 */
final class Counting {
  private final Balancer balancer;
  private final Set<Instance> instances;
  private Optional<Counted.Now> before = Optional.empty();
  private Counts sum = Counts.NONE;

  Counting(Balancer balancer, Set<Instance> instances) {
    this.balancer = balancer;
    this.instances = instances;
  }

  /** Returns all that was counted. */
  Counts sum() {
    return sum;
  }

  /** Asks the balancer for its counts; returns why they are not known, if so. */
  Optional<String> count() {
    return switch (balancer.counted()) {
      case Counted.Now now -> {
        before
            .filter(one -> one.generation().equals(now.generation()))
            .ifPresent(one -> add(one, now));
        before = Optional.of(now);
        yield Optional.empty();
      }
      case Counted.Never(var reason) -> unknown(reason);
      case Counted.Unknown(var reason) -> unknown(reason);
    };
  }

  private void add(Counted.Now earlier, Counted.Now now) {
    for (Instance instance : instances) {
      var counted = tally(now, instance).since(tally(earlier, instance));
      sum = sum.plus(new Counts(counted.orElse(Tally.NONE), Compared.NONE));
    }
    var compared = now.compared().since(earlier.compared());
    sum = sum.plus(new Counts(Tally.NONE, compared.orElse(Compared.NONE)));
  }

  private static Tally tally(Counted.Now counted, Instance instance) {
    Map<Instance, Tally> tallies = counted.tallies();
    return tallies.getOrDefault(instance, Tally.NONE);
  }

  private Optional<String> unknown(String reason) {
    return Optional.of("balancer %s: %s".formatted(balancer.name(), reason));
  }
}
