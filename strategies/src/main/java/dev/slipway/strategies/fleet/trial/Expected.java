package dev.slipway.strategies.fleet.trial;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an answer must be to be a good one: all of it.
 *
 * @param statuses any of them will do
 * @param headers what the values of these headers hold
 * @param contains what the body holds
 * @param json what a place in the body is
 */
public record Expected(
    SortedSet<Integer> statuses,
    Map<String, String> headers,
    Optional<String> contains,
    Optional<Json> json) {
  private static final int LOWEST = 100;
  private static final int HIGHEST = 599;

  public Expected {
    statuses = Collections.unmodifiableSortedSet(new TreeSet<>(statuses));
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    if (statuses.isEmpty() || statuses.first() < LOWEST || statuses.last() > HIGHEST) {
      throw new IllegalArgumentException(
          "%s are not HTTP statuses; use 100 to 599".formatted(statuses));
    }
  }

  /**
   * A place in a JSON text, and what must stand there.
   *
   * @param pointer as RFC 6901 says it; empty is the whole text
   * @param equals the value as a text: a number as its digits, true and false as words
   */
  public record Json(String pointer, String equals) {
    public Json {
      if (!pointer.isEmpty() && !pointer.startsWith("/")) {
        throw new IllegalArgumentException("pointer '%s' must start with /".formatted(pointer));
      }
    }
  }

  /** Returns the statuses as people write them. */
  public String status() {
    return String.join(" or ", List.copyOf(statuses).stream().map(String::valueOf).toList());
  }
}
