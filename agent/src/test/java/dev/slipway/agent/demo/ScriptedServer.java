package dev.slipway.agent.demo;

import dev.slipway.agent.bench.Loopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that misbehaves byte by byte as a test has written down. */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Says what the n-th request (from 1) on the n-th connection (from 1) gets. */
  interface Script {
    Reply reply(int connection, int request);
  }

  /** Bytes to send, perhaps none, and what happens to the connection afterwards. */
  record Reply(String bytes, After after) {}

  /** What happens to a connection after a reply. */
  enum After {
    KEEP,
    CLOSE
  }

  private ScriptedServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  static ScriptedServer start(Script script) {
    try {
      var listener = new ServerSocket();
      listener.bind(Loopback.at("127.0.0.1", 0));
      var server = new ScriptedServer(listener, script);
      server.threads.execute(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reply ok(String version) {
    return new Reply(answer(200, version), After.KEEP);
  }

  static String answer(int status, String version) {
    return "HTTP/1.1 %d -\r\nX-Slipway-Version: %s\r\nContent-Length: 2\r\n\r\nok"
        .formatted(status, version);
  }

  InetSocketAddress address() {
    return Loopback.at("127.0.0.1", listener.getLocalPort());
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.close();
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        open.add(socket);
        int number = connections.incrementAndGet();
        threads.execute(() -> converse(socket, number));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void converse(Socket socket, int connection) {
    try (socket) {
      var input =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (int request = 1; readRequest(input); request++) {
        var reply = script.reply(connection, request);
        socket.getOutputStream().write(reply.bytes().getBytes(StandardCharsets.US_ASCII));
        if (reply.after() == After.CLOSE) {
          return;
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private static boolean readRequest(BufferedReader input) throws IOException {
    var line = input.readLine();
    while (line != null && !line.isEmpty()) {
      line = input.readLine();
    }
    return line != null;
  }
}
