package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.Wire;
import dev.slipway.agent.host.Epoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the edge must know again after its own restart: one line of JSON and one with its digest.
 *
 * <p>It is written beside, forced to the disk, renamed, and the directory is forced too, so a crash
 * at any instant leaves the old file or the new one.
 */
final class StateFile {
  private final Path path;

  StateFile(Path path) {
    this.path = path;
  }

  /** What is kept. */
  record Kept(Optional<Epoch> epoch, List<PoolSpec> pools) {
    static final Kept NOTHING = new Kept(Optional.empty(), List.of());

    Kept {
      pools = List.copyOf(pools);
    }
  }

  /** What was found. */
  sealed interface Found {
    /** A file that says what it ought to, or none at all. */
    record Whole(Kept kept) implements Found {}

    /** A file that cannot be trusted. */
    record Damaged(String reason) implements Found {}
  }

  Found load() throws IOException {
    try {
      return parse(Files.readString(path, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return new Found.Whole(Kept.NOTHING);
    }
  }

  private Found parse(String text) {
    var lines = text.lines().toList();
    if (lines.size() != 2) {
      return new Found.Damaged("%s: has %d lines, not 2".formatted(path, lines.size()));
    }
    if (!digest(lines.getFirst()).equals(lines.getLast())) {
      return new Found.Damaged(path + ": its second line is not the SHA-256 of its first");
    }
    return switch (Wire.json(lines.getFirst(), Kept.class)) {
      case Wire.Read.Understood<Kept>(var kept) -> new Found.Whole(kept);
      case Wire.Read.Garbled<Kept>(var reason) -> new Found.Damaged(path + ": " + reason);
    };
  }

  void save(Kept kept) throws IOException {
    var json = Wire.json(kept);
    var text = json + "\n" + digest(json) + "\n";
    var beside = path.resolveSibling(path.getFileName() + ".new");
    try (var file =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    try (var directory = FileChannel.open(path.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  /** Puts a damaged file where it is in nobody's way and can still be looked at. */
  void setAside() throws IOException {
    Files.move(
        path,
        path.resolveSibling(path.getFileName() + ".damaged"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String digest(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
