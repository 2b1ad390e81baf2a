package dev.slipway.strategies.fleet;

/** What lies in a place on a host: what its link points at. */
public sealed interface Occupant {

  /** A release that Slipway put there. */
  record Known(ReleaseId release) implements Occupant {}

  /** Something that others put there; it can be pointed at again. */
  record Foreign(String target) implements Occupant {
    public Foreign {
      if (target.isBlank()) {
        throw new IllegalArgumentException("a foreign occupant needs its link target");
      }
    }
  }

  /** Nothing: there is no link. */
  record None() implements Occupant {}
}
