package dev.slipway.strategies.fleet;

/**
 * The name of a release: what people call it and the digest that tells it from every other.
 *
 * <p>Two releases of one version with different configuration have different digests.
 */
public record ReleaseId(String version, Digest digest) {
  public ReleaseId {
    if (version.isBlank()) {
      throw new IllegalArgumentException("a release needs a version");
    }
  }

  @Override
  public String toString() {
    return version + "@" + digest.abbreviated();
  }
}
