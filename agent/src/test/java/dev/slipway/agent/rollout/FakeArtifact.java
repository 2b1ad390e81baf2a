package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.strategies.fleet.Digest;
import java.io.OutputStream;

/** The files of a made-up release: a name and a size. */
record FakeArtifact(String version) implements Artifact {
  @Override
  public Digest content() {
    return Digest.of("files of " + version);
  }

  @Override
  public String manifest() {
    return "";
  }

  @Override
  public long unpackedBytes() {
    return 1000;
  }

  @Override
  public void writeTar(OutputStream out) {}
}
