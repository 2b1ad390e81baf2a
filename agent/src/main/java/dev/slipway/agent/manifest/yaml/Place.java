package dev.slipway.agent.manifest.yaml;

import dev.slipway.agent.manifest.Problem;

/**
 * Where a node stands.
 *
 * @param line from 1
 * @param column from 1
 * @param path JSON pointer in its file; empty for the whole document
 */
public record Place(String file, int line, int column, String path) {
  private static final String WHOLE = "/";

  /** Returns the place of a file that has no lines, or none yet. */
  public static Place start(String file) {
    return new Place(file, 1, 1, "");
  }

  /** Returns a problem that stands here; whoever chose the names in it cannot steer a terminal. */
  public Problem problem(String fact, String remedy) {
    return new Problem(
        Shown.whole(file),
        line,
        column,
        path.isEmpty() ? WHOLE : Shown.whole(path),
        Shown.whole(fact),
        Shown.whole(remedy));
  }

  /** Returns the place of a child that is not written, or is wrong. */
  public Place at(String name) {
    return new Place(file, line, column, below(name));
  }

  /** Returns the pointer of a child of this place. */
  String below(String name) {
    return path + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** Returns the place as other problems mention it: {@code file:line}. */
  public String mention() {
    return file + ":" + line;
  }
}
