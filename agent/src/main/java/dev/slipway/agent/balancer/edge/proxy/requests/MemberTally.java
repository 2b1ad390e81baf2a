package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.Response.TallyView;
import dev.slipway.agent.balancer.edge.proxy.routing.Copies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** What a member has answered since the process started. Safe for use by several threads. */
final class MemberTally implements Copies.Counter {
  private static final int CLASSES = 5;
  private static final int LATENCY_SLOTS = 18;

  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicLongArray classes = new AtomicLongArray(CLASSES);
  private final AtomicLongArray latency = new AtomicLongArray(LATENCY_SLOTS);

  @Override
  public void asked() {
    requests.increment();
  }

  @Override
  public void answered(int status, Duration after) {
    classes.incrementAndGet(Math.clamp(status / 100 - 1, 0, CLASSES - 1));
    int slot = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, after.toMillis()));
    latency.incrementAndGet(Math.min(slot, LATENCY_SLOTS - 1));
  }

  @Override
  public void failed() {
    failures.increment();
  }

  TallyView view() {
    return new TallyView(requests.sum(), list(classes), failures.sum(), list(latency));
  }

  private static List<Long> list(AtomicLongArray counts) {
    return LongStream.range(0, counts.length()).mapToObj(slot -> counts.get((int) slot)).toList();
  }
}
