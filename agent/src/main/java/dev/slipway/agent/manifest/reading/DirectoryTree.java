package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A plain directory in place of a commit, for people who validate before they commit. */
final class DirectoryTree implements Tree {
  private static final int FILES_MAX = 100_000;
  private final Path root;

  DirectoryTree(Path root) {
    this.root = root;
  }

  @Override
  public String commit() {
    return "0000000000000000000000000000000000000000";
  }

  @Override
  public Read read(String path) {
    Path file = root.resolve(path);
    if (Files.isSymbolicLink(file)) {
      return new Read.Refused("it is a symbolic link");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Read.Missing();
    }
    try {
      if (Files.size(file) > Document.BYTES_MAX) {
        return new Read.Refused(
            "it is %,d bytes, more than the limit 'manifest size' of %,d"
                .formatted(Files.size(file), Document.BYTES_MAX));
      }
      var mode = Files.isExecutable(file) ? Mode.EXECUTABLE : Mode.PLAIN;
      return new Read.Found(new Blob(Files.readAllBytes(file)), mode);
    } catch (IOException e) {
      return new Read.Refused("it cannot be read: " + e.getMessage());
    }
  }

  @Override
  public List<String> list(String directory) {
    Path start = root.resolve(directory);
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    var files = new ArrayList<String>();
    try {
      Files.walkFileTree(start, new Collector(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files.stream().sorted().toList();
  }

  private final class Collector extends SimpleFileVisitor<Path> {
    private final List<String> files;

    Collector(List<String> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile()) {
        files.add(root.relativize(file).toString());
      }
      return files.size() < FILES_MAX ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }
  }
}
