package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.bench.Loopback;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A member that says and does exactly what a test wants, and remembers what it was told. */
final class RawOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final Script script;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private RawOrigin(ServerSocket server, Script script) {
    this.server = server;
    this.script = script;
  }

  /** What a member does on a connection; it is closed afterwards. */
  interface Script {
    void run(Talk talk) throws IOException;
  }

  static RawOrigin running(Script script) {
    try {
      var server = new ServerSocket();
      server.bind(Loopback.at("127.0.0.1", Loopback.freePort()));
      var origin = new RawOrigin(server, script);
      Thread.ofVirtual().start(origin::acceptAll);
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that answers every first request of a connection with these bytes, and hangs up. */
  static RawOrigin answering(String response) {
    return running(talk -> {
      talk.head();
      talk.say(response);
    });
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(
          new Talk(
              socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream()));
    } catch (IOException e) {
      connections.get();
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  List<String> heads() {
    return heads;
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection. */
  final class Talk {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private Talk(Socket socket, InputStream in, OutputStream out) {
      this.socket = socket;
      this.in = in;
      this.out = out;
    }

    Socket socket() {
      return socket;
    }

    InputStream in() {
      return in;
    }

    /** Reads the head of a request; empty when the other end has closed. */
    String head() throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return "";
        }
        head.append((char) next);
      }
      heads.add(head.toString());
      return head.toString();
    }

    void say(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
  }
}
