package dev.slipway.agent.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How an environment's hosts are reached over SSH.
 *
 * @param knownHosts the pinned host keys; without an entry there no connection is made
 * @param privateKey the key file; a certificate lies beside it as {@code <key>-cert.pub}
 * @param proxyJump the host to go through, as {@code [user@]host[:port]}
 */
public record SshSettings(
    String user,
    int port,
    Optional<String> proxyJump,
    Path knownHosts,
    Path privateKey,
    Become become,
    Duration connectTimeout) {

  /** How commands that need rights get them. */
  public enum Become {
    /** {@code sudo -n}. */
    SUDO,
    NONE
  }
}
