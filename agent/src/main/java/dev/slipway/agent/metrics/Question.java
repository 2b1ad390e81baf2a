package dev.slipway.agent.metrics;

import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is to be measured, about whom, and over which time.
 *
 * @param instances whose requests count; all of one role
 * @param window how far back a number reaches at most
 */
public record Question(Measure measure, SortedSet<Instance> instances, Duration window) {
  public Question {
    instances = Collections.unmodifiableSortedSet(new TreeSet<>(instances));
    if (instances.isEmpty() || !window.isPositive()) {
      throw new IllegalArgumentException(
          "a question about %s over %s asks nothing".formatted(instances, window));
    }
  }

  /** A number that can be asked for. */
  public sealed interface Measure {
    /** The part of the requests that failed with 5xx or without an answer, from 0 to 1. */
    record ErrorRate() implements Measure {}

    /** How long requests took, in seconds, at a percentile from 1 to 99. */
    record Latency(int percentile) implements Measure {
      public Latency {
        if (percentile < 1 || percentile > 99) {
          throw new IllegalArgumentException("percentile %d is out of 1..99".formatted(percentile));
        }
      }
    }

    /** How long requests took on average, in seconds. */
    record Mean() implements Measure {}

    /**
     * The part of the answers to copies that differ from those of the stable release, from 0 to 1;
     * about all members of the pool, whoever is asked for.
     */
    record Differences() implements Measure {}

    /** How many requests were answered, well or badly. */
    record Requests() implements Measure {}

    /**
     * A query in the words of the source; {@code {{…}}} are filled in before.
     *
     * @param text PromQL, the address of a JSON document, or the name of a command
     * @param pointer where in the JSON the number stands (RFC 6901); empty for PromQL
     */
    record Custom(String text, String pointer) implements Measure {}
  }
}
