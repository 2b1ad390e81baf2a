package dev.slipway.agent.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that need no agent to be running. */
abstract class LocalCommand implements Callable<Integer> {
  @Spec protected CommandSpec spec = CommandSpec.create();
  protected final Starts starts;

  LocalCommand(Starts starts) {
    this.starts = starts;
  }

  /** {@code slipway doctor}. */
  @Command(
      name = "doctor",
      mixinStandardHelpOptions = true,
      description = "Checks Git, hosts, balancers, permissions and the clock; says what to mend.")
  static final class Doctor extends LocalCommand {
    @Mixin private AgentOptions agent = new AgentOptions();

    Doctor(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.doctor(agent.read(), spec.commandLine().getOut());
    }
  }

  /** {@code slipway demo}. */
  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      description = "Shows deployments on this machine: four hosts, a proxy, an agent, and load.")
  static final class Demo extends LocalCommand {
    @Option(names = "--once", description = "Runs through without waiting, then ends.")
    private boolean once;

    Demo(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.demo(
          once ? Starts.Ending.ONCE : Starts.Ending.STAY, spec.commandLine().getOut());
    }
  }

  /** {@code slipway init}. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = "Makes a working config repository to start from.")
  static final class Init extends LocalCommand {
    @Parameters(paramLabel = "DIR", description = "A directory that does not exist yet.")
    private Path directory = Path.of(".");

    Init(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.init(directory, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
  }
}
