package dev.slipway.agent.host;

import dev.slipway.agent.ssh.CommandInput;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The machine that the agent runs on, with the environment that a login over SSH would give. */
final class LocalMachine implements Machine {
  private static final Duration SETTLING = Duration.ofSeconds(1);
  private static final String SEARCH_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** The JDK reports an end by signal as this plus the signal's number, as shells do. */
  private static final int SIGNAL_BASE = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "HUP", 2, "INT", 3, "QUIT", 6, "ABRT", 9, "KILL", 11, "SEGV", 13, "PIPE", 14, "ALRM",
          15, "TERM");

  private final String name;

  LocalMachine(String name) {
    this.name = name;
  }

  @Override
  public Reply run(Command command, Input input, Duration timeout) {
    Process process;
    try {
      process = builder(command).start();
    } catch (IOException e) {
      return new Reply.Unreachable("/bin/sh cannot be started here: " + e.getMessage());
    }
    var output = Capture.of(process.getInputStream());
    var errors = Capture.of(process.getErrorStream());
    var feed =
        Feed.start(input, new CommandInput(process.getOutputStream()), () -> killTree(process));
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        killTree(process);
        return new Reply.TimedOut(timeout);
      }
    } catch (InterruptedException e) {
      killTree(process);
      Thread.currentThread().interrupt();
      return new Reply.TimedOut(timeout);
    }
    return feed.broken()
        .<Reply>map(Reply.Lost::new)
        .orElseGet(() -> ended(process, output.settled(SETTLING), errors.settled(SETTLING)));
  }

  private static Reply ended(Process process, Capture output, Capture errors) {
    int status = process.exitValue();
    if (SIGNALS.containsKey(status - SIGNAL_BASE)) {
      return new Reply.Signalled(Objects.requireNonNull(SIGNALS.get(status - SIGNAL_BASE)));
    }
    var truncated =
        output.isTruncated() || errors.isTruncated() ? Reply.Truncated.YES : Reply.Truncated.NO;
    return new Reply.Exited(status, output.text(), errors.text(), truncated);
  }

  /** A shell stands in between so that a missing program is status 127 here as over SSH. */
  private static ProcessBuilder builder(Command command) {
    var words = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
    words.addAll(command.words());
    var home = System.getProperty("user.home");
    var user = System.getProperty("user.name");
    var builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                SEARCH_PATH,
                "HOME",
                home,
                "USER",
                user,
                "LOGNAME",
                user,
                "SHELL",
                "/bin/sh"));
    builder.directory(
        Files.isDirectory(Path.of(home)) ? Path.of(home).toFile() : Path.of("/").toFile());
    return builder;
  }

  /** Children that have made themselves daemons belong to nobody and stay, as over SSH. */
  private static void killTree(Process process) {
    var descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public Tunnel tunnel(InetSocketAddress target) {
    return new Tunnel() {
      @Override
      public InetSocketAddress address() {
        return target;
      }

      @Override
      public void close() {
        // Nothing was opened: the target is as near as can be.
      }
    };
  }

  @Override
  public ByteChannel unixSocket(String path, Duration timeout) throws IOException {
    return LocalSocket.connect(path, timeout);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() {
    // Nothing is kept open between two commands.
  }

  @Override
  public String toString() {
    return name;
  }
}
