package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The files of a made-up release: one, which holds the version. */
public record FakeArtifact(String version) implements Artifact {
  private static final String FILE = "version";

  @Override
  public Digest content() {
    return Digest.of(manifest());
  }

  @Override
  public String manifest() {
    return "%s 644 %d %s\n".formatted(Digest.of(version), unpackedBytes(), FILE);
  }

  @Override
  public long unpackedBytes() {
    return version.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public void writeTar(OutputStream out) throws IOException {
    out.write(new Archives().file(FILE, version).bytes());
  }
}
