package dev.slipway.agent.cli;

import dev.slipway.agent.reconcile.Control.Person;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway accept}: a person says that rewritten history is meant. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = "Accepts the rewritten history of a branch, which stops deployments until then.")
final class AcceptCommand implements Callable<Integer> {
  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "REPO", description = "The repository's name.")
  private String repository = "";

  @Parameters(index = "1", paramLabel = "BRANCH", description = "The branch.")
  private String branch = "";

  @Override
  public Integer call() {
    var by = new Person(System.getProperty("user.name", "unknown"), "accepted");
    spec.commandLine()
        .getOut()
        .println(Answers.valueOf(agent.client().accept(repository, branch, by)));
    return ExitCode.OK;
  }
}
