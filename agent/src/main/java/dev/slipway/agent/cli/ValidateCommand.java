package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.reading.Validation;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway validate}: every problem of a config repository at once. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = "Reads a whole config repository and prints every problem in it.",
    footer = {"", "Exit code: 0 all is well, 3 there are problems."})
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The directory that holds slipway.yaml.")
  private Path directory = Path.of(".");

  @Override
  public Integer call() {
    Validation.Report report = read();
    PrintWriter out = spec.commandLine().getOut();
    report.problems().forEach(out::println);
    out.printf("%d files, %d problems%n", report.files(), report.problems().size());
    return report.problems().isEmpty() ? ExitCode.OK : ExitCode.INVALID;
  }

  private Validation.Report read() {
    if (Files.notExists(directory)) {
      throw new Failure(
          ExitCode.INVALID,
          "%s does not exist; name the directory that holds slipway.yaml".formatted(directory));
    }
    if (!Files.isDirectory(directory)) {
      throw new Failure(
          ExitCode.INVALID,
          "%s is no directory; name the one that holds slipway.yaml".formatted(directory));
    }
    try {
      return Validation.directory(directory);
    } catch (UncheckedIOException e) {
      throw new Failure(
          ExitCode.INVALID,
          "%s cannot be read: %s; let your user read all of it".formatted(directory, e.getCause()));
    }
  }
}
