package dev.slipway.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slipway agent}: the daemon. */
@Command(
    name = "agent",
    mixinStandardHelpOptions = true,
    description = "Runs the agent until it is told to stop.")
final class AgentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private AgentOptions agent = new AgentOptions();
  private final Starts starts;

  AgentCommand(Starts starts) {
    this.starts = starts;
  }

  @Override
  public Integer call() {
    return starts.agent(agent.read(), spec.commandLine().getErr());
  }
}
