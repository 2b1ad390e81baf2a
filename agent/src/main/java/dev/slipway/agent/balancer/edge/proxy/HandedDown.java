package dev.slipway.agent.balancer.edge.proxy;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.xnio.ChannelListener;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * A listening socket that this process was started with, as its standard input.
 *
 * <p>Who started it, systemd as a rule, holds the socket too. So clients that come while there is
 * no edge wait in the kernel's queue for the next one, and a restart refuses nobody.
 */
final class HandedDown {
  private final ServerSocketChannel socket;
  private final InetSocketAddress address;

  private HandedDown(ServerSocketChannel socket, InetSocketAddress address) {
    this.socket = socket;
    this.address = address;
  }

  /** Returns the socket if there is one; else standard input is something else. */
  static Optional<HandedDown> find() throws IOException {
    if (System.inheritedChannel() instanceof ServerSocketChannel socket
        && socket.getLocalAddress() instanceof InetSocketAddress address) {
      return Optional.of(new HandedDown(socket, address));
    }
    return Optional.empty();
  }

  InetSocketAddress address() {
    return address;
  }

  /** Returns whether it is the one to use for this address; any wildcard is as good as another. */
  boolean isAt(InetSocketAddress wanted) {
    boolean everywhere =
        address.getAddress().isAnyLocalAddress() && wanted.getAddress().isAnyLocalAddress();
    return address.getPort() == wanted.getPort()
        && (everywhere || address.getAddress().equals(wanted.getAddress()));
  }

  /** Takes connections from it. */
  AcceptingChannel<StreamConnection> serve(
      XnioWorker worker,
      ChannelListener<? super AcceptingChannel<StreamConnection>> listener,
      OptionMap options)
      throws IOException {
    socket.configureBlocking(false);
    try {
      return serve(server(worker, options), listener);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IOException("this version of XNIO cannot use a socket that is open already", e);
    }
  }

  private static AcceptingChannel<StreamConnection> serve(
      Object server, ChannelListener<? super AcceptingChannel<StreamConnection>> listener)
      throws ReflectiveOperationException {
    var type = Class.forName("org.xnio.nio.QueuedNioTcpServer2");
    var queued = constructor(type, server.getClass()).newInstance(server);
    @SuppressWarnings("unchecked") // what the constructor's class declares
    var accepting = (AcceptingChannel<StreamConnection>) queued;
    accepting.getAcceptSetter().set(listener);
    return accepting;
  }

  /** XNIO itself makes its servers like this, but only after it has opened the socket itself. */
  private Object server(XnioWorker worker, OptionMap options) throws ReflectiveOperationException {
    var type = Class.forName("org.xnio.nio.NioTcpServer");
    return constructor(
            type,
            Class.forName("org.xnio.nio.NioXnioWorker"),
            ServerSocketChannel.class,
            OptionMap.class,
            boolean.class)
        .newInstance(worker, socket, options, true);
  }

  private static Constructor<?> constructor(Class<?> type, Class<?>... parameters)
      throws NoSuchMethodException {
    var constructor = type.getDeclaredConstructor(parameters);
    constructor.setAccessible(true);
    return constructor;
  }
}
