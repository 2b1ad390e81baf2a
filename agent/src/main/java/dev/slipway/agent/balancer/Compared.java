package dev.slipway.agent.balancer;

import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How often answers to copies were set beside those that users got, and differed.
 *
 * @param compared requests of which the candidate's answer was compared with the user's
 * @param differing those of them of which the candidate's answer differed in what the stable
 *     release's second one did not
 * @param noiseCompared requests of which the stable release's second answer was compared, too
 * @param noiseDiffering those of them of which the second answer differed in what the candidate's
 *     did not
 */
public record Compared(long compared, long differing, long noiseCompared, long noiseDiffering) {
  /** Nothing was compared yet. */
  public static final Compared NONE = new Compared(0, 0, 0, 0);

  public Compared {
    if (!isSound(compared, differing, noiseCompared, noiseDiffering)) {
      throw new IllegalArgumentException(
          "%d of %d answers differ, and %d of %d of the noise"
              .formatted(differing, compared, noiseDiffering, noiseCompared));
    }
  }

  private static boolean isSound(
      long compared, long differing, long noiseCompared, long noiseDiffering) {
    return LongStream.of(differing, noiseDiffering).allMatch(count -> count >= 0)
        && differing <= compared
        && noiseDiffering <= noiseCompared;
  }

  /** Returns the sum of both. */
  public Compared plus(Compared other) {
    return new Compared(
        compared + other.compared,
        differing + other.differing,
        noiseCompared + other.noiseCompared,
        noiseDiffering + other.noiseDiffering);
  }

  /** Returns what was compared since an earlier count; empty if it is not an earlier one. */
  public Optional<Compared> since(Compared earlier) {
    long more = compared - earlier.compared;
    long worse = differing - earlier.differing;
    long noise = noiseCompared - earlier.noiseCompared;
    long noisier = noiseDiffering - earlier.noiseDiffering;
    return isSound(more, worse, noise, noisier)
        ? Optional.of(new Compared(more, worse, noise, noisier))
        : Optional.empty();
  }

  /** Returns the part of the answers that differ more often than those of the stable release. */
  public double rate() {
    return Math.max(0, part(differing, compared) - noise());
  }

  /** Returns the part that was taken off for the noise. */
  public double noise() {
    return part(noiseDiffering, noiseCompared);
  }

  private static double part(long some, long all) {
    return all == 0 ? 0 : (double) some / all;
  }
}
