package dev.slipway.agent.journal;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;

/** A release with where its files come from and the commit that asked for it. */
public record Delivery(Release release, ArtifactSource source, String branch, String revision) {

  /** Returns the name of the release. */
  public ReleaseId id() {
    return release.id();
  }

  /** Returns this delivery with the roles of its release as the application names them now. */
  public Delivery in(Application application) {
    return new Delivery(release.in(application), source, branch, revision);
  }
}
