package dev.slipway.agent.demo;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The people who use an application while it is rolled out: many clients that send one request
 * after the other and count what becomes of each.
 *
 * <p>Each client waits for its answer before it sends again, on a virtual thread of its own, so
 * nothing is sent that nobody counts.
 */
public final class LoadClient implements AutoCloseable {
  private final LoadPlan plan;
  private final Waiter waiter;
  private final Tally tally = new Tally();
  private final Signal stop = new Signal();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final long started = System.nanoTime();

  private LoadClient(LoadPlan plan, Waiter waiter) {
    this.plan = plan;
    this.waiter = waiter;
  }

  /** Starts all clients at once; they go on until they are stopped. */
  public static LoadClient start(LoadPlan plan, Waiter waiter) {
    var load = new LoadClient(plan, waiter);
    for (int i = 0; i < plan.reusing(); i++) {
      load.clients.execute(() -> load.sendUntilStopped(true));
    }
    for (int i = 0; i < plan.reconnecting(); i++) {
      load.clients.execute(() -> load.sendUntilStopped(false));
    }
    return load;
  }

  /** Returns what has happened so far, while the clients go on. */
  public LoadReport report() {
    return tally.report();
  }

  /** Lets every client wait for its last answer, and returns what became of all requests. */
  public LoadReport stop() {
    stop.raise("the load client was stopped");
    clients.close();
    return tally.report();
  }

  @Override
  public void close() {
    stop();
  }

  private void sendUntilStopped(boolean keepAlive) {
    var request = Connection.request(plan, keepAlive);
    Optional<Connection> connection = Optional.empty();
    while (stop.reason().isEmpty()) {
      var left = sendOne(request, connection);
      connection = left.filter(_ -> keepAlive);
      if (!keepAlive) {
        left.ifPresent(Connection::close);
      }
      waiter.await(plan.pause(), stop);
    }
    connection.ifPresent(Connection::close);
  }

  /** Sends one request, with its retry if need be; returns the connection if it can be reused. */
  private Optional<Connection> sendOne(byte[] request, Optional<Connection> open) {
    long began = System.nanoTime();
    var sent = attempt(request, open);
    if (sent.outcome() instanceof Outcome.Unanswered && sent.reused()) {
      tally.retried();
      sent = attempt(request, Optional.empty());
    }
    long now = System.nanoTime();
    tally.count(sent.outcome(), Duration.ofNanos(now - started), Duration.ofNanos(now - began));
    return sent.connection();
  }

  /** One attempt: what came of it, whether on a reused connection, and what is left of that. */
  private record Attempt(Outcome outcome, boolean reused, Optional<Connection> connection) {}

  private Attempt attempt(byte[] request, Optional<Connection> open) {
    Connection connection;
    try {
      connection = open.isPresent() ? open.get() : Connection.open(plan);
    } catch (IOException e) {
      return new Attempt(
          new Outcome.Failed("not connected: " + Connection.name(e)), false, Optional.empty());
    }
    boolean reused = connection.isReused();
    var outcome = connection.send(request);
    if (outcome instanceof Outcome.Answered answered && answered.reusable()) {
      return new Attempt(outcome, reused, Optional.of(connection));
    }
    connection.close();
    return new Attempt(outcome, reused, Optional.empty());
  }
}
