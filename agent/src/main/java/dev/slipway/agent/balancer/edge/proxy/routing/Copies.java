package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.Response.MirrorView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends copies of requests and drops their answers.
 *
 * <p>Each copy has a thread and a connection of its own, apart from all that serves clients. Only
 * so many are under way at once; those above are dropped and counted. So nobody ever waits for one.
 */
public final class Copies {
  private static final Logger LOG = LoggerFactory.getLogger(Copies.class);
  private static final int UNDER_WAY_MAX = 128;

  private final Semaphore free = new Semaphore(UNDER_WAY_MAX);
  private final Semaphore followed = new Semaphore(UNDER_WAY_MAX);
  private final LongAdder sent = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder failed = new LongAdder();

  private final LongSupplier nanos;

  /** Makes the copies of one pool. */
  public Copies(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Who is told what became of a copy. */
  public interface Counter {
    /** It was sent. */
    void asked();

    /** It was answered. */
    void answered(int status, Duration after);

    /** It was not. */
    void failed();
  }

  /** Sends a copy to an address, now and elsewhere, or drops it. */
  public void send(InetSocketAddress to, byte[] request, Counter counter) {
    if (!free.tryAcquire()) {
      drop();
      return;
    }
    sent.increment();
    Thread.ofVirtual().name("edge-copy").start(() -> exchange(to, request, counter));
  }

  private void exchange(InetSocketAddress to, byte[] request, Counter counter) {
    counter.asked();
    try {
      var answer = Copy.exchange(to, request, nanos);
      counter.answered(answer.status(), answer.after());
    } catch (IOException e) {
      LOG.debug("a copy got no answer from {}", to, e);
      failed.increment();
      counter.failed();
    } finally {
      free.release();
    }
  }

  /**
   * Returns whether one more body may be kept for a copy. Whoever is let {@link #unfollow} it in
   * the end; who is not is dropped.
   */
  public boolean follow() {
    boolean may = followed.tryAcquire();
    if (!may) {
      drop();
    }
    return may;
  }

  /** The request whose body was kept is over, whatever became of it. */
  public void unfollow() {
    followed.release();
  }

  /** Notes a copy that was not sent. */
  public void drop() {
    dropped.increment();
  }

  /** Returns what became of all copies. */
  public MirrorView view() {
    return new MirrorView(sent.sum(), dropped.sum(), failed.sum());
  }
}
