package dev.slipway.agent.artifact;

/**
 * Goal: the artifacts that rollouts are tested with are like real ones. Method: the contract of
 * both.
 */
class FakeArtifactTest extends ArtifactContract {
  @Override
  protected Artifact artifact() {
    return new FakeArtifact("2.4.1");
  }
}
