package dev.slipway.agent.artifact;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads directories of config repositories, so that a release may lie in one. */
public interface Trees {

  /** Returns the regular files below a directory of a commit. */
  Listing list(ArtifactSource.Tree source);

  /**
   * Returns a name that the directory has in every commit in which it is the same, so that it is
   * read once for all of them; empty if there is none to be had.
   */
  default Optional<String> identity(ArtifactSource.Tree source) {
    return Optional.empty();
  }

  /** What came of listing. */
  sealed interface Listing {
    /** The files; paths are below the directory. */
    record Files(List<File> files) implements Listing {
      public Files {
        files = List.copyOf(files);
      }
    }

    /** There is no such directory, or something in it is not a regular file. */
    record Refused(String reason) implements Listing {}

    /** The repository cannot be read now. */
    record Unavailable(String reason) implements Listing {}
  }

  /** One regular file. */
  record File(String path, Mode mode, Content content) {}

  /** The two modes that a file may have. */
  enum Mode {
    PLAIN,
    EXECUTABLE
  }

  /** The bytes of a file, read when they are needed. */
  interface Content {
    /** Returns all of them. */
    byte[] bytes() throws IOException;
  }
}
