package dev.slipway.agent.ssh;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;

/** A connection through sshj. */
final class SshjConnection implements SshConnection {
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  /** OpenSSH forgets ended sessions when it has read all that has come, and answers after that. */
  private static final int OPENINGS_MAX = 5;

  private static final String REFUSED_REQUEST = "Request failed";

  private final SshEndpoint server;
  private final SSHClient client;
  private final Closeable way;
  private final SshLimits limits;
  private final Semaphore sessions;
  private volatile boolean lost;

  /** Takes over a client that is logged in, and the socket or bastion that leads to it. */
  SshjConnection(SshEndpoint server, SSHClient client, Closeable way, SshLimits limits) {
    this.server = server;
    this.client = client;
    this.way = way;
    this.limits = limits;
    this.sessions = new Semaphore(limits.sessions(), true);
  }

  @Override
  public Execution exec(String line, Map<String, String> environment, Duration timeout) {
    long start = System.nanoTime();
    try {
      if (!sessions.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return new Execution.NotBegun(
            "all %d sessions of %s were busy for %s".formatted(limits.sessions(), server, timeout));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Execution.NotBegun("interrupted while waiting for a session of " + server);
    }
    var execution = begin(line, environment, timeout.minusNanos(System.nanoTime() - start));
    if (!(execution instanceof Execution.Begun)) {
      sessions.release();
    }
    return execution;
  }

  private Execution begin(String line, Map<String, String> environment, Duration left) {
    WatchedSession session;
    try {
      session = opened();
    } catch (OpenFailException e) {
      return new Execution.NotBegun("%s opens no session: %s".formatted(server, e.getMessage()));
    } catch (IOException e) {
      abort();
      return new Execution.NotBegun(lost(e));
    }
    environment.forEach((name, value) -> Quietly.run(() -> session.setEnvVar(name, value)));
    try {
      session.exec(line);
      return new Execution.Begun(new SshjProcess(session, left, sessions::release, this::abort));
    } catch (ConnectionException e) {
      if (REFUSED_REQUEST.equals(e.getMessage())) {
        Quietly.close(session);
        return new Execution.NotBegun(server + " does not allow commands");
      }
      abort();
      return new Execution.Lost(lost(e));
    } catch (IOException e) {
      abort();
      return new Execution.Lost(lost(e));
    }
  }

  /** What is refused once may be a matter of a session that has ended and is still counted. */
  private WatchedSession opened() throws IOException {
    for (int opening = 1; ; opening++) {
      var session = new WatchedSession(client.getConnection());
      try {
        session.open();
        return session;
      } catch (OpenFailException e) {
        if (opening == OPENINGS_MAX) {
          throw e;
        }
      }
    }
  }

  @Override
  public Forward forward(String host, int port) throws IOException {
    return SshjForward.open(() -> open(host, port));
  }

  @Override
  public ByteChannel unixSocket(String path, Duration timeout) throws IOException {
    var channel = new StreamLocalChannel(client.getConnection(), path);
    try {
      channel.open();
    } catch (OpenFailException e) {
      throw new IOException(
          "%s cannot open the socket %s: %s".formatted(server, path, e.getMessage()), e);
    } catch (IOException e) {
      abort();
      throw new IOException(lost(e), e);
    }
    return new ChannelBytes(
        channel,
        "%s on %s did not answer within %s".formatted(path, server, timeout),
        timeout,
        this::abort);
  }

  /**
   * Opens a channel to an address as the server sees it.
   *
   * @throws ConnectException if the server cannot connect, where others mean that it is lost itself
   */
  DirectConnection open(String host, int port) throws IOException {
    var channel = new DirectConnection(client.getConnection(), host, port);
    try {
      channel.open();
      return channel;
    } catch (OpenFailException e) {
      throw (IOException)
          new ConnectException(
                  "%s cannot connect to %s port %d: %s"
                      .formatted(server, host, port, e.getMessage()))
              .initCause(e);
    }
  }

  @Override
  public boolean isAlive() {
    return !lost && client.isConnected() && client.isAuthenticated();
  }

  @Override
  public void close() {
    // Saying goodbye writes to the socket, which a hung peer can block for ever.
    var goodbye = Thread.ofVirtual().start(() -> Quietly.run(client::disconnect));
    try {
      goodbye.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abort();
  }

  /** Closes what the connection runs over, which ends every read and write on it. */
  void abort() {
    lost = true;
    Quietly.close(way);
  }

  private String lost(IOException failure) {
    return "the connection to %s is lost: %s".formatted(server, Failures.inWords(failure));
  }

  @Override
  public String toString() {
    return server.toString();
  }
}
