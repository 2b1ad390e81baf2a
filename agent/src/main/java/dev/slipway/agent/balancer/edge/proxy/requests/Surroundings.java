package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.UndertowClient;
import io.undertow.connector.ByteBufferPool;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every passage shares: buffers, clock, times, and the list of all that are under way. */
public final class Surroundings {
  private static final Logger LOG = LoggerFactory.getLogger(Surroundings.class);

  private final ByteBufferPool buffers;
  private final EdgeTimes times;
  private final Set<String> trusted;
  private final LongSupplier nanos;
  private final UndertowClient client = UndertowClient.getInstance();
  private final Set<Passage> inProgress = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /** Makes the surroundings of one process. */
  public Surroundings(
      ByteBufferPool buffers, EdgeTimes times, Set<String> trusted, LongSupplier nanos) {
    this.buffers = buffers;
    this.times = times;
    this.trusted = Set.copyOf(trusted);
    this.nanos = nanos;
  }

  /** Returns the buffers that everything in this process shares. */
  public ByteBufferPool buffers() {
    return buffers;
  }

  /** Returns how long the edge waits for whom. */
  public EdgeTimes times() {
    return times;
  }

  Set<String> trusted() {
    return trusted;
  }

  UndertowClient client() {
    return client;
  }

  Set<Passage> inProgress() {
    return inProgress;
  }

  /** Returns a time that only grows. */
  public long nanos() {
    return nanos.getAsLong();
  }

  /** Returns the time that it will be then. */
  public long in(Duration time) {
    return nanos() + time.toNanos();
  }

  /** From now on connections of clients are closed after their next answer. */
  public void stopping() {
    stopping = true;
  }

  /** Ends what has taken longer than it may. */
  public void expire() {
    long now = nanos();
    inProgress.stream().filter(passage -> passage.isDue(now)).forEach(Passage::expire);
  }

  /** Returns how many requests are under way. */
  public int inFlight() {
    return inProgress.size();
  }

  boolean isStopping() {
    return stopping;
  }

  /** Notes that a member gave no answer. */
  void failed(Upstream upstream) {
    upstream.tally().failed();
    if (upstream.wellness().failed(nanos())) {
      LOG.warn("{} fails again and again and gets no requests for a while", upstream);
    }
  }
}
