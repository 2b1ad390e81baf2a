package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * The checked files of one release, ready to be sent as a tar stream.
 *
 * @see ArtifactStore
 */
public interface Artifact {

  /** Returns the digest of the sorted list of path, mode, size and SHA-256 of each file. */
  default Digest content() {
    return Digest.of(manifest());
  }

  /**
   * Returns the list that {@link #content()} is the digest of: a line for each file, sorted by
   * path, as {@code <sha256> <mode> <size> <path>}.
   *
   * <p>The mode is 644 or 755; a symbolic link has {@code link} in its place and the digest of its
   * target, an empty directory {@code dir} and the digest of nothing.
   */
  String manifest();

  /** Returns how many bytes the files take on a host. */
  default long unpackedBytes() {
    return manifest().lines().mapToLong(line -> Long.parseLong(line.split(" ", 4)[2])).sum();
  }

  /**
   * Returns the artifact as one host gets it, with the variables in its texts filled in.
   *
   * @throws IllegalArgumentException if a variable has no value here
   */
  default Artifact filled(Map<String, String> values) {
    return this;
  }

  /** Writes the files as a plain tar stream, entries sorted, owners and times fixed. */
  void writeTar(OutputStream out) throws IOException;
}
