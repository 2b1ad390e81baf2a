package dev.slipway.agent.source;

import dev.slipway.strategies.gate.Approver;
import java.util.List;
import java.util.Optional;

/** The files of one commit, read from the object database. */
public interface Tree {

  /** Returns the commit's full name. */
  String commit();

  /** Reads one regular file of at most the configured size. */
  Read read(String path);

  /**
   * Returns the paths of all files below a directory, sorted; empty if there is none. Links and
   * submodules are among them, so that they are refused when read and not passed over.
   */
  List<String> list(String directory);

  /**
   * Returns a name that a directory has in every commit in which everything below it is the same;
   * empty if there is none to be had.
   */
  default Optional<String> identity(String directory) {
    return Optional.empty();
  }

  /** Returns what a trailer of the commit's message says; the last one if it stands there twice. */
  default Optional<String> trailer(String key) {
    return Optional.empty();
  }

  /** Returns the commit's author, and then who committed it; empty if that is not known. */
  default List<Approver> people() {
    return List.of();
  }

  /** What came of reading. */
  sealed interface Read {
    /** The bytes of a regular file. */
    record Found(Blob blob, Mode mode) implements Read {}

    /** There is no such path in this commit. */
    record Missing() implements Read {}

    /** It is a symbolic link, a submodule or too large. */
    record Refused(String reason) implements Read {}
  }

  /** The two modes that a file may have. */
  enum Mode {
    PLAIN,
    EXECUTABLE
  }
}
