package dev.slipway.agent;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.source.local.NewRepository;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** Makes a config repository to start from: the examples, committed once. */
final class Beginning {
  private static final String EXAMPLES = "examples-repo";

  private Beginning() {}

  static int in(Path directory, PrintWriter out) {
    if (Files.exists(directory)) {
      out.printf("slipway: %s exists already; name a directory that does not%n", directory);
      return ExitCode.USAGE;
    }
    try {
      String commit = make(directory.toAbsolutePath());
      out.printf("%s is a config repository, commit %s%n", directory, commit.substring(0, 10));
      out.printf("Change it to fit, then: slipway validate %s%n", directory);
      return ExitCode.OK;
    } catch (IOException e) {
      out.printf("slipway: %s cannot be made: %s%n", directory, e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /** Whoever is interrupted finds no directory that is half made. */
  private static String make(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null) {
      throw new IOException("it has no parent");
    }
    Files.createDirectories(parent);
    Path draft = Files.createTempDirectory(parent, ".slipway-init-");
    Path made = draft.resolve("repository");
    copy(made);
    String commit =
        NewRepository.of(made, "Begin with Slipway's examples\n", Waiter.wallClock().instant());
    Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(draft);
    return commit;
  }

  private static void copy(Path directory) throws IOException {
    Path home =
        Path.of(
            URI.create(
                Beginning.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    if (Files.isDirectory(home)) {
      copy(home.resolve(EXAMPLES), directory);
    } else {
      try (var archive = FileSystems.newFileSystem(home)) {
        copy(archive.getPath("/", EXAMPLES), directory);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
          if (from.relativize(file).toString().contains("bin/")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }
}
