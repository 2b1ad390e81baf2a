package dev.slipway.strategies.traffic;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A copy of this share of the requests goes to a track, and its answers are dropped.
 *
 * @param methods the methods of which requests are copied
 * @param comparison how the answers are compared before; empty if they are not
 */
public record Mirror(
    String track, Share share, Set<String> methods, Optional<Comparison> comparison) {
  /** Methods that change nothing, by what HTTP says of them. */
  public static final Set<String> SAFE = Set.of("GET", "HEAD");

  public Mirror {
    Set<String> copied = Collections.unmodifiableSet(new TreeSet<>(methods));
    methods = copied;
    methods.forEach(method -> Names.check("method", method));
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("a mirror of no method copies nothing");
    }
    var objection = comparison.flatMap(answers -> answers.objection(copied));
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
  }

  /** A mirror whose answers nobody compares. */
  public Mirror(String track, Share share, Set<String> methods) {
    this(track, share, methods, Optional.empty());
  }

  /** A mirror of what changes nothing. */
  public Mirror(String track, Share share) {
    this(track, share, SAFE);
  }

  /** Returns this mirror with its answers compared. */
  public Mirror comparing(Comparison answers) {
    return new Mirror(track, share, methods, Optional.of(answers));
  }
}
