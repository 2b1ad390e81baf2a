package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the entries of an archive as they come and puts their bytes, one after the other, into one
 * file. No name from the archive becomes a name on this machine.
 */
final class Spool implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final ArtifactLimits limits;
  private final long bytesMax;
  private final FileChannel channel;
  private final OutputStream out;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<String> directories = new HashSet<>();
  private final Set<String> parents = new HashSet<>();
  private long offset;
  private long total;

  /** Makes a spool for an archive of this size; what comes from Git is as large as it is. */
  Spool(Path file, ArtifactLimits limits, long archiveBytes) throws IOException {
    this.limits = limits;
    this.bytesMax =
        Math.min(limits.bytes(), Math.max(limits.ratioFree(), archiveBytes * limits.ratio()));
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
  }

  void file(EntryPath path, Entry.Kind kind, InputStream in) throws IOException {
    claim(path);
    entries.put(path.toString(), copy(path, kind, in));
  }

  void link(EntryPath path, String target) throws IOException {
    path.checkLink(target);
    claim(path);
    var bytes = target.getBytes(StandardCharsets.UTF_8);
    entries.put(path.toString(), copy(path, Entry.Kind.LINK, new ByteArrayInputStream(bytes)));
  }

  /** The same bytes under another name, as a hard link in a tar archive means it. */
  void sameAs(EntryPath path, EntryPath earlier) throws IOException {
    var source = entries.get(earlier.toString());
    if (source == null || source.kind() == Entry.Kind.LINK) {
      throw new RefusedException(
          "entry '%s': it is a hard link to '%s', which is no file before it"
              .formatted(path, earlier));
    }
    claim(path);
    grow(path, source.size());
    entries.put(
        path.toString(),
        new Entry(source.kind(), source.sha256(), source.size(), path.toString(), source.offset()));
  }

  void directory(EntryPath path) throws IOException {
    if (path.isRoot()) {
      return;
    }
    enter(path);
    if (entries.containsKey(path.toString())) {
      throw new RefusedException("entry '%s': it is there twice".formatted(path));
    }
    directories.add(path.toString());
    checkCount(path);
  }

  /** Returns everything, sorted, once the bytes are on the disk. */
  List<Entry> finish() throws IOException {
    out.flush();
    channel.force(true);
    var all = new ArrayList<>(entries.values());
    for (var directory : directories) {
      if (!parents.contains(directory)) {
        all.add(new Entry(Entry.Kind.EMPTY_DIRECTORY, Digest.of(""), 0, directory, 0));
      }
    }
    if (entries.isEmpty()) {
      throw new RefusedException("it holds no file");
    }
    all.sort(Entry.BY_PATH);
    return all;
  }

  private void claim(EntryPath path) throws IOException {
    if (path.isRoot()) {
      throw new RefusedException("an entry that is no directory has no name");
    }
    enter(path);
    var name = path.toString();
    if (entries.containsKey(name) || directories.contains(name) || parents.contains(name)) {
      throw new RefusedException("entry '%s': it is there twice".formatted(path));
    }
    checkCount(path);
  }

  private void enter(EntryPath path) throws IOException {
    for (var parent : path.parents()) {
      if (entries.containsKey(parent)) {
        throw new RefusedException(
            "entry '%s': it lies below '%s', no directory".formatted(path, parent));
      }
      parents.add(parent);
    }
  }

  private void checkCount(EntryPath path) throws IOException {
    if (entries.size() + directories.size() >= limits.entries()) {
      throw new RefusedException(
          "entry '%s': more than %d entries are not allowed".formatted(path, limits.entries()));
    }
  }

  private Entry copy(EntryPath path, Entry.Kind kind, InputStream in) throws IOException {
    var digest = sha256();
    var buffer = new byte[BUFFER];
    long size = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      size += count;
      grow(path, count);
      digest.update(buffer, 0, count);
      out.write(buffer, 0, count);
    }
    var sum = new Digest(HexFormat.of().formatHex(digest.digest()));
    var entry = new Entry(kind, sum, size, path.toString(), offset);
    offset += size;
    return entry;
  }

  private void grow(EntryPath path, long more) throws RefusedException {
    total += more;
    if (total > bytesMax) {
      throw new RefusedException(
          "entry '%s': the release grows beyond %d bytes; at most %d, and %d times its archive"
              .formatted(path, bytesMax, limits.bytes(), limits.ratio()));
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
