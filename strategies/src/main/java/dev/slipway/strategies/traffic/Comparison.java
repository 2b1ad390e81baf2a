package dev.slipway.strategies.traffic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Answers to copies are set beside those that the users get: status, body, and some headers.
 *
 * @param headers which headers are compared too
 * @param ignored where in a JSON body nothing is compared, as JSON pointers; {@code *} stands for
 *     every element of an array, and all below a pointer is ignored with it
 * @param noiseBaseline whether a second copy goes to the stable track, so that what differs there
 *     too is no difference
 */
public record Comparison(SortedSet<String> headers, List<String> ignored, boolean noiseBaseline) {
  /** By status and body. */
  public static final Comparison PLAIN =
      new Comparison(Collections.emptySortedSet(), List.of(), false);

  private static final int MAX = 50;
  private static final Pattern POINTER = Pattern.compile("(?:/(?:[^~/]|~[01])*)+");
  private static final int POINTER_MAX = 200;

  public Comparison {
    headers = Collections.unmodifiableSortedSet(new TreeSet<>(headers));
    ignored = List.copyOf(ignored);
    headers.forEach(header -> Names.check("header", header));
    checkMany("headers", headers.size());
    checkMany("ignored fields", ignored.size());
    var seen = new HashSet<String>();
    for (String pointer : ignored) {
      if (pointer.length() > POINTER_MAX || !POINTER.matcher(pointer).matches()) {
        throw new IllegalArgumentException(
            "'%s' is no JSON pointer; write at most %d characters such as /order/date"
                .formatted(pointer, POINTER_MAX));
      }
      if (!seen.add(pointer)) {
        throw new IllegalArgumentException("'%s' is ignored twice".formatted(pointer));
      }
    }
  }

  private static void checkMany(String what, int count) {
    if (count > MAX) {
      throw new IllegalArgumentException(
          "%d %s are too many; at most %d".formatted(count, what, MAX));
    }
  }

  /** Returns why it cannot compare requests of these methods, and what to do; empty if it can. */
  public Optional<String> objection(Set<String> methods) {
    var unsafe = new TreeSet<>(methods);
    unsafe.removeAll(Mirror.SAFE);
    return noiseBaseline && !unsafe.isEmpty()
        ? Optional.of(
            "the noise baseline sends requests to the stable release a second time, and %s may"
                    .formatted(String.join(" and ", unsafe))
                + " change something there; leave it out, or copy GET and HEAD only")
        : Optional.empty();
  }

  /** Returns for people what is compared. */
  public String text() {
    var texts = new ArrayList<>(List.of("status", "body"));
    texts.addAll(headers);
    String without = ignored.isEmpty() ? "" : ", without " + String.join(" and ", ignored);
    return "%s%s%s"
        .formatted(String.join(" and ", texts), without, noiseBaseline ? ", less the noise" : "");
  }
}
