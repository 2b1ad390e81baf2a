package dev.slipway.agent.cli;

import dev.slipway.agent.cli.advise.AdviseCommand;
import dev.slipway.agent.cli.simulate.SimulateCommand;
import dev.slipway.agent.time.Waiter;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slipway}: the command that the others hang on. */
@Command(
    name = "slipway",
    mixinStandardHelpOptions = true,
    description = "A GitOps agent for the hosts people already have.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GenerateCompletion.class, HelpCommand.class})
public final class SlipwayCommand implements Runnable {
  private static final Pattern COLUMNS = Pattern.compile("[0-9]{1,6}");
  private static final int WIDTH_MIN = 55; // picocli refuses less
  private static final int WIDTH_MAX = 120;

  @Spec private CommandSpec spec = CommandSpec.create();

  private SlipwayCommand() {}

  /** Returns the whole command line. */
  public static CommandLine with(Starts starts, String version) {
    var line = new CommandLine(new SlipwayCommand());
    line.addSubcommand(new AgentCommand(starts));
    line.addSubcommand(new EdgeCommand(starts));
    line.addSubcommand(new ManifestCommand.Validate());
    line.addSubcommand(new ManifestCommand.Render());
    line.addSubcommand(new ManifestCommand.SetCommand());
    line.addSubcommand(new PlanCommand());
    line.addSubcommand(new StatusCommand(Waiter.system()));
    line.addSubcommand(new HistoryCommand());
    line.addSubcommand(new ActCommand.Rollback());
    line.addSubcommand(new ActCommand.Abort());
    line.addSubcommand(new ActCommand.Approve());
    line.addSubcommand(new ActCommand.Promote());
    line.addSubcommand(new ActCommand.Retry());
    line.addSubcommand(new ActCommand.Adopt());
    line.addSubcommand(new ActCommand.Forget());
    line.addSubcommand(new AcceptCommand());
    line.addSubcommand(new TakeoverCommand());
    line.addSubcommand(new ImportCommand());
    line.addSubcommand(AdviseCommand.line(failure(ExitCode.USAGE)));
    line.addSubcommand(new SimulateCommand(failure(ExitCode.USAGE), failure(ExitCode.INVALID)));
    line.addSubcommand(new LocalCommand.Doctor(starts));
    line.addSubcommand(new LocalCommand.Bootstrap(starts));
    line.addSubcommand(new LocalCommand.Init(starts));
    line.addSubcommand(new LocalCommand.Demo(starts));
    line.addSubcommand("version", new VersionCommand(version));
    line.getCommandSpec().version("slipway " + version);
    line.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().version("slipway " + version));
    // The writer that picocli makes never tells that a pipe was closed.
    line.setOut(new PrintWriter(System.out, true, System.out.charset()));
    line.setExecutionExceptionHandler((thrown, command, _) -> failed(thrown, command));
    return line;
  }

  /** Fits what is printed to the terminal that the environment tells of. */
  public static CommandLine fitting(CommandLine line, Map<String, String> environment) {
    if (environment.getOrDefault("TERM", "").equals("dumb")) {
      line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    if (COLUMNS.matcher(columns).matches()) {
      line.setUsageHelpWidth(Math.clamp(Integer.parseInt(columns), WIDTH_MIN, WIDTH_MAX));
    }
    return line;
  }

  private static Function<String, RuntimeException> failure(int exitCode) {
    return text -> new Failure(exitCode, text);
  }

  private static int failed(Exception thrown, CommandLine command) throws Exception {
    if (thrown instanceof RuntimeException defect) {
      return Failure.handle(defect, command);
    }
    throw thrown;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** {@code slipway version}. */
  @Command(name = "version", description = "Prints the version.")
  private static final class VersionCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();
    private final String version;

    VersionCommand(String version) {
      this.version = version;
    }

    @Override
    public void run() {
      spec.commandLine().getOut().println("slipway " + version);
    }
  }
}
