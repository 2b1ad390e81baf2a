package dev.slipway.agent.manifest;

/** One thing that is wrong in a manifest: where, what, and what to do. */
public record Problem(String file, int line, int column, String path, String fact, String remedy)
    implements Comparable<Problem> {

  @Override
  public int compareTo(Problem other) {
    int byFile = file.compareTo(other.file);
    int byLine = byFile != 0 ? byFile : Integer.compare(line, other.line);
    return byLine != 0 ? byLine : Integer.compare(column, other.column);
  }

  /** Prints as {@code apps/shop.yaml:7:3 /spec/release/version: fact; remedy}. */
  @Override
  public String toString() {
    return "%s:%d:%d %s: %s; %s".formatted(file, line, column, path, fact, remedy);
  }
}
