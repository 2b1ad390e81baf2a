package dev.slipway.agent.ssh;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Dials SSH servers with one key and one file of pinned host keys; safe for several threads. */
public final class Ssh {
  /** A bastion drops connections at random when too many knock at once. */
  private static final int DIALS_AT_A_TIME = 8;

  private final SshTrust trust;
  private final SshLimits limits;
  private final Semaphore dials = new Semaphore(DIALS_AT_A_TIME, true);

  /** Makes a dialler; key and {@code known_hosts} are read anew for every connection. */
  public Ssh(SshTrust trust, SshLimits limits) {
    this.trust = trust;
    this.limits = limits;
  }

  /** Connects and logs in, within the limit for dialling. */
  public Dialed dial(SshEndpoint server) {
    try {
      if (!dials.tryAcquire(limits.dial().toNanos(), TimeUnit.NANOSECONDS)) {
        return new Dialed.Failed(
            Dialed.Cause.UNREACHABLE,
            "%s was not dialled: %d others were being dialled for %s"
                .formatted(server, DIALS_AT_A_TIME, limits.dial()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Dialed.Failed(Dialed.Cause.UNREACHABLE, server + " was not dialled: interrupted");
    }
    try {
      return new Dialling(trust, limits, server).run();
    } finally {
      dials.release();
    }
  }
}
