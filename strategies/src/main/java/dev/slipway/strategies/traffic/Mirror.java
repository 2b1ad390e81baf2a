package dev.slipway.strategies.traffic;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A copy of this share of the requests goes to a track, and its answers are dropped.
 *
 * @param methods the methods of which requests are copied
 */
public record Mirror(String track, Share share, Set<String> methods) {
  /** Methods that change nothing, by what HTTP says of them. */
  public static final Set<String> SAFE = Set.of("GET", "HEAD");

  public Mirror {
    methods = Collections.unmodifiableSet(new TreeSet<>(methods));
    methods.forEach(method -> Names.check("method", method));
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("a mirror of no method copies nothing");
    }
  }

  /** A mirror of what changes nothing. */
  public Mirror(String track, Share share) {
    this(track, share, SAFE);
  }
}
