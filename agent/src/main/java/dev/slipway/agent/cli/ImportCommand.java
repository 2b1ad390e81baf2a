package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.ansible.AnsibleInventory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway import}: makes manifests of what other tools know. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = "Makes manifests of what other tools know.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ImportCommand.Inventory.class)
final class ImportCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code slipway import inventory}. */
  @Command(
      name = "inventory",
      mixinStandardHelpOptions = true,
      description = {
        "Prints an environment whose hosts are those of an Ansible inventory, INI or YAML.",
        "Variables in group_vars and host_vars beside it count too."
      },
      footer = {"", "Exit code: 0 all is well, 3 the inventory cannot be taken over."})
  static final class Inventory implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The inventory.")
    private Path file = Path.of("hosts");

    @Option(
        names = {"-e", "--environment"},
        paramLabel = "NAME",
        defaultValue = "production",
        description = "The name of the environment. Default: ${DEFAULT-VALUE}.")
    private String environment = "";

    @Option(
        names = {"-l", "--limit"},
        paramLabel = "GROUP",
        description = "Take only the hosts of this group.")
    private Optional<String> limit = Optional.empty();

    @Override
    public Integer call() {
      if (!NAME.matcher(environment).matches()) {
        throw new Failure(
            ExitCode.USAGE,
            "'%s' is no name for an environment; use a-z, 0-9 and -".formatted(environment));
      }
      return switch (AnsibleInventory.asEnvironment(file, environment, limit)) {
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
}
