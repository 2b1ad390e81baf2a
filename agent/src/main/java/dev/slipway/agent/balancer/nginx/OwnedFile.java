package dev.slipway.agent.balancer.nginx;

import java.util.Optional;

/**
 * The file that Slipway owns, with one {@link Section} for each upstream.
 *
 * <p>A change of one upstream leaves everything else as it is, byte for byte, because applications
 * that share the file know nothing of one another.
 */
record OwnedFile(String text) {
  private static final String BEGIN = "# slipway begins: ";
  private static final String END = "# slipway ends: ";

  /** Where a section lies in the text, with its two lines. */
  private record Span(int from, int inside, int outside, int to) {}

  /** Returns why it cannot be changed without harm; empty if it can. */
  Optional<String> objection(String upstream) {
    if (text.indexOf('\uFFFD') >= 0) {
      return Optional.of("holds bytes that are no UTF-8");
    }
    int begins = count(line(BEGIN, upstream));
    return begins > 1
            || begins != count(line(END, upstream))
            || (begins == 1 && span(upstream).isEmpty())
        ? Optional.of(
            "has the lines that bound upstream '%s' more than once or not in order"
                .formatted(upstream))
        : Optional.empty();
  }

  Optional<Section> section(String upstream) {
    return span(upstream).map(span -> new Section(text.substring(span.inside(), span.outside())));
  }

  /** Returns the file with this section in place of the former one, or at its end. */
  OwnedFile with(String upstream, Section section) {
    String whole = line(BEGIN, upstream) + section.text() + line(END, upstream);
    return span(upstream)
        .map(span ->
            new OwnedFile(text.substring(0, span.from()) + whole + text.substring(span.to())))
        .orElseGet(() ->
            new OwnedFile(text + (text.isEmpty() || text.endsWith("\n") ? "" : "\n") + whole));
  }

  private Optional<Span> span(String upstream) {
    String begin = line(BEGIN, upstream);
    String end = line(END, upstream);
    int from = at(begin, 0);
    int outside = from < 0 ? -1 : at(end, from + begin.length());
    return outside < 0
        ? Optional.empty()
        : Optional.of(new Span(from, from + begin.length(), outside, outside + end.length()));
  }

  private static String line(String word, String upstream) {
    return word + upstream + "\n";
  }

  /** Finds a whole line. */
  private int at(String line, int from) {
    int at = text.indexOf(line, from);
    while (at > 0 && text.charAt(at - 1) != '\n') {
      at = text.indexOf(line, at + 1);
    }
    return at;
  }

  private int count(String line) {
    int count = 0;
    for (int at = at(line, 0); at >= 0; at = at(line, at + 1)) {
      count++;
    }
    return count;
  }
}
