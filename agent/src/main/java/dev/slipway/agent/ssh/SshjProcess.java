package dev.slipway.agent.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.connection.channel.direct.Signal;

/** A command in a session of sshj, watched by a thread that ends it when its time is up. */
final class SshjProcess implements SshProcess {
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final Duration WRITE_GRACE = Duration.ofSeconds(5);

  private final WatchedSession session;
  private final CommandInput input;
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
  SshjProcess(WatchedSession session, Duration timeout, Runnable released, Runnable abort) {
    this.session = session;
    this.input = new CommandInput(session.getOutputStream());
    this.timeout = timeout;
    this.released = released;
    this.abort = abort;
    Thread.ofVirtual().name("watchdog").start(this::watch);
  }

  @Override
  public CommandInput input() {
    return input;
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
      if (session.awaitEnd(timeout)) {
        Quietly.run(() -> session.join(LINGER.toMillis(), TimeUnit.MILLISECONDS));
        end.complete(ending());
        leave();
      } else {
        close();
      }
      Quietly.run(session::join);
    } catch (InterruptedException e) {
      close();
    } finally {
      released.run();
    }
  }

  /** A child that the command left behind may hold the session open; its output is not ours. */
  private void leave() {
    if (session.isOpen()) {
      drain(output());
      drain(errors());
      Quietly.close(session);
    }
  }

  private End ending() {
    if (session.getExitSignal() != null) {
      return new End.Signalled(session.getExitSignal().toString());
    }
    Integer status = session.getExitStatus();
    if (status != null) {
      return new End.Exited(status);
    }
    session.connectionLoss().ifPresent(_ -> abort.run());
    return new End.Lost(
        session
            .connectionLoss()
            .map(why -> "the connection is lost: " + why)
            .orElse("the server closed the session and told no exit status"));
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
