package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.proxy.requests.HealthChecks;
import dev.slipway.agent.balancer.edge.proxy.requests.Surroundings;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** A running edge: what {@code slipway edge} starts, waits for and stops. */
public final class EdgeProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EdgeProcess.class);
  private static final int BUFFER_BYTES = 16 << 10;
  private static final int IO_THREADS_MIN = 2;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration LINGER = Duration.ofMillis(300);

  private final EdgeOptions options;
  private final XnioWorker worker;
  private final Surroundings surroundings;
  private final Listeners listeners;
  private final HealthChecks checks = new HealthChecks();
  private final Waiter waiter;
  private final FileChannel lock;
  private final ControlSocket control;
  private final Pulse pulse;
  private boolean closed;

  private EdgeProcess(EdgeOptions options, StateFile file, FileChannel lock, StateFile.Kept kept)
      throws IOException {
    this.options = options;
    this.lock = lock;
    this.waiter = Waiter.system();
    this.worker = worker();
    this.surroundings =
        new Surroundings(
            new DefaultByteBufferPool(true, BUFFER_BYTES, -1, 4),
            options.times(),
            options.trusted(),
            System::nanoTime);
    this.listeners =
        new Listeners(worker, surroundings, options.connectionsMax(), handedDown(options));
    var generation = UUID.randomUUID().toString();
    var registry = new Registry(generation, file, listeners, surroundings, options.listen());
    try {
      registry.restore(kept);
      this.control = ControlSocket.open(options.control(), registry);
    } catch (IOException e) {
      release();
      throw e;
    }
    this.pulse = new Pulse(registry, surroundings, checks, control, waiter);
    pulse.start();
  }

  /** How a start went. */
  public sealed interface Started {
    /** It takes requests. */
    record Running(EdgeProcess edge) implements Started {}

    /** It does not run, and this is why and what to do. */
    record Failed(String reason) implements Started {}
  }

  /** Starts an edge, which takes up the pools that the last one had. */
  public static Started start(EdgeOptions options) {
    try {
      var lock = lock(options.state());
      var file = new StateFile(options.state());
      return switch (file.load()) {
        case StateFile.Found.Whole(var kept) -> run(options, file, lock, kept);
        case StateFile.Found.Damaged(var reason) -> damaged(options, file, lock, reason);
      };
    } catch (IOException e) {
      return new Started.Failed("the edge does not start: " + text(e));
    }
  }

  private static Started run(
      EdgeOptions options, StateFile file, FileChannel lock, StateFile.Kept kept)
      throws IOException {
    var edge = new EdgeProcess(options, file, lock, kept);
    LOG.info("the edge listens on {} with {} pools", options.listen(), kept.pools().size());
    return new Started.Running(edge);
  }

  private static Started damaged(
      EdgeOptions options, StateFile file, FileChannel lock, String reason) throws IOException {
    return switch (options.damaged()) {
      case REFUSE -> {
        IoUtils.safeClose(lock);
        yield new Started.Failed(
            reason + "; start with --start-empty to go on without it: agents bring the pools back");
      }
      case START_EMPTY -> {
        LOG.warn("{}; it is set aside and the edge starts without pools", reason);
        file.setAside();
        yield run(options, file, lock, StateFile.Kept.NOTHING);
      }
    };
  }

  private static Optional<HandedDown> handedDown(EdgeOptions options) throws IOException {
    var socket = HandedDown.find();
    var address = socket.map(HandedDown::address);
    if (socket.isPresent() && options.listen().stream().noneMatch(socket.get()::isAt)) {
      throw new IOException(
          "the socket that was handed down is %s, and --listen says %s; they must be the same"
              .formatted(address.get(), options.listen()));
    }
    address.ifPresent(at -> LOG.info("the socket {} was handed down", at));
    return socket;
  }

  /** Two processes must not share a state file; the kernel drops the lock with the process. */
  private static FileChannel lock(Path state) throws IOException {
    Files.createDirectories(state.toAbsolutePath().getParent());
    var path = state.resolveSibling(state.getFileName() + ".lock");
    var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("the lock is held by this process", e);
    }
    channel.close();
    throw new IOException(path + " is held by another edge; stop that one or name another --state");
  }

  private static XnioWorker worker() throws IOException {
    int threads = Math.max(IO_THREADS_MIN, Runtime.getRuntime().availableProcessors());
    return Xnio.getInstance(EdgeProcess.class.getClassLoader())
        .createWorker(
            OptionMap.builder()
                .set(Options.WORKER_NAME, "edge")
                .set(Options.WORKER_IO_THREADS, threads)
                .set(Options.WORKER_TASK_CORE_THREADS, 1)
                .set(Options.WORKER_TASK_MAX_THREADS, 2)
                .set(Options.TCP_NODELAY, true)
                .getMap());
  }

  /**
   * Stops: takes no new connections, finishes requests in flight for as long as it may, then ends.
   * A second call does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    listeners.closeAll();
    surroundings.stopping();
    finishRequests();
    pulse.close();
    try {
      control.close();
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}", options.control(), text(e));
    }
    release();
  }

  private void finishRequests() {
    var never = new Signal();
    long until = surroundings.in(options.times().stop());
    // A client whose connection was just accepted has not had the time to send its request.
    long linger = surroundings.in(LINGER);
    while ((surroundings.inFlight() > 0 || surroundings.nanos() - linger < 0)
        && surroundings.nanos() - until < 0) {
      waiter.await(LOOK_AGAIN, never);
    }
    int left = surroundings.inFlight();
    if (left > 0) {
      LOG.warn("{} requests were cut off after {}", left, options.times().stop());
    }
  }

  private void release() {
    checks.close();
    listeners.closeAll();
    worker.shutdownNow();
    IoUtils.safeClose(lock);
  }

  private static String text(IOException e) {
    return e.getMessage() == null
        ? e.toString()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
