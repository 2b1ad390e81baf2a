package dev.slipway.agent.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The instances of the demo, which outlive their agent on purpose and end with the demo. */
final class DemoHosts {
  private DemoHosts() {}

  /** Ends every process of this user whose command line names a directory of the demo. */
  static void end(Path directory) {
    ProcessHandle.allProcesses()
        .filter(process -> isOf(process, directory))
        .map(DemoHosts::end)
        .forEach(CompletableFuture::join);
  }

  /** Removes a directory and all that is in it. */
  static void delete(Path directory) {
    try (Stream<Path> walked = Files.walk(directory)) {
      List<Path> files = walked.sorted(Comparator.reverseOrder()).toList();
      for (Path file : files) {
        // Releases are read-only, so their directories have to be opened first.
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
      }
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be removed".formatted(directory), e);
    }
  }

  private static boolean isOf(ProcessHandle process, Path directory) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains(directory.toString()))
        .isPresent();
  }

  private static CompletableFuture<ProcessHandle> end(ProcessHandle process) {
    process.destroy();
    return process.onExit();
  }
}
