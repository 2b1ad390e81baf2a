package dev.slipway.agent.host.site;

import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** This machine, with a {@code sh} of the test's choice, which may be noisy or get killed. */
final class Shell implements Machine {
  private final Path programs;
  private final String greeting;
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile Optional<Duration> life = Optional.empty();

  private Shell(Path programs, String greeting) {
    this.programs = programs;
    this.greeting = greeting;
  }

  /** A machine whose {@code sh} is this shell. */
  static Shell of(Server shell, Path directory) {
    return of(shell, directory, "");
  }

  /** A machine that greets whoever logs in. */
  static Shell of(Server shell, Path directory, String greeting) {
    try {
      var programs = Files.createDirectories(directory.resolve("programs"));
      var applet = shell == Server.BUSYBOX ? " sh" : "";
      var sh = programs.resolve("sh");
      Files.writeString(sh, "#!/bin/sh\nexec %s%s \"$@\"\n".formatted(shell.require(), applet));
      Files.setPosixFilePermissions(sh, PosixFilePermissions.fromString("rwxr-xr-x"));
      return new Shell(programs, greeting);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills every script after so much time, but not what it has started. */
  void killAfter(Duration time) {
    life = Optional.of(time);
  }

  /** Kills everything that runs here, as the end of the machine would. */
  void killAll() {
    processes.forEach(process -> {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    });
  }

  @Override
  public Reply run(Command command, Input input, Duration timeout) {
    var line = "printf '%s' \"$GREETING\"; exec " + command.line();
    var builder = new ProcessBuilder(programs.resolve("sh").toString(), "-c", line);
    builder.environment().merge("PATH", programs.toString(), (old, own) -> own + ":" + old);
    builder.environment().put("GREETING", greeting);
    try {
      var process = builder.start();
      processes.add(process);
      life.ifPresent(time ->
          CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
              .execute(process::destroyForcibly));
      return reply(process, input, timeout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Reply reply(Process process, Input input, Duration timeout) {
    var output = read(process.getInputStream());
    var errors = read(process.getErrorStream());
    write(process, input);
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Reply.TimedOut(timeout);
      }
      int status = process.exitValue();
      return status > 128
          ? new Reply.Signalled("signal " + (status - 128))
          : new Reply.Exited(status, output.join(), errors.join(), Reply.Truncated.NO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Process process, Input input) {
    try (var out = process.getOutputStream()) {
      input.writeTo(out);
    } catch (IOException e) {
      // It reads as far as it wants.
    }
  }

  /** Each has a thread of its own: a call that holds a lock waits for another one's output. */
  private static CompletableFuture<String> read(InputStream in) {
    return CompletableFuture.supplyAsync(() -> text(in), Thread::startVirtualThread);
  }

  private static String text(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public Tunnel tunnel(InetSocketAddress target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ByteChannel unixSocket(String path, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "shell";
  }

  @Override
  public void close() {}
}
