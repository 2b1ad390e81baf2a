package dev.slipway.agent.bench;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network between a client and a server: a TCP proxy whose faults are switched while it runs.
 *
 * <p>A new fault counts for open connections too, from the next byte on. What a silent network has
 * swallowed arrives after {@link #heal}, as TCP would send it again.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final int DRIPS_PER_SECOND = 20;
  private static final Duration FOREVER = Duration.ofHours(1);

  private final InetSocketAddress server;
  private final InetSocketAddress address;
  private final Waiter waiter = Waiter.system();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bytesToServer = new AtomicLong();
  private final AtomicLong bytesToClient = new AtomicLong();
  private volatile ServerSocket listener;
  private volatile Signal closed = new Signal();
  private volatile State state = new State(new Fault.None(), new Signal());

  /** What the network does to bytes. */
  private sealed interface Fault {
    record None() implements Fault {}

    record Delayed(Duration time) implements Fault {}

    record Dripping(int bytesPerSecond) implements Fault {}

    record Silent() implements Fault {}

    record CutAfter(long bytesToClient) implements Fault {}
  }

  /** A fault, and the signal that it is over. */
  private record State(Fault fault, Signal over) {}

  private FaultProxy(InetSocketAddress server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
    this.address = Loopback.at("127.0.0.1", listener.getLocalPort());
  }

  /** A proxy to this server that does no harm yet, on a free port of 127.0.0.1. */
  public static FaultProxy to(InetSocketAddress server) {
    try {
      var proxy = new FaultProxy(server, listen(Loopback.freePort()));
      proxy.accept();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect to. */
  public InetSocketAddress address() {
    return address;
  }

  /** Connections that were accepted so far. */
  public int connections() {
    return connections.get();
  }

  public long bytesToServer() {
    return bytesToServer.get();
  }

  public long bytesToClient() {
    return bytesToClient.get();
  }

  /** Holds every piece back for a while, in both directions. */
  public void delay(Duration time) {
    become(new Fault.Delayed(time));
  }

  /** Lets only so many bytes a second through, in each direction of each connection. */
  public void drip(int bytesPerSecond) {
    become(new Fault.Dripping(bytesPerSecond));
  }

  /** Swallows everything: connections are accepted, stay open, and nothing comes. */
  public void silence() {
    become(new Fault.Silent());
  }

  /** Cuts each connection, counted from its beginning, after so many bytes of the server. */
  public void cutAfter(long bytes) {
    become(new Fault.CutAfter(bytes));
  }

  /** Refuses new connections; open ones go on. */
  public void refuse() {
    close(listener);
    // The kernel lets clients in until the thread that accepts has left the socket.
    waiter.await(FOREVER, closed);
  }

  /** Resets all open connections, and only those. */
  public void resetConnections() {
    open.forEach(FaultProxy::reset);
    open.clear();
  }

  /** Does no harm from now on. */
  public void heal() {
    become(new Fault.None());
    if (listener.isClosed()) {
      try {
        listener = listen(address.getPort());
        accept();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    refuse();
    resetConnections();
    become(new Fault.None());
    threads.shutdownNow();
    threads.close();
  }

  private void become(Fault fault) {
    var former = state;
    state = new State(fault, new Signal());
    former.over().raise("the network has changed");
  }

  private void accept() {
    var accepting = listener;
    var ended = new Signal();
    closed = ended;
    threads.execute(() -> acceptFrom(accepting, ended));
  }

  private void acceptFrom(ServerSocket accepting, Signal ended) {
    try {
      while (true) {
        connect(accepting.accept());
      }
    } catch (IOException e) {
      ended.raise("nobody is let in any more");
    }
  }

  private void connect(Socket client) {
    connections.incrementAndGet();
    var upstream = new Socket();
    open.add(client);
    open.add(upstream);
    threads.execute(() -> {
      try {
        upstream.connect(server);
        threads.execute(() -> pump(client, upstream, bytesToServer, Direction.TO_SERVER));
        pump(upstream, client, bytesToClient, Direction.TO_CLIENT);
      } catch (IOException e) {
        reset(client);
      }
    });
  }

  private enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  private void pump(Socket from, Socket to, AtomicLong total, Direction direction) {
    var buffer = new byte[BUFFER];
    long passed = 0;
    try {
      for (int read = from.getInputStream().read(buffer); read >= 0; ) {
        for (int done = 0; done < read; ) {
          int piece = letThrough(read - done, passed, direction);
          to.getOutputStream().write(buffer, done, piece);
          done += piece;
          passed += piece;
          total.addAndGet(piece);
        }
        read = from.getInputStream().read(buffer);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      reset(from);
      reset(to);
    }
  }

  /** Waits as long as the network wants, and returns how many bytes may go on. */
  private int letThrough(int waiting, long passed, Direction direction) throws IOException {
    var now = state;
    return switch (now.fault()) {
      case Fault.None() -> waiting;
      case Fault.Delayed(var time) -> {
        waiter.await(time, now.over());
        yield waiting;
      }
      case Fault.Dripping(var bytesPerSecond) -> {
        waiter.await(Duration.ofSeconds(1).dividedBy(DRIPS_PER_SECOND), now.over());
        yield Math.min(waiting, Math.max(1, bytesPerSecond / DRIPS_PER_SECOND));
      }
      case Fault.Silent() -> {
        waiter.await(FOREVER, now.over());
        yield 0;
      }
      case Fault.CutAfter(var bytes) -> {
        if (direction == Direction.TO_CLIENT && passed >= bytes) {
          throw new IOException("cut");
        }
        yield direction == Direction.TO_SERVER
            ? waiting
            : Math.toIntExact(Math.min(waiting, bytes - passed));
      }
    };
  }

  private static ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(Loopback.at("127.0.0.1", port));
    return socket;
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
