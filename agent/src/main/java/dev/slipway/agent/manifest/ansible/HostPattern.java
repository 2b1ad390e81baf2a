package dev.slipway.agent.manifest.ansible;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Names of hosts in one word of an inventory, with a port after them or not.
 *
 * @param names expanded from ranges such as {@code web[01:12]}, {@code db-[a:c]}, {@code [0:8:2]}
 */
record HostPattern(List<String> names, Optional<String> port) {
  private static final int HOSTS_MAX = 2_000;
  private static final Pattern RANGE =
      Pattern.compile("\\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?]");
  private static final Pattern BRACKETED = Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::([0-9]+))?");
  private static final Pattern WITH_PORT =
      Pattern.compile("([^:\\[\\]]*(?:\\[[^\\]]*][^:\\[\\]]*)*):([0-9]+)");

  HostPattern {
    names = List.copyOf(names);
  }

  /** Returns the hosts of a word; nothing if its range falls or has too many. */
  static Optional<HostPattern> of(String word) {
    Matcher address = BRACKETED.matcher(word);
    if (address.matches() && address.group(1).chars().filter(at -> at == ':').count() > 1) {
      return Optional.of(
          new HostPattern(List.of(address.group(1)), Optional.ofNullable(address.group(2))));
    }
    Matcher withPort = WITH_PORT.matcher(word);
    boolean hasPort = withPort.matches();
    List<String> names = expand(hasPort ? withPort.group(1) : word);
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HostPattern(names, hasPort ? Optional.of(withPort.group(2)) : Optional.empty()));
  }

  private static List<String> expand(String name) {
    Matcher range = RANGE.matcher(name);
    if (!range.find()) {
      return List.of(name);
    }
    String before = name.substring(0, range.start());
    List<String> rest = expand(name.substring(range.end()));
    List<String> items = items(range);
    return (long) items.size() * rest.size() > HOSTS_MAX
        ? List.of()
        : items.stream()
            .flatMap(item -> rest.stream().map(after -> before + item + after))
            .toList();
  }

  private static List<String> items(Matcher range) {
    String first = range.group(1);
    String last = range.group(2);
    int step = range.group(3) == null ? 1 : Math.max(1, number(range.group(3)));
    boolean isNumeric = Character.isDigit(first.charAt(0));
    if (isNumeric != Character.isDigit(last.charAt(0))) {
      return List.of();
    }
    return isNumeric
        ? numbers(number(first), number(last), step, first.length())
        : letters(first.charAt(0), last.charAt(0), step);
  }

  private static int number(String digits) {
    return digits.length() > 6 ? Integer.MAX_VALUE - 1 : Integer.parseInt(digits);
  }

  private static List<String> numbers(int first, int last, int step, int width) {
    return Stream.iterate(first, number -> number <= last, number -> number + step)
        .limit(HOSTS_MAX + 1L)
        .map(("%0" + width + "d")::formatted)
        .toList();
  }

  private static List<String> letters(char first, char last, int step) {
    var letters = new ArrayList<String>();
    for (int letter = first; letter <= last; letter += step) {
      letters.add(String.valueOf((char) letter));
    }
    return letters;
  }
}
