package dev.slipway.agent.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * A command as a line that every login shell understands, and a mark that tells its output from
 * what a noisy profile wrote before.
 *
 * <p>Fish and csh read quotes, backslashes and exclamation marks in their own ways, so all that
 * they see besides letters is one pair of single quotes around octal numbers, and {@code /bin/sh}
 * does the rest.
 *
 * <p>A profile that asks questions reads from the command's input. So that it gets no part of it, a
 * few empty lines and the mark go first, and the command begins to read after them.
 */
record Framed(Command command, String mark) {
  /** Linux takes no longer single argument than 128 KiB, and the shell's own words need room. */
  private static final int LINE_MAX = 120_000;

  /** More lines than a profile has questions. */
  private static final int QUESTIONS_MAX = 32;

  private static final String PLAIN =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  static Framed of(Command command) {
    return new Framed(command, "slipway-" + UUID.randomUUID());
  }

  /** Returns the line, empty if it would be longer than a system takes. */
  Optional<String> line() {
    var script =
        """
        printf '%%s %%s\\n' %s $$; printf '%%s\\n' %s >&2
        while IFS= read -r line && [ "$line" != %s ]; do :; done
        exec %s\
        """
            .formatted(mark, mark, mark, command.line());
    var line = "exec /bin/sh -c 'eval \"$(printf %b \"" + octal(script) + "\")\"'";
    return line.length() > LINE_MAX ? Optional.empty() : Optional.of(line);
  }

  /** Returns what goes to the login shell so that the command gets this input. */
  Machine.Input led(Machine.Input input) {
    return out -> {
      out.write(("\n".repeat(QUESTIONS_MAX) + mark + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      input.writeTo(out);
    };
  }

  private static String octal(String script) {
    var encoded = new StringBuilder();
    for (byte octet : script.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf(octet) >= 0) {
        encoded.append((char) octet);
      } else {
        encoded.append("\\0%03o".formatted(octet & 0xff));
      }
    }
    return encoded.toString();
  }

  /** Returns what came after the mark, empty if the mark never came. */
  Optional<Body> body(String output) {
    int start = output.indexOf(mark);
    int end = start < 0 ? -1 : output.indexOf('\n', start);
    return end < 0
        ? Optional.empty()
        : Optional.of(
            new Body(
                output.substring(start + mark.length(), end).strip(), output.substring(end + 1)));
  }

  /** The process number that stands beside the mark, and the command's own output. */
  record Body(String pid, String text) {}
}
