package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * One line of an artifact's manifest, and where its bytes begin in the file of all bytes.
 *
 * <p>The bytes of a link are its target; an empty directory has none.
 */
record Entry(Kind kind, Digest sha256, long size, String path, long offset) {
  /** The order of {@code sort} in the C locale. */
  static final Comparator<Entry> BY_PATH =
      Comparator.comparing(Entry::pathBytes, Arrays::compareUnsigned);

  /** Returns the line that hosts make of it too. */
  String line() {
    return "%s %s %d %s".formatted(sha256, kind.mode, size, path);
  }

  private byte[] pathBytes() {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  /** What may be in a release. */
  enum Kind {
    FILE("644"),
    EXECUTABLE("755"),
    LINK("link"),
    EMPTY_DIRECTORY("dir");

    private final String mode;

    Kind(String mode) {
      this.mode = mode;
    }

    String mode() {
      return mode;
    }
  }
}
