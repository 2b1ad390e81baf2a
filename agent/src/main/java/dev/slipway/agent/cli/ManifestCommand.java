package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.edit.ReleaseEdit;
import dev.slipway.agent.manifest.reading.Change;
import dev.slipway.agent.manifest.reading.Rendering;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.IOException;
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

  /** {@code slipway set}: changes a manifest in place. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = "Changes a manifest in place.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = SetRelease.class)
  static final class SetCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** {@code slipway set release}: what a build server writes when it has built. */
  @Command(
      name = "release",
      mixinStandardHelpOptions = true,
      description = {
        "Writes another release into apps/APP.yaml, keeps all else as it is, and prints what",
        "changed. What slipway validate would refuse is not written."
      },
      footer = {"", "Exit code: 0 it is written, 3 it is refused."})
  static final class SetRelease implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "APP", description = "The application.")
    private String application = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The new version.")
    private String version = "";

    @Parameters(
        index = "2",
        arity = "0..1",
        paramLabel = "DIR",
        description = "The directory that holds slipway.yaml. Default: this one.")
    private Path directory = Path.of(".");

    @Option(
        names = "--sha256",
        paramLabel = "HEX",
        description =
            "The digest of the new archive; needed unless the files are in the repository.")
    private Optional<String> sha256 = Optional.empty();

    @Option(names = "--url", paramLabel = "URL", description = "Where the new archive lies.")
    private Optional<String> url = Optional.empty();

    @Override
    public Integer call() {
      requireName("application", application);
      var edit = new ReleaseEdit(version, sha256, url);
      return switch (read(directory, () -> Change.ofRelease(directory, application, edit))) {
        case Parsed.Valid<Change>(var change) -> {
          write(directory.resolve(change.file()), change.after());
          change.diff().forEach(spec.commandLine().getOut()::println);
          yield ExitCode.OK;
        }
        case Parsed.Invalid<Change>(var problems) -> {
          problems.forEach(spec.commandLine().getErr()::println);
          yield ExitCode.INVALID;
        }
      };
    }

    private static void write(Path file, String text) {
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new Failure(
            ExitCode.INVALID,
            "%s cannot be written: %s; let your user write it".formatted(file, e.getMessage()));
      }
    }
  }

  /** Names become paths here, and no path leads out of the repository. */
  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Failure(
          ExitCode.USAGE, "'%s' is no name for an %s; use a-z, 0-9 and -".formatted(name, what));
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
