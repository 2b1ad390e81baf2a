package dev.slipway.agent.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A remote and how it is reached: {@code file}, {@code ssh}, {@code https} or {@code http}.
 *
 * @param privateKey for ssh
 * @param knownHosts the pinned host keys, for ssh
 * @param token file with a {@link dev.slipway.agent.secret.Login}, for http and https
 */
public record RemoteSpec(
    String name,
    String url,
    Optional<Path> privateKey,
    Optional<Path> knownHosts,
    Optional<Path> token,
    Limits limits) {

  /** What one repository may be at most. */
  public record Limits(int fileBytes, int filesPerTree, int branches, int timeoutSeconds) {
    /** 1 MiB a file, 100,000 files, 1,000 branches, 60 s for each exchange with the server. */
    public static final Limits DEFAULT = new Limits(1 << 20, 100_000, 1_000, 60);
  }
}
