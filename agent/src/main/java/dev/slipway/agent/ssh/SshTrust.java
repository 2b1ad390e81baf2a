package dev.slipway.agent.ssh;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What shows them who we are, and us who they are.
 *
 * @param privateKey the key file; a certificate lies beside it as {@code <key>-cert.pub}
 * @param passphrase a file whose first line opens the key, empty for a key without one
 * @param knownHosts the pinned host keys, in OpenSSH's format
 */
public record SshTrust(Path privateKey, Optional<Path> passphrase, Path knownHosts) {

  /** Returns trust with a key that no passphrase locks. */
  public static SshTrust of(Path privateKey, Path knownHosts) {
    return new SshTrust(privateKey, Optional.empty(), knownHosts);
  }
}
