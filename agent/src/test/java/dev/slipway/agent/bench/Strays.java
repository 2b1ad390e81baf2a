package dev.slipway.agent.bench;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Services that outlive the test that had them started, as they outlive an agent. */
public final class Strays {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration OFTEN = Duration.ofMillis(20);

  private Strays() {}

  /** Ends every process whose command line names something below a directory. */
  public static void end(Path directory) {
    List<ProcessHandle> found =
        ProcessHandle.allProcesses().filter(process -> names(process, directory)).toList();
    found.forEach(ProcessHandle::destroyForcibly);
    // The JDK looks only every few seconds whether a process that is not its child has ended.
    await()
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .until(() -> found.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static boolean names(ProcessHandle process, Path directory) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains(directory.toString()))
        .isPresent();
  }
}
