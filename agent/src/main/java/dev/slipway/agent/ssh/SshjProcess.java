package dev.slipway.agent.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.connection.channel.direct.Signal;

/** A command in a session of sshj, watched by a thread that ends it when its time is up. */
final class SshjProcess implements SshProcess {
  private static final Duration WRITE_GRACE = Duration.ofSeconds(5);

  private final SessionChannel session;
  private final Duration timeout;
  private final Runnable released;
  private final Runnable abort;
  private final CompletableFuture<End> end = new CompletableFuture<>();

  /**
   * Watches over a command that was begun.
   *
   * @param released is run when the session is free again
   * @param abort ends the connection, for a server that does not even read any more
   */
  SshjProcess(SessionChannel session, Duration timeout, Runnable released, Runnable abort) {
    this.session = session;
    this.timeout = timeout;
    this.released = released;
    this.abort = abort;
    Thread.ofVirtual().name("watchdog").start(this::watch);
  }

  @Override
  public OutputStream input() {
    return session.getOutputStream();
  }

  @Override
  public InputStream output() {
    return session.getInputStream();
  }

  @Override
  public InputStream errors() {
    return session.getErrorStream();
  }

  @Override
  public End await() {
    return end.join();
  }

  @Override
  public void close() {
    if (end.complete(new End.TimedOut(timeout))) {
      Thread.ofVirtual().name("killer").start(this::kill);
    }
  }

  private void watch() {
    try {
      session.join(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
      end.complete(ending("the server closed the session and did not say how the command ended"));
    } catch (ConnectionException e) {
      if (e.getCause() instanceof TimeoutException) {
        close();
        Quietly.run(session::join);
      } else {
        end.complete(ending(Failures.inWords(e)));
      }
    } finally {
      released.run();
    }
  }

  private End ending(String otherwise) {
    if (session.getExitSignal() != null) {
      return new End.Signalled(session.getExitSignal().toString());
    }
    Integer status = session.getExitStatus();
    return status == null ? new End.Lost(otherwise) : new End.Exited(status);
  }

  /**
   * Asks the server to kill the command; OpenSSH does that for every account but root. Output that
   * nobody reads any more is drained, because the answer stands behind it.
   */
  private void kill() {
    var writable = new CountDownLatch(1);
    drain(output());
    drain(errors());
    Thread.ofVirtual()
        .start(() ->
            Quietly.run(() -> {
              session.signal(Signal.KILL);
              writable.countDown();
              session.close();
            }));
    try {
      if (!writable.await(WRITE_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        abort.run();
      }
    } catch (InterruptedException e) {
      abort.run();
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(InputStream stream) {
    Thread.ofVirtual()
        .start(() -> Quietly.run(() -> stream.transferTo(OutputStream.nullOutputStream())));
  }
}
