package dev.slipway.agent.ssh;

import java.time.Duration;

/**
 * Bounds of a connection.
 *
 * @param dial for name, connection, banner, key exchange and login together
 * @param answer for the server's answer to any single request
 * @param keepAlive between two questions whether the other side still lives, in whole seconds;
 *     after three without an answer the connection is given up
 * @param sessions commands at a time; OpenSSH allows ten and others may share the account
 */
public record SshLimits(Duration dial, Duration answer, Duration keepAlive, int sessions) {
  /** What is right for almost everyone. */
  public static final SshLimits DEFAULT =
      new SshLimits(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(5), 8);

  public SshLimits {
    if (!dial.isPositive() || !answer.isPositive() || keepAlive.toSeconds() < 1 || sessions < 1) {
      throw new IllegalArgumentException(
          "dial %s, answer %s, keepAlive %s (1s or more) and sessions %d must be above zero"
              .formatted(dial, answer, keepAlive, sessions));
    }
  }

  /** Returns the same limits with another time for dialling. */
  public SshLimits withDial(Duration time) {
    return new SshLimits(time, answer, keepAlive, sessions);
  }
}
