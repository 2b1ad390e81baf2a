package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.reading.Rendering;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands on a config repository in a plain directory; they need no agent. */
final class ManifestCommand {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private ManifestCommand() {}

  /** {@code slipway validate}: every problem of a config repository at once. */
  @Command(
      name = "validate",
      mixinStandardHelpOptions = true,
      description = "Reads a whole config repository and prints every problem in it.",
      footer = {"", "Exit code: 0 all is well, 3 there are problems."})
  static final class Validate implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "The directory that holds slipway.yaml.")
    private Path directory = Path.of(".");

    @Override
    public Integer call() {
      Validation.Report report = read(directory, () -> Validation.directory(directory));
      PrintWriter out = spec.commandLine().getOut();
      report.problems().forEach(out::println);
      out.printf("%d files, %d problems%n", report.files(), report.problems().size());
      return report.problems().isEmpty() ? ExitCode.OK : ExitCode.INVALID;
    }
  }

  /** {@code slipway render}: an application as an environment has it. */
  @Command(
      name = "render",
      mixinStandardHelpOptions = true,
      description = {
        "Prints an application as an environment has it: with the project's defaults under it,",
        "the environment's patch and variables over it, and every default written out."
      },
      footer = {"", "Exit code: 0 all is well, 3 there are problems."})
  static final class Render implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "APP", description = "The application.")
    private String application = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "DIR",
        description = "The trunk: the directory that holds slipway.yaml. Default: this one.")
    private Path directory = Path.of(".");

    @Option(
        names = {"-e", "--environment"},
        paramLabel = "NAME",
        required = true,
        description = "The environment.")
    private String environment = "";

    @Option(
        names = "--branch",
        paramLabel = "DIR",
        description = "The branch, if it is not the trunk: the directory that holds apps/.")
    private Optional<Path> branch = Optional.empty();

    @Override
    public Integer call() {
      requireName("application", application);
      requireName("environment", environment);
      Path apps = requireDirectory(branch.orElse(directory));
      return switch (read(
          directory, () -> Rendering.directories(directory, apps, environment, application))) {
        case Parsed.Valid<String>(var text) -> {
          text.lines().forEach(spec.commandLine().getOut()::println);
          yield ExitCode.OK;
        }
        case Parsed.Invalid<String>(var problems) -> {
          problems.forEach(spec.commandLine().getErr()::println);
          yield ExitCode.INVALID;
        }
      };
    }
  }

  /** Names become paths here, and no path leads out of the repository. */
  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Failure(
          ExitCode.USAGE, "'%s' is no name of an %s; use a-z, 0-9 and -".formatted(name, what));
    }
  }

  private static Path requireDirectory(Path directory) {
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
    return directory;
  }

  private static <T> T read(Path directory, Supplier<T> reader) {
    requireDirectory(directory);
    try {
      return reader.get();
    } catch (UncheckedIOException e) {
      throw new Failure(
          ExitCode.INVALID,
          "%s cannot be read: %s; let your user read all of it".formatted(directory, e.getCause()));
    }
  }
}
