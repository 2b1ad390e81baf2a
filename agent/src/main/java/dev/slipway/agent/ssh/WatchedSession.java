package dev.slipway.agent.ssh;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.transport.TransportException;

/**
 * A session that tells when its command has ended, which can be long before the server closes it: a
 * child that was left behind with the same output holds it open.
 */
final class WatchedSession extends SessionChannel {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Optional<String> connectionLoss = Optional.empty();

  WatchedSession(Connection connection) {
    super(connection, StandardCharsets.UTF_8);
  }

  /** Waits for the exit status, the end of the session or that of the connection. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns why the connection under the session ended, empty if it did not. */
  Optional<String> connectionLoss() {
    return connectionLoss;
  }

  @Override
  public void handleRequest(String request, SSHPacket packet)
      throws ConnectionException, TransportException {
    super.handleRequest(request, packet);
    if (request.equals("exit-status") || request.equals("exit-signal")) {
      ended.countDown();
    }
  }

  @Override
  public void notifyError(SSHException error) {
    connectionLoss = Optional.of(Failures.inWords(error));
    super.notifyError(error);
  }

  @Override
  protected void finishOff() {
    super.finishOff();
    ended.countDown();
  }
}
