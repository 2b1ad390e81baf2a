package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.client.ClientConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;

/**
 * Connections to one member that are between two requests, kept by I/O thread.
 *
 * <p>A queue is touched on its own thread only.
 */
final class IdleConnections {
  private static final int PER_THREAD_MAX = 64;
  // Shorter than the keep-alive of common servers, so that they seldom hang up first.
  private static final long IDLE_NANOS_MAX = Duration.ofSeconds(4).toNanos();

  private final Map<XnioIoThread, Deque<Idle>> queues = new ConcurrentHashMap<>();

  private record Idle(ClientConnection connection, long sinceNanos) {}

  /** Takes the one that was used last, which is the one that the member likely still holds. */
  Optional<ClientConnection> poll(XnioIoThread thread) {
    var queue = queue(thread);
    for (var idle = queue.pollLast(); idle != null; idle = queue.pollLast()) {
      if (idle.connection().isOpen() && !idle.connection().isUpgraded()) {
        return Optional.of(idle.connection());
      }
      IoUtils.safeClose(idle.connection());
    }
    return Optional.empty();
  }

  void offer(ClientConnection connection, long nowNanos) {
    var queue = queue(connection.getIoThread());
    if (!connection.isOpen() || connection.isUpgraded() || queue.size() >= PER_THREAD_MAX) {
      IoUtils.safeClose(connection);
      return;
    }
    queue.addLast(new Idle(connection, nowNanos));
  }

  /** Closes those that have been idle too long. */
  void expire(long nowNanos) {
    queues.forEach((thread, _) -> thread.execute(() -> closeOlder(thread, nowNanos)));
  }

  void closeAll() {
    queues.forEach((thread, queue) ->
        thread.execute(() -> {
          queue.forEach(idle -> IoUtils.safeClose(idle.connection()));
          queue.clear();
        }));
  }

  private void closeOlder(XnioIoThread thread, long nowNanos) {
    var queue = queue(thread);
    for (var oldest = queue.peekFirst(); oldest != null; oldest = queue.peekFirst()) {
      if (oldest.connection().isOpen() && nowNanos - oldest.sinceNanos() < IDLE_NANOS_MAX) {
        return;
      }
      queue.removeFirst();
      IoUtils.safeClose(oldest.connection());
    }
  }

  private Deque<Idle> queue(XnioIoThread thread) {
    return queues.computeIfAbsent(thread, _ -> new ArrayDeque<>());
  }
}
