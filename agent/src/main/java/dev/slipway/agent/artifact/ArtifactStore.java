package dev.slipway.agent.artifact;

/** Fetches and checks artifacts, and keeps those that were checked. */
public interface ArtifactStore {

  /** Returns the artifact, from the cache if it was fetched before. */
  Fetched fetch(ArtifactSource source);

  /** What came of fetching. */
  sealed interface Fetched {
    /** It is here and it is what was promised. */
    record Got(Artifact artifact) implements Fetched {}

    /** It is not what was promised, or it is hostile: trying again will not help. */
    record Refused(String reason) implements Fetched {}

    /** It cannot be had now. */
    record Unavailable(String reason) implements Fetched {}
  }
}
