package dev.slipway.agent;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.local.Examples;
import dev.slipway.agent.source.local.LocalRepository;
import dev.slipway.agent.source.local.NewRepository;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Makes a config repository to start from: the examples, committed once. */
final class Beginning {
  private Beginning() {}

  static int in(Path directory, PrintWriter out, PrintWriter err) {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      err.printf("slipway: %s exists already; name a directory that does not%n", directory);
      return ExitCode.USAGE;
    }
    try {
      String commit = make(directory.toAbsolutePath());
      out.printf("%s is a config repository, commit %s%n", directory, commit.substring(0, 10));
      out.printf("Change it to fit, then: slipway validate %s%n", directory);
      return ExitCode.OK;
    } catch (IOException e) {
      err.printf("slipway: %s cannot be made: %s%n", directory, e);
      return ExitCode.FAILED;
    }
  }

  private static String make(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null) {
      throw new IOException("it has no parent");
    }
    Files.createDirectories(parent);
    try (var draft = new Draft(Files.createTempDirectory(parent, ".slipway-init-"))) {
      return draft.become(directory);
    }
  }

  /**
   * A repository under another name, beside the place where it is to be: whoever is interrupted
   * finds neither a directory that is half made nor the draft.
   */
  private static final class Draft implements AutoCloseable {
    private static final int TRIES = 20;
    private final Path draft;
    private final Thread interrupted = new Thread(this::delete, "delete the draft");

    Draft(Path draft) {
      this.draft = draft;
      Runtime.getRuntime().addShutdownHook(interrupted);
    }

    String become(Path directory) throws IOException {
      Path made = draft.resolve("repository");
      for (Map.Entry<String, LocalRepository.File> file : Examples.files().entrySet()) {
        write(made.resolve(file.getKey()), file.getValue());
      }
      String commit =
          NewRepository.of(made, "Begin with Slipway's examples\n", Waiter.wallClock().instant());
      Files.move(made, directory, StandardCopyOption.ATOMIC_MOVE);
      return commit;
    }

    private static void write(Path target, LocalRepository.File file) throws IOException {
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.write(target, file.blob().bytes());
      if (file.mode() == Tree.Mode.EXECUTABLE) {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }

    @Override
    public void close() {
      try {
        Runtime.getRuntime().removeShutdownHook(interrupted);
      } catch (IllegalStateException e) {
        return; // The process is ending, and the hook deletes it.
      }
      delete();
    }

    /** When the process is ended, the draft is still being written to for a moment. */
    private void delete() {
      for (int tries = 0; tries < TRIES && Files.exists(draft); tries++) {
        try (Stream<Path> found = Files.walk(draft)) {
          for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(path);
          }
        } catch (IOException | UncheckedIOException e) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
