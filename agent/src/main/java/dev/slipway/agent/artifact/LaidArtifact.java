package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/**
 * The files of a release with texts of the config repository laid over them.
 *
 * <p>Before the texts are filled its digest is that of the texts as they are written, so it is the
 * same for all hosts, and is never that of a release whose files happen to read so.
 */
final class LaidArtifact implements Artifact {
  private static final Comparator<String> BY_BYTES =
      Comparator.comparing(path -> path.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private final SpooledArtifact base;
  private final NavigableMap<String, String> kept;
  private final NavigableMap<String, ConfigFile> laid;
  private final Form form;
  private final String manifest;

  private enum Form {
    WRITTEN("fill-"),
    FILLED("");

    private final String mark;

    Form(String mark) {
      this.mark = mark;
    }
  }

  private LaidArtifact(
      SpooledArtifact base,
      NavigableMap<String, String> kept,
      NavigableMap<String, ConfigFile> laid,
      Form form) {
    this.base = base;
    this.kept = kept;
    this.laid = laid;
    this.form = form;
    this.manifest = list();
  }

  /**
   * Lays files over an artifact.
   *
   * @throws RefusedException if one would lie in a file or a link, or where a directory is
   */
  static LaidArtifact over(SpooledArtifact base, List<ConfigFile> files) throws RefusedException {
    var laid = new TreeMap<String, ConfigFile>(BY_BYTES);
    files.forEach(file -> laid.put(file.path(), file));
    for (String line : base.manifest().split("\n", -1)) {
      if (!line.isEmpty()) {
        check(path(line), isDirectory(line), laid);
      }
    }
    return new LaidArtifact(base, kept(base, laid), laid, Form.WRITTEN);
  }

  private static void check(
      String there, boolean isDirectory, NavigableMap<String, ConfigFile> laid)
      throws RefusedException {
    for (String path : laid.keySet()) {
      if (there.startsWith(path + "/") || (isDirectory && there.equals(path))) {
        throw new RefusedException("'%s' of files is a directory of the release".formatted(path));
      }
      if (!isDirectory && path.startsWith(there + "/")) {
        throw new RefusedException(
            "'%s' of files would lie in '%s', which is no directory of the release"
                .formatted(path, there));
      }
    }
  }

  /** What is below stays: a directory that is not empty any more needs no line. */
  private static NavigableMap<String, String> kept(
      SpooledArtifact base, NavigableMap<String, ConfigFile> laid) {
    var lines = new TreeMap<String, String>(BY_BYTES);
    base.manifest()
        .lines()
        .filter(line -> !laid.containsKey(path(line)))
        .filter(line -> !isDirectory(line) || laid.keySet().stream().noneMatch(in(path(line))))
        .forEach(line -> lines.put(path(line), line));
    return lines;
  }

  private String list() {
    var lines = new TreeMap<>(kept);
    laid.values().forEach(file -> lines.put(file.path(), line(file)));
    return lines.values().stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static Predicate<String> in(String directory) {
    return path -> path.startsWith(directory + "/");
  }

  private String line(ConfigFile file) {
    byte[] bytes = file.bytes();
    return "%s %s%s %d %s"
        .formatted(Digest.of(file.text()), form.mark, file.mode(), bytes.length, file.path());
  }

  private static String path(String line) {
    return line.split(" ", 4)[3];
  }

  private static boolean isDirectory(String line) {
    return line.split(" ", 4)[1].equals(Entry.Kind.EMPTY_DIRECTORY.mode());
  }

  @Override
  public String manifest() {
    return manifest;
  }

  @Override
  public Artifact filled(Map<String, String> values) {
    var filled = new TreeMap<String, ConfigFile>(BY_BYTES);
    laid.forEach((path, file) -> filled.put(path, file.filled(values)));
    return new LaidArtifact(base, kept, filled, Form.FILLED);
  }

  @Override
  public void writeTar(OutputStream out) throws IOException {
    var tar = SpooledArtifact.tar(out);
    base.writeEntries(tar, kept::containsKey);
    for (ConfigFile file : laid.values()) {
      byte[] bytes = file.bytes();
      var header = new TarArchiveEntry(file.path());
      header.setSize(bytes.length);
      tar.putArchiveEntry(SpooledArtifact.fixed(header, Integer.parseInt(file.mode(), 8)));
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
    tar.finish();
    tar.flush();
  }
}
