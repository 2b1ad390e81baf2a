package dev.slipway.agent;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.local.Examples;
import dev.slipway.agent.source.local.LocalRepository;
import dev.slipway.agent.source.local.NewRepository;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  /** Whoever is interrupted finds neither a directory that is half made nor the draft of it. */
  private static String make(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null) {
      throw new IOException("it has no parent");
    }
    Files.createDirectories(parent);
    try (var interruption = Interruption.heard()) {
      Path draft = Files.createTempDirectory(parent, ".slipway-init-");
      try {
        return make(draft.resolve("repository"), directory, interruption);
      } finally {
        delete(draft);
      }
    }
  }

  private static String make(Path made, Path directory, Interruption interruption)
      throws IOException {
    for (Map.Entry<String, LocalRepository.File> file : Examples.files().entrySet()) {
      write(made.resolve(file.getKey()), file.getValue());
    }
    String commit =
        NewRepository.of(made, "Begin with Slipway's examples\n", Waiter.wallClock().instant());
    if (interruption.asked) {
      throw new InterruptedIOException("interrupted");
    }
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

  private static void delete(Path draft) throws IOException {
    try (Stream<Path> found = Files.walk(draft)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Holds up the end of the process until the draft is away, whoever asks for it. */
  private static final class Interruption implements AutoCloseable {
    private static final int SECONDS_MAX = 20;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::ask, "wait for the draft to go");
    private volatile boolean asked;

    static Interruption heard() {
      var interruption = new Interruption();
      Runtime.getRuntime().addShutdownHook(interruption.hook);
      return interruption;
    }

    private void ask() {
      asked = true;
      try {
        boolean _ = over.await(SECONDS_MAX, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      over.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        asked = true; // The process is ending already.
      }
    }
  }
}
