package dev.slipway.strategies.traffic;

/** A part of all requests, in basis points: 10,000 are all of them. */
public record Share(int basisPoints) implements Comparable<Share> {
  private static final int ALL_POINTS = 10_000;

  /** No balancer divides requests more exactly than by one percentage point. */
  private static final int TOLERANCE_POINTS = 100;

  /** No request at all. */
  public static final Share NONE = new Share(0);

  /** Every request. */
  public static final Share ALL = new Share(ALL_POINTS);

  public Share {
    if (basisPoints < 0 || basisPoints > ALL_POINTS) {
      throw new IllegalArgumentException(
          "a share of %d basis points is out of 0..%d".formatted(basisPoints, ALL_POINTS));
    }
  }

  /** Returns the share of so many in a hundred requests. */
  public static Share percent(int percent) {
    return new Share(Math.multiplyExact(percent, 100));
  }

  /** Returns whether this is the other share as nearly as balancers can divide requests. */
  public boolean isAbout(Share other) {
    return Math.abs(basisPoints - other.basisPoints) <= TOLERANCE_POINTS;
  }

  /** Returns what is left of all requests. */
  public Share rest() {
    return new Share(ALL_POINTS - basisPoints);
  }

  @Override
  public int compareTo(Share other) {
    return Integer.compare(basisPoints, other.basisPoints);
  }

  /** Prints {@code 5%} or {@code 0.25%}. */
  @Override
  public String toString() {
    return basisPoints % 100 == 0
        ? basisPoints / 100 + "%"
        : "%d.%02d%%".formatted(basisPoints / 100, basisPoints % 100);
  }
}
