package dev.slipway.agent.artifact;

/**
 * What a release may be at most.
 *
 * @param entries files, links and empty directories
 * @param bytes of all files together
 * @param ratio how many times larger than its archive a release may be, beyond {@code ratioFree}
 * @param ratioFree bytes up to which the ratio does not matter
 * @param pathBytes of one name with its directories, in UTF-8
 * @param kept how many checked artifacts stay in the cache
 */
public record ArtifactLimits(
    int entries, long bytes, int ratio, long ratioFree, int pathBytes, int kept) {
  /** 100,000 entries, 4 GiB, 200 times beyond 1 MiB, 2,048 bytes, 64 artifacts. */
  public static final ArtifactLimits DEFAULT =
      new ArtifactLimits(100_000, 4L << 30, 200, 1 << 20, 2_048, 64);
}
