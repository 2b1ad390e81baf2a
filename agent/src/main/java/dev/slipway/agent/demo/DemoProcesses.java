package dev.slipway.agent.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other processes of the demo: the edge and the agent, each a real one. */
final class DemoProcesses implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Path directory;
  private final String java;
  private final List<Process> started = new ArrayList<>();

  DemoProcesses(Path directory, String java) {
    this.directory = directory;
    this.java = java;
  }

  /** Starts {@code slipway} with these words; its output goes to {@code <name>.log}. */
  void start(String name, String... words) throws IOException {
    var command = new ArrayList<String>();
    command.add(java);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.slipway.agent.Main"));
    command.addAll(List.of(words));
    Path log = directory.resolve(name + ".log");
    started.add(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  /** Returns whether all of them still run. */
  boolean areAlive() {
    return started.stream().allMatch(Process::isAlive);
  }

  @Override
  public void close() {
    started.reversed().forEach(DemoProcesses::end);
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
