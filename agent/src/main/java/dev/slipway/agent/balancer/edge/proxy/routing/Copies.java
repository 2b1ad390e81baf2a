package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.Response.MirrorView;
import dev.slipway.agent.balancer.edge.proxy.comparing.Pending;
import dev.slipway.agent.balancer.edge.proxy.comparing.Pending.Copied;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends copies of requests, and drops their answers once they are compared, if they are.
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

  /** Sends a copy, now and elsewhere, or drops it. */
  public void send(Parcel copy) {
    if (hasPlaces(1)) {
      start("edge-copy", () -> counted(copy, Copy.DROPPING));
    }
  }

  /**
   * Sends a copy, now and elsewhere, or drops it; its answer is compared.
   *
   * @param second another copy, whose answer is noise
   */
  public void send(Parcel copy, Optional<Parcel> second, Pending pending) {
    if (hasPlaces(second.isPresent() ? 2 : 1)) {
      pending.sent();
      start("edge-copy", () -> compare(copy, second, pending));
    }
  }

  private boolean hasPlaces(int places) {
    boolean may = free.tryAcquire(places);
    if (may) {
      sent.increment();
    } else {
      drop();
    }
    return may;
  }

  private static void start(String name, Runnable what) {
    Thread.ofVirtual().name(name).start(what);
  }

  private void compare(Parcel copy, Optional<Parcel> second, Pending pending) {
    Copy.Reader reader = pending::read;
    Optional<CompletableFuture<Copied>> noise =
        second.map(parcel ->
            CompletableFuture.supplyAsync(
                () -> exchange(parcel, reader).orElseGet(Copied::none),
                task -> start("edge-noise", task)));
    Copied candidate = counted(copy, reader);
    pending.conclude(candidate, noise.map(CompletableFuture::join));
  }

  private Copied counted(Parcel copy, Copy.Reader reader) {
    var copied = exchange(copy, reader);
    if (copied.isEmpty()) {
      failed.increment();
    }
    return copied.orElseGet(Copied::none);
  }

  private Optional<Copied> exchange(Parcel copy, Copy.Reader reader) {
    copy.counter().asked();
    try {
      var answer = Copy.exchange(copy, reader, nanos);
      copy.counter().answered(answer.status(), answer.after());
      return Optional.of(answer.copied());
    } catch (IOException e) {
      LOG.debug("a copy got no answer from {}", copy.to(), e);
      copy.counter().failed();
      return Optional.empty();
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
