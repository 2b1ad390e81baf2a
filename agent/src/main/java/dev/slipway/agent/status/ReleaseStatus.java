package dev.slipway.agent.status;

import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;

/** A release as people see it: version and the digest that identifies it. */
public record ReleaseStatus(String version, String digest) {

  /** Returns the status of a release. */
  public static ReleaseStatus of(ReleaseId id) {
    return new ReleaseStatus(id.version(), id.digest().hex());
  }

  /** Returns the status of a release. */
  public static ReleaseStatus of(Release release) {
    return of(release.id());
  }

  /** Prints {@code 2.4.1@0a1b2c3d4e5f}. */
  @Override
  public String toString() {
    return version + "@" + digest.substring(0, 12);
  }
}
