package dev.slipway.agent.source.local;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of {@code examples-repo}, as they are shipped: what people begin with, and what the
 * demo plays with.
 */
public final class Examples {
  private static final String ROOT = "examples-repo";

  private Examples() {}

  /**
   * Returns every file by its path.
   *
   * @throws IOException if the distribution is not whole
   */
  public static SortedMap<String, LocalRepository.File> files() throws IOException {
    Path home =
        Path.of(
            URI.create(
                Examples.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (Files.isDirectory(home)) {
      return files(home.resolve(ROOT));
    }
    try (var archive = FileSystems.newFileSystem(home)) {
      return files(archive.getPath("/", ROOT));
    }
  }

  private static SortedMap<String, LocalRepository.File> files(Path root) throws IOException {
    var files = new TreeMap<String, LocalRepository.File>();
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        files.put(path, new LocalRepository.File(new Blob(Files.readAllBytes(file)), mode(path)));
      }
    }
    return Collections.unmodifiableSortedMap(files);
  }

  /** An archive does not keep who may run a file. */
  private static Tree.Mode mode(String path) {
    return path.contains("bin/") ? Tree.Mode.EXECUTABLE : Tree.Mode.PLAIN;
  }
}
