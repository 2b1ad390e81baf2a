package dev.slipway.agent.balancer.edge.proxy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

/** The Unix socket over which agents steer the edge; only its owner may connect. */
final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int SESSIONS_MAX = 64;

  private final Path path;
  private final Registry registry;
  private final ServerSocketChannel server;
  private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();

  private ControlSocket(Path path, Registry registry, ServerSocketChannel server) {
    this.path = path;
    this.registry = registry;
    this.server = server;
  }

  static ControlSocket open(Path path, Registry registry) throws IOException {
    var beside = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.deleteIfExists(beside);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(beside));
      // It gets its name when nobody else can connect any more.
      Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-------"));
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      IoUtils.safeClose(server);
      throw e;
    }
    var socket = new ControlSocket(path, registry, server);
    Thread.ofPlatform().name("edge-control").daemon().start(socket::acceptAll);
    return socket;
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        accept(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("{}: a connection could not be accepted: {}", path, e.toString());
        }
      }
    }
  }

  private void accept(SocketChannel channel) {
    if (sessions.size() >= SESSIONS_MAX) {
      IoUtils.safeClose(channel);
      return;
    }
    var session = new ControlSession(channel, registry);
    sessions.add(session);
    Thread.ofVirtual()
        .start(() -> {
          session.serve();
          sessions.remove(session);
        });
  }

  /** Closes connections on which nobody has said anything for long. */
  void expire(long nowNanos) {
    sessions.stream().filter(session -> session.isIdle(nowNanos)).forEach(ControlSession::close);
  }

  @Override
  public void close() throws IOException {
    server.close();
    sessions.forEach(ControlSession::close);
    Files.deleteIfExists(path);
  }
}
