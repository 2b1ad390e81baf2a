package dev.slipway.agent.artifact;

import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.secret.Secrets;
import java.nio.file.Path;

/**
 * Fetches and checks artifacts, and keeps those that were checked. Safe for use by several threads.
 */
public interface ArtifactStore {

  /** Returns the artifact, from the cache if it was fetched before. */
  Fetched fetch(ArtifactSource source);

  /**
   * Returns a store with its cache in a directory of its own, which is made when it is missing.
   *
   * <p>Archives are tar, tar.gz, tar.zst or zip. A single directory at their top is not taken away.
   */
  static ArtifactStore in(
      Path directory, Downloads downloads, Secrets secrets, Trees trees, ArtifactLimits limits) {
    return new CachingStore(directory, new LoggedIn(downloads, secrets), trees, limits);
  }

  /** What came of fetching. */
  sealed interface Fetched {
    /** It is here and it is what was promised. */
    record Got(Artifact artifact) implements Fetched {}

    /** It is not what was promised, or it is hostile: trying again will not help. */
    record Refused(String reason) implements Fetched {}

    /** It cannot be had now. */
    record Unavailable(String reason) implements Fetched {}
  }
}
