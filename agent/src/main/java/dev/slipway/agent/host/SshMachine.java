package dev.slipway.agent.host;

import dev.slipway.agent.ssh.Dialed;
import dev.slipway.agent.ssh.Execution;
import dev.slipway.agent.ssh.Ssh;
import dev.slipway.agent.ssh.SshConnection;
import dev.slipway.agent.ssh.SshEndpoint;
import dev.slipway.agent.ssh.SshProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A machine over SSH, with one connection that is made when needed and again when lost. */
final class SshMachine implements Machine {
  private static final Duration SETTLING = Duration.ofSeconds(2);
  private static final Duration KILLING = Duration.ofSeconds(5);
  private static final int NOISE_SHOWN = 500;

  private final String name;
  private final SshEndpoint endpoint;
  private final Ssh ssh;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<SshConnection> connection = Optional.empty();

  SshMachine(String name, SshEndpoint endpoint, Ssh ssh) {
    this.name = name;
    this.endpoint = endpoint;
    this.ssh = ssh;
  }

  @Override
  public Reply run(Command command, Input input, Duration timeout) {
    var framed = Framed.of(command);
    var line = framed.line();
    if (line.isEmpty()) {
      return new Reply.Unreachable(
          "%s: the command '%s …' is too long for a shell; give it as input"
              .formatted(name, command.words().getFirst()));
    }
    long start = System.nanoTime();
    var reply = attempt(framed, line.get(), input, timeout);
    // Only what never began may be repeated: the connection was dead and nobody had noticed.
    return reply instanceof Reply.Unreachable && !isAlive()
        ? attempt(framed, line.get(), input, timeout.minusNanos(System.nanoTime() - start))
        : reply;
  }

  private Reply attempt(Framed framed, String line, Input input, Duration timeout) {
    return switch (connect()) {
      case Dialed.Failed(var cause, var reason) -> notBegun(cause, reason);
      case Dialed.Connected(var open) ->
          switch (open.exec(line, Map.of(), timeout)) {
            case Execution.NotBegun(var reason) -> new Reply.Unreachable(reason);
            case Execution.Lost(var reason) -> new Reply.Lost(reason);
            case Execution.Begun(var process) -> follow(open, framed, process, input);
          };
    };
  }

  private static Reply notBegun(Dialed.Cause cause, String reason) {
    return switch (cause) {
      case HOST_KEY, LOGIN -> new Reply.IdentityRefused(reason);
      case UNREACHABLE, SETUP -> new Reply.Unreachable(reason);
    };
  }

  private Reply follow(SshConnection open, Framed framed, SshProcess process, Input input) {
    var output = Capture.of(process.output());
    var errors = Capture.of(process.errors());
    var feed = Feed.start(framed.led(input), process.input(), process::close);
    var end = process.await();
    if (feed.broken().isPresent()) {
      return new Reply.Lost(feed.broken().get());
    }
    return switch (end) {
      case SshProcess.End.Exited(var status) ->
          exited(framed, status, output.settled(SETTLING), errors.settled(SETTLING));
      case SshProcess.End.Signalled(var signal) -> new Reply.Signalled(signal);
      case SshProcess.End.Lost(var reason) -> new Reply.Lost(reason);
      case SshProcess.End.TimedOut(var after) -> {
        framed.body(output.text()).ifPresent(body -> kill(open, body.pid()));
        yield new Reply.TimedOut(after);
      }
    };
  }

  /** A command whose mark never came was not begun, whatever the status says. */
  private Reply exited(Framed framed, int status, Capture output, Capture errors) {
    var truncated =
        output.isTruncated() || errors.isTruncated() ? Reply.Truncated.YES : Reply.Truncated.NO;
    var text = errors.text();
    return framed
        .body(output.text())
        .<Reply>map(body ->
            new Reply.Exited(
                status,
                body.text(),
                framed.body(text).map(Framed.Body::text).orElse(text),
                truncated))
        .orElseGet(() ->
            new Reply.Unreachable(
                "the login shell of %s starts no /bin/sh; it ended with status %d and said: %s"
                    .formatted(endpoint, status, shown(output.text() + text))));
  }

  /** OpenSSH kills nothing for root, so the group of the command is killed by another command. */
  private static void kill(SshConnection open, String pid) {
    if (pid.matches("[0-9]+")) {
      var line = "exec /bin/sh -c 'kill -KILL -" + pid + "'";
      if (open.exec(line, Map.of(), KILLING) instanceof Execution.Begun(var process)) {
        process.await();
      }
    }
  }

  @Override
  public Tunnel tunnel(InetSocketAddress target) throws IOException {
    var forward = connected().forward(target.getHostString(), target.getPort());
    return new Tunnel() {
      @Override
      public InetSocketAddress address() {
        return forward.address();
      }

      @Override
      public void close() {
        forward.close();
      }
    };
  }

  @Override
  public ByteChannel unixSocket(String path, Duration timeout) throws IOException {
    return connected().unixSocket(path, timeout);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      connection.ifPresent(SshConnection::close);
      connection = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private SshConnection connected() throws IOException {
    return switch (connect()) {
      case Dialed.Connected(var open) -> open;
      case Dialed.Failed(var cause, var reason) ->
          throw switch (cause) {
            case HOST_KEY, LOGIN -> new IdentityRefusedException(reason);
            case UNREACHABLE, SETUP -> new IOException(reason);
          };
    };
  }

  private Dialed connect() {
    lock.lock();
    try {
      if (connection.isPresent() && connection.get().isAlive()) {
        return new Dialed.Connected(connection.get());
      }
      connection.ifPresent(SshConnection::close);
      var dialed = ssh.dial(endpoint);
      connection =
          dialed instanceof Dialed.Connected(var open) ? Optional.of(open) : Optional.empty();
      return dialed;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAlive() {
    lock.lock();
    try {
      return connection.isEmpty() || connection.get().isAlive();
    } finally {
      lock.unlock();
    }
  }

  private static String shown(String noise) {
    var text = noise.strip().replaceAll("\\p{Cntrl}+", " ");
    return text.length() <= NOISE_SHOWN ? text : text.substring(0, NOISE_SHOWN) + " …";
  }

  @Override
  public String toString() {
    return name;
  }
}
