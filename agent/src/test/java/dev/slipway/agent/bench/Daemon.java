package dev.slipway.agent.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A server process started by a test: it logs into a file and never outlives the tests. */
public final class Daemon implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofSeconds(30);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
  private static final int CONNECT_TIMEOUT_MS = 500;

  private final Process process;
  private final Path log;
  private final Thread reaper;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.reaper = new Thread(this::killTree, "reaper of " + process.pid());
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /** Starts the command; what it prints is appended to the log file. */
  public static Daemon start(Path log, Map<String, String> environment, List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new Daemon(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the exit status once the process has ended by itself. */
  public int awaitExit() {
    await("end of process " + pid()).atMost(START_DEADLINE).until(() -> !process.isAlive());
    return process.exitValue();
  }

  /** Waits until something accepts connections there, or says what the process logged instead. */
  public Daemon awaitListening(InetSocketAddress address) {
    await(address + " to be listened on")
        .atMost(START_DEADLINE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> accepts(address) || died());
    return this;
  }

  /** Everything that the process has printed so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the process and all its children where they are, as a hung machine would. */
  public void pause() {
    signal("STOP", tree());
  }

  /** Lets a paused process go on. */
  public void resume() {
    signal("CONT", tree());
  }

  /** Sends a signal to the process alone. */
  public void signal(String name) {
    signal(name, Stream.of(process.toHandle()));
  }

  /** Kills the process and all its children at once. */
  public void kill() {
    killTree();
    awaitEnd();
    forget();
  }

  /** Kills those children, at any depth, that run a program which the test names. */
  public void killChildren(Predicate<Path> program) {
    process
        .descendants()
        .filter(child -> child.info().command().map(Path::of).filter(program).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Asks the process to end and kills whatever is left after a while. */
  @Override
  public void close() {
    if (process.isAlive()) {
      resume();
    }
    process.destroy();
    awaitEnd();
    killTree();
    forget();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(STOP_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        killTree();
      }
    } catch (InterruptedException e) {
      killTree();
      Thread.currentThread().interrupt();
    }
  }

  private void killTree() {
    tree().toList().forEach(ProcessHandle::destroyForcibly);
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(reaper);
    } catch (IllegalStateException e) {
      // The tests are being shut down: the reaper is already at work.
    }
  }

  private boolean died() {
    if (process.isAlive()) {
      return false;
    }
    throw new AssertionError("process ended with status " + process.exitValue() + ":\n" + log());
  }

  private static boolean accepts(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private static void signal(String name, Stream<ProcessHandle> processes) {
    processes.forEach(each -> Program.of("kill", "-" + name, each.pid()).run());
  }
}
