package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.proxy.requests.HealthChecks;
import dev.slipway.agent.balancer.edge.proxy.requests.Surroundings;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;

/**
 * The beat that ends what took too long: one thread looks at all deadlines, because a timer for
 * each request costs more than the request.
 */
final class Pulse implements AutoCloseable {
  private static final Duration BEAT = Duration.ofMillis(50);
  private static final int BEATS_PER_TIDY = 20;

  private final Registry registry;
  private final Surroundings surroundings;
  private final HealthChecks checks;
  private final ControlSocket control;
  private final Waiter waiter;
  private final Signal stop = new Signal();
  private int beat;

  Pulse(
      Registry registry,
      Surroundings surroundings,
      HealthChecks checks,
      ControlSocket control,
      Waiter waiter) {
    this.registry = registry;
    this.surroundings = surroundings;
    this.checks = checks;
    this.control = control;
    this.waiter = waiter;
  }

  void start() {
    Thread.ofPlatform().name("edge-pulse").daemon().start(this::beatUntilStopped);
  }

  private void beatUntilStopped() {
    while (waiter.await(BEAT, stop) == Waiter.End.ELAPSED) {
      beat();
    }
  }

  private void beat() {
    long now = surroundings.nanos();
    surroundings.expire();
    checks.beat(registry.all(), now);
    if (++beat % BEATS_PER_TIDY == 0) {
      registry.all().forEach(pool -> pool.tidy(now));
      control.expire(now);
    }
  }

  @Override
  public void close() {
    stop.raise("the edge is stopping");
  }
}
