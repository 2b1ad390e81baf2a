package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program run to its end by a test: where, with which arguments and environment. */
public record Program(Path directory, Map<String, String> environment, List<String> command) {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  public Program {
    environment = Map.copyOf(environment);
    command = List.copyOf(command);
  }

  /** How a program ended, with standard output and standard error as one text. */
  public record Ended(int status, String output) {}

  /** A program in the current directory with the environment of the tests. */
  public static Program of(Object... command) {
    return new Program(Path.of("").toAbsolutePath(), Map.of(), words(command));
  }

  public Program in(Path where) {
    return new Program(where, environment, command);
  }

  public Program with(Map<String, String> variables) {
    return new Program(directory, variables, command);
  }

  /** Runs the program, which must end with status 0, and returns what it printed. */
  public String output() {
    var ended = run();
    if (ended.status() != 0) {
      throw new AssertionError(
          "%s ended with status %d:%n%s"
              .formatted(String.join(" ", command), ended.status(), ended.output()));
    }
    return ended.output();
  }

  /** Runs the program, whatever its status. */
  public Ended run() {
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true).environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(await(process), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int await(Process process) {
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end within " + TIMEOUT);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + command + " was running", e);
    }
  }

  private static List<String> words(Object... command) {
    var words = new ArrayList<String>();
    for (var word : command) {
      words.add(word.toString());
    }
    return words;
  }
}
