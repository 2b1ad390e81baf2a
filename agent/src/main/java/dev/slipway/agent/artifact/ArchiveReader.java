package dev.slipway.agent.artifact;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads tar, tar.gz, tar.zst and zip, told apart by how they begin and not by their names.
 *
 * <p>Modes come down to executable or not; owners, times and set-user-id bits are dropped. A single
 * directory at the top stays: what the archive says is what lies on the host.
 */
final class ArchiveReader {
  private static final int OWNER_MAY_EXECUTE = 0100;
  private static final int LINK_BYTES_MAX = 4096;
  private static final int BEGINNING = 4;
  private static final int ZIP = 0x504b0304;
  private static final int EMPTY_ZIP = 0x504b0506;
  private static final int ZSTD = 0x28b52ffd;
  private static final int GZIP = 0x1f8b;

  private final ArtifactLimits limits;
  private final Spool spool;

  ArchiveReader(ArtifactLimits limits, Spool spool) {
    this.limits = limits;
    this.spool = spool;
  }

  void read(Path archive) throws IOException {
    int beginning = beginning(archive);
    if (beginning == ZIP || beginning == EMPTY_ZIP) {
      zip(archive);
    } else if (beginning == ZSTD) {
      tar(new ZstdInputStream(open(archive)));
    } else if (beginning >>> 16 == GZIP) {
      tar(new GZIPInputStream(open(archive)));
    } else {
      tar(open(archive));
    }
  }

  private static int beginning(Path archive) throws IOException {
    try (var in = Files.newInputStream(archive)) {
      int value = 0;
      for (byte one : in.readNBytes(BEGINNING)) {
        value = (value << 8) | (one & 0xff);
      }
      return value;
    }
  }

  private static InputStream open(Path archive) throws IOException {
    return new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
  }

  private void tar(InputStream in) throws IOException {
    try (var tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        tarEntry(tar, entry);
      }
    }
  }

  private void tarEntry(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    var path = EntryPath.of(entry.getName(), limits.pathBytes());
    if (entry.isDirectory()) {
      spool.directory(path);
    } else if (entry.isSymbolicLink()) {
      spool.link(path, entry.getLinkName());
    } else if (entry.isLink()) {
      spool.sameAs(path, EntryPath.of(entry.getLinkName(), limits.pathBytes()));
    } else if (entry.isFile() && !isDevice(entry) && !entry.isSparse()) {
      spool.file(path, kind(entry.getMode()), tar);
    } else {
      throw new RefusedException(
          "entry '%s': it is a device, a pipe or of another kind than file, directory and link"
              .formatted(path));
    }
  }

  private static boolean isDevice(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  private void zip(Path archive) throws IOException {
    try (var zip = ZipFile.builder().setPath(archive).get()) {
      for (var entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        zipEntry(zip, entry);
      }
    }
  }

  private void zipEntry(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    if (entry.getName().indexOf('\\') >= 0) {
      throw new RefusedException(
          "entry '%s': names with \\ are not allowed".formatted(entry.getName()));
    }
    var path = EntryPath.of(entry.getName(), limits.pathBytes());
    if (entry.isDirectory()) {
      spool.directory(path);
      return;
    }
    if (!zip.canReadEntryData(entry)) {
      throw new RefusedException(
          "entry '%s': it is encrypted or packed in a rare way".formatted(path));
    }
    try (var in = zip.getInputStream(entry)) {
      if (entry.isUnixSymlink()) {
        spool.link(path, target(in));
      } else if (isPlain(entry)) {
        spool.file(path, kind(entry.getUnixMode()), in);
      } else {
        throw new RefusedException("entry '%s': it is no file, directory or link".formatted(path));
      }
    }
  }

  private static String target(InputStream in) throws IOException {
    return new String(in.readNBytes(LINK_BYTES_MAX), StandardCharsets.UTF_8);
  }

  /** Archives that were not made on Unix carry no type. */
  private static boolean isPlain(ZipArchiveEntry entry) {
    int type = entry.getUnixMode() & 0170000;
    return type == 0 || type == 0100000;
  }

  private static Entry.Kind kind(int mode) {
    return (mode & OWNER_MAY_EXECUTE) == 0 ? Entry.Kind.FILE : Entry.Kind.EXECUTABLE;
  }
}
