package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** An artifact whose bytes lie in one file of the cache, with a list of what is where in it. */
final class SpooledArtifact implements Artifact {
  static final String DATA = "data";
  static final String INDEX = "index";

  private static final String HEADER = "slipway artifact 1";
  private static final int BUFFER = 1 << 16;

  private final Path directory;
  private final List<Entry> entries;
  private final String manifest;

  SpooledArtifact(Path directory, List<Entry> entries) {
    this.directory = directory;
    this.entries = List.copyOf(entries);
    this.manifest =
        entries.stream().map(entry -> entry.line() + "\n").collect(Collectors.joining());
  }

  @Override
  public String manifest() {
    return manifest;
  }

  @Override
  public void writeTar(OutputStream out) throws IOException {
    var tar = tar(out);
    writeEntries(tar, _ -> true);
    tar.finish();
    tar.flush();
  }

  /** Returns a tar stream that every host reads, also with the tar of busybox. */
  static TarArchiveOutputStream tar(OutputStream out) {
    var tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    return tar;
  }

  /** Writes what lies at some paths; the stream goes on. */
  void writeEntries(TarArchiveOutputStream tar, Predicate<String> paths) throws IOException {
    try (var data = Files.newByteChannel(directory.resolve(DATA), StandardOpenOption.READ)) {
      for (var entry : entries) {
        if (paths.test(entry.path())) {
          data.position(entry.offset());
          write(tar, entry, Channels.newInputStream(data));
        }
      }
    }
  }

  private void write(TarArchiveOutputStream tar, Entry entry, InputStream data) throws IOException {
    switch (entry.kind()) {
      case FILE, EXECUTABLE -> {
        tar.putArchiveEntry(file(entry));
        copy(entry, data, tar);
      }
      case LINK -> tar.putArchiveEntry(link(entry, data));
      case EMPTY_DIRECTORY ->
          tar.putArchiveEntry(fixed(new TarArchiveEntry(entry.path() + "/"), 0755));
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry file(Entry entry) {
    var header = new TarArchiveEntry(entry.path());
    header.setSize(entry.size());
    return fixed(header, Integer.parseInt(entry.kind().mode(), 8));
  }

  private static TarArchiveEntry link(Entry entry, InputStream data) throws IOException {
    var header = new TarArchiveEntry(entry.path(), TarConstants.LF_SYMLINK);
    header.setLinkName(new String(data.readNBytes((int) entry.size()), StandardCharsets.UTF_8));
    return fixed(header, 0777);
  }

  static TarArchiveEntry fixed(TarArchiveEntry header, int mode) {
    header.setMode(mode);
    header.setIds(0, 0);
    header.setNames("", "");
    header.setModTime(0);
    return header;
  }

  /** Copies a file, and fails if it is not any more what was once checked. */
  private void copy(Entry entry, InputStream data, OutputStream out) throws IOException {
    var digest = Spool.sha256();
    var buffer = new byte[BUFFER];
    long left = entry.size();
    while (left > 0) {
      int count = data.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        break;
      }
      left -= count;
      digest.update(buffer, 0, count);
      out.write(buffer, 0, count);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(entry.sha256().hex())) {
      Files.deleteIfExists(directory.resolve(INDEX));
      throw new IOException(
          "the cached artifact in %s is damaged; it will be fetched again".formatted(directory));
    }
  }

  /** Writes the list of what is where. */
  static String index(List<Entry> entries) {
    return Stream.concat(
            Stream.of(HEADER), entries.stream().map(entry -> entry.offset() + " " + entry.line()))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Reads an artifact from the cache; empty if it is not there, or not whole. */
  static Optional<SpooledArtifact> read(Path directory) throws IOException {
    var index = directory.resolve(INDEX);
    if (!Files.isRegularFile(index)) {
      return Optional.empty();
    }
    var lines = Files.readAllLines(index, StandardCharsets.UTF_8);
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      return Optional.empty();
    }
    var entries = new ArrayList<Entry>();
    for (var line : lines.subList(1, lines.size())) {
      entries.add(entry(line));
    }
    return Optional.of(new SpooledArtifact(directory, entries));
  }

  private static Entry entry(String line) {
    var words = line.split(" ", 5);
    var kind =
        Stream.of(Entry.Kind.values())
            .filter(candidate -> candidate.mode().equals(words[2]))
            .findFirst()
            .orElseThrow();
    return new Entry(
        kind, new Digest(words[1]), Long.parseLong(words[3]), words[4], Long.parseLong(words[0]));
  }
}
