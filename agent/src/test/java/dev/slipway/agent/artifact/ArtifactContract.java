package dev.slipway.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Goal: every artifact is what its digest says.
 *
 * <p>Method: its stream is unpacked and listed as a host does it, and compared with what it says of
 * itself.
 */
public abstract class ArtifactContract {

  /** Returns an artifact of at least one file. */
  protected abstract Artifact artifact();

  @Test
  void itsDigestIsThatOfItsList() {
    assertThat(artifact().content()).isEqualTo(Digest.of(artifact().manifest()));
  }

  @Test
  void itsListHasALineForEachFile() {
    assertThat(artifact().manifest()).endsWith("\n");
    assertThat(artifact().manifest().lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("[0-9a-f]{64} (644|640|755|750|link|dir) \\d+ [^/].*"));
  }

  @Test
  void whatAHostReceivesIsWhatTheListSays() throws IOException {
    assertThat(Received.of(artifact()).manifest()).isEqualTo(artifact().manifest());
  }

  @Test
  void itsSizeIsThatOfItsFiles() {
    long sum =
        artifact()
            .manifest()
            .lines()
            .mapToLong(line -> Long.parseLong(line.split(" ", 4)[2]))
            .sum();

    assertThat(artifact().unpackedBytes()).isPositive().isEqualTo(sum);
  }

  @Test
  void itIsSentInTheSameBytesEveryTime() throws IOException {
    var artifact = artifact();
    var first = new ByteArrayOutputStream();
    var second = new ByteArrayOutputStream();

    artifact.writeTar(first);
    artifact.writeTar(second);

    assertThat(first.size()).isPositive();
    assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
  }
}
