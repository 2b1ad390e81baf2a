package dev.slipway.agent.host;

import java.util.List;
import java.util.stream.Collectors;

/** An argument vector for a machine; quoting for its shell happens here and only here. */
public record Command(List<String> words) {
  public Command {
    words = List.copyOf(words);
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      throw new IllegalArgumentException("a command needs a first word");
    }
    for (String word : words) {
      if (word.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a word of a command holds a NUL character");
      }
    }
  }

  /** Returns a command of these words. */
  public static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** Returns the command as one line that any POSIX shell splits into exactly these words. */
  public String line() {
    return words.stream().map(Command::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
