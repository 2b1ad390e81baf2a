package dev.slipway.agent.artifact;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the store makes of an archive keeps the promises of an artifact. Method: an archive
 * with every kind of entry, not in the order of the list, with names that are sorted by bytes.
 */
class SpooledArtifactTest extends ArtifactContract {
  private final Artifact artifact;

  SpooledArtifactTest(@TempDir Path directory) {
    this.artifact =
        new Archives()
            .script("bin/run", "#!/bin/sh\n")
            .directory("a/nothing")
            .file("a.txt", "a")
            .file("a/b", "below")
            .file("über", "")
            .file("z" + "long".repeat(50), "a name that no header holds")
            .link("current", "a/b")
            .artifact(directory);
  }

  @Override
  protected Artifact artifact() {
    return artifact;
  }
}
