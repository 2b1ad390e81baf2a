package dev.slipway.agent.cli;

import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway history}: the rollouts of an application. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Lists the rollouts of an application, the newest first.")
final class HistoryCommand implements Callable<Integer> {
  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "[[REPO/]ENV/]APP", description = "The application.")
  private String name = "";

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  @Option(names = "-o", paramLabel = "FORMAT", description = "text (default) or json.")
  private Format format = Format.text;

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    List<RolloutStatus> rollouts =
        Answers.valueOf(client.history(Answers.target(client, name), limit));
    spec.commandLine().getOut().print(format.write(rollouts, StatusText.history(rollouts)));
    return ExitCode.OK;
  }
}
