package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a host gets of an artifact: the list that it makes of the files in the stream, and how many
 * bytes came.
 */
public record Received(String manifest, long bytes) {

  /** Receives an artifact whole, as a host does that knows nothing of it but its stream. */
  public static Received of(Artifact artifact) throws IOException {
    var stream = new ByteArrayOutputStream();
    artifact.writeTar(stream);
    return new Received(manifest(stream.toByteArray()), stream.size());
  }

  /** Returns the digest of what arrived. */
  public Digest content() {
    return Digest.of(manifest);
  }

  private static String manifest(byte[] stream) throws IOException {
    var lines = new TreeMap<byte[], String>(Arrays::compareUnsigned);
    try (var tar =
        new TarArchiveInputStream(
            new ByteArrayInputStream(stream), StandardCharsets.UTF_8.name())) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = entry.getName().replaceFirst("/$", "");
        lines.put(path.getBytes(StandardCharsets.UTF_8), line(entry, path, tar.readAllBytes()));
      }
    }
    return lines.entrySet().stream().map(Map.Entry::getValue).collect(Collectors.joining());
  }

  private static String line(TarArchiveEntry entry, String path, byte[] bytes) {
    if (entry.isSymbolicLink()) {
      var target = entry.getLinkName().getBytes(StandardCharsets.UTF_8);
      return line(target, "link", path);
    }
    return line(bytes, entry.isDirectory() ? "dir" : Integer.toOctalString(entry.getMode()), path);
  }

  private static String line(byte[] bytes, String mode, String path) {
    return "%s %s %d %s\n".formatted(Digest.of(bytes), mode, bytes.length, path);
  }
}
