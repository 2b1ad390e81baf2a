package dev.slipway.agent.manifest.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Several hosts in one name: {@code web[01:12]}, with as many digits as the first number has. */
public record HostRange(String before, int first, int last, int digits, String after) {
  private static final Pattern FORM = Pattern.compile("([^\\[]*)\\[([0-9]+):([0-9]+)](.*)");

  /** Returns the range that a name holds; empty if it holds none. */
  public static Optional<HostRange> of(String name) {
    return Optional.of(FORM.matcher(name))
        .filter(found -> found.matches())
        .map(found ->
            new HostRange(
                found.group(1),
                Integer.parseInt(found.group(2)),
                Integer.parseInt(found.group(3)),
                found.group(2).length(),
                found.group(4)));
  }

  /** Returns the names; none if the range falls. */
  public List<String> names() {
    return IntStream.rangeClosed(first, last)
        .mapToObj(number -> before + ("%0" + digits + "d").formatted(number) + after)
        .toList();
  }
}
