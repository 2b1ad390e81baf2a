package dev.slipway.agent.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;

/**
 * A listening port whose connections go on through channels.
 *
 * <p>The library's own forwarder stops listening when the far side refuses a single connection.
 */
final class SshjForward implements SshConnection.Forward {
  private static final int CONNECTIONS_MAX = 64;
  private static final int CHUNK = 32 << 10;

  private final ServerSocket listener;
  private final Opener opener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

  /** Opens a channel to the far address. */
  interface Opener {
    DirectConnection open() throws IOException;
  }

  private SshjForward(ServerSocket listener, Opener opener) {
    this.listener = listener;
    this.opener = opener;
  }

  /** Opens the first channel before anybody asks, so that a refusal is an error here. */
  static SshjForward open(Opener opener) throws IOException {
    var first = opener.open();
    var listener = new ServerSocket(0, CONNECTIONS_MAX, InetAddress.ofLiteral("127.0.0.1"));
    var forward = new SshjForward(listener, opener);
    Thread.ofVirtual().name("forward").start(() -> forward.accept(first));
    return forward;
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  @Override
  public void close() {
    Quietly.close(listener);
    sockets.forEach(Quietly::close);
  }

  private void accept(DirectConnection first) {
    try {
      serve(listener.accept(), () -> first);
      while (true) {
        serve(listener.accept(), opener);
      }
    } catch (IOException e) {
      Quietly.close(first);
    }
  }

  private void serve(Socket socket, Opener channel) {
    sockets.add(socket);
    if (!connections.tryAcquire()) {
      forget(socket);
      return;
    }
    Thread.ofVirtual()
        .start(() -> {
          try {
            pump(socket, channel.open());
          } catch (IOException e) {
            // The far side refused: the client sees its connection close.
          } finally {
            forget(socket);
            connections.release();
          }
        });
  }

  private void pump(Socket socket, DirectConnection channel) throws IOException {
    try (channel) {
      var out = socket.getOutputStream();
      var up =
          Thread.ofVirtual()
              .start(() ->
                  Quietly.run(() -> {
                    copy(socket.getInputStream(), channel.getOutputStream());
                    channel.getOutputStream().close();
                  }));
      copy(channel.getInputStream(), out);
      socket.shutdownOutput();
      up.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
      to.write(chunk, 0, count);
      to.flush();
    }
  }

  private void forget(Socket socket) {
    Quietly.close(socket);
    sockets.remove(socket);
  }
}
