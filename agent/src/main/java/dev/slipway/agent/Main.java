package dev.slipway.agent;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of every way to run Slipway: the agent, the edge proxy and the command line. */
@Command(
    name = "slipway",
    description = "A GitOps agent for the hosts people already have.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = GenerateCompletion.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private final CommandLine commands = new CommandLine(this);

  private Main() {}

  /** Runs the command that the arguments name and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new Main().commands.execute(arguments));
  }

  @Override
  public void run() {
    commands.usage(commands.getOut());
  }

  /** The version that the build wrote into the manifest of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"slipway " + (version == null ? "(not packaged)" : version)};
    }
  }
}
