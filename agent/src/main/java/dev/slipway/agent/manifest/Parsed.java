package dev.slipway.agent.manifest;

import java.util.List;

/** A text read to its end: either its meaning, or every problem in it at once. */
public sealed interface Parsed<T> {

  /** It means this. */
  record Valid<T>(T value) implements Parsed<T> {}

  /** It means nothing, for these reasons, in the order of the text. */
  record Invalid<T>(List<Problem> problems) implements Parsed<T> {
    public Invalid {
      problems = problems.stream().sorted().toList();
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid text needs a problem");
      }
    }
  }
}
