package dev.slipway.agent.manifest.preview;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The ports that previews may have, both ends among them. */
public record PortRange(int first, int last) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})-([1-9][0-9]{0,4})");
  private static final int PORT_MAX = 65_535;

  /** Reads {@code 9000-9099}; empty if it is no range that rises. */
  public static Optional<PortRange> of(String text) {
    Matcher written = TEXT.matcher(text);
    return written.matches()
        ? Optional.of(
                new PortRange(
                    Integer.parseInt(written.group(1)), Integer.parseInt(written.group(2))))
            .filter(range -> range.first <= range.last && range.last <= PORT_MAX)
        : Optional.empty();
  }

  /** Returns every port, the lowest first. */
  public IntStream ports() {
    return IntStream.rangeClosed(first, last);
  }

  /** Returns whether a port is one of them. */
  public boolean contains(int port) {
    return first <= port && port <= last;
  }

  /** Prints {@code 9000-9099}. */
  @Override
  public String toString() {
    return first + "-" + last;
  }
}
