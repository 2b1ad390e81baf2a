package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.proxy.requests.EdgeTimes;
import dev.slipway.agent.balancer.edge.proxy.requests.Surroundings;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The addresses that the edge takes requests on. */
final class Listeners {
  private static final int HEADER_BYTES_MAX = 64 << 10;
  private static final int HEADERS_MAX = 200;
  private static final int BACKLOG = 4_096;

  private final XnioWorker worker;
  private final Surroundings surroundings;
  private final OptionMap sockets;
  private final Optional<HandedDown> handedDown;
  private final Map<InetSocketAddress, AcceptingChannel<? extends StreamConnection>> open =
      new HashMap<>();

  Listeners(
      XnioWorker worker,
      Surroundings surroundings,
      int connectionsMax,
      Optional<HandedDown> handedDown) {
    this.worker = worker;
    this.surroundings = surroundings;
    this.handedDown = handedDown;
    this.sockets =
        OptionMap.builder()
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.KEEP_ALIVE, true)
            .set(Options.BACKLOG, BACKLOG)
            .set(Options.CONNECTION_HIGH_WATER, connectionsMax)
            .set(Options.CONNECTION_LOW_WATER, connectionsMax)
            .getMap();
  }

  boolean has(InetSocketAddress address) {
    return open.containsKey(address);
  }

  void open(InetSocketAddress address, HttpHandler handler) throws IOException {
    var http = new HttpOpenListener(surroundings.buffers(), protocol(surroundings.times()));
    http.setRootHandler(handler);
    var listener = ChannelListeners.openListenerAdapter(http);
    var socket = handedDown.filter(one -> one.isAt(address));
    var server =
        socket.isPresent()
            ? socket.get().serve(worker, listener, sockets)
            : worker.createStreamConnectionServer(address, listener, sockets);
    server.resumeAccepts();
    open.put(address, server);
  }

  void close(InetSocketAddress address) {
    IoUtils.safeClose(open.remove(address));
  }

  /** Closes all but these. */
  void keep(Set<InetSocketAddress> wanted) {
    for (var address : List.copyOf(open.keySet())) {
      if (!wanted.contains(address)) {
        close(address);
      }
    }
  }

  /**
   * Takes no more connections. A socket that was handed down is left open: those who wait there are
   * for the next process, and with it Java would close standard output.
   */
  void closeAll() {
    open.forEach((address, server) -> {
      if (handedDown.filter(one -> one.isAt(address)).isPresent()) {
        server.suspendAccepts();
      } else {
        IoUtils.safeClose(server);
      }
    });
    open.clear();
  }

  private static OptionMap protocol(EdgeTimes times) {
    return OptionMap.builder()
        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
        .set(UndertowOptions.ENABLE_HTTP2, false)
        .set(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES_MAX)
        .set(UndertowOptions.MAX_HEADERS, HEADERS_MAX)
        .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
        // What a URL means is the application's concern: it is passed on byte for byte.
        .set(UndertowOptions.DECODE_URL, false)
        .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
        .set(UndertowOptions.MAX_PARAMETERS, HEADER_BYTES_MAX)
        .set(UndertowOptions.ALWAYS_SET_DATE, false)
        .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(times.header()))
        .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(times.keepAlive()))
        .getMap();
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
