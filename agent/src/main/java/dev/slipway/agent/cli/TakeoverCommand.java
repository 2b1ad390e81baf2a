package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiClient.Reply;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway takeover}: a person says that the agent that hosts obey is gone for good. */
@Command(
    name = "takeover",
    mixinStandardHelpOptions = true,
    description =
        "Makes hosts and balancers obey this agent. Only for when the agent that they obey is gone"
            + " for good, for example with its state directory: two agents would undo each other.")
final class TakeoverCommand implements Callable<Integer> {
  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "[[REPO/]ENV/]APP",
      description = "The applications; all of them if left out.")
  private List<String> names = List.of();

  @Option(
      names = {"-m", "--message"},
      paramLabel = "WHY",
      description = "Why; recorded with your name.")
  private String why = "no reason given";

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    var by = new Person(System.getProperty("user.name", "unknown"), why);
    int exitCode = ExitCode.OK;
    for (Target target : targets(client)) {
      switch (client.act(target, "takeover", by)) {
        case Reply.Ok<String>(var text) -> spec.commandLine().getOut().println(text);
        case Reply.Refused<String>(var status, var reason) -> {
          spec.commandLine().getErr().println("slipway: " + reason);
          exitCode = ExitCode.ofStatus(status);
        }
        case Reply.Unreachable<String>(var reason) ->
            throw new Failure(ExitCode.UNREACHABLE, reason);
      }
    }
    return exitCode;
  }

  private List<Target> targets(ApiClient client) {
    List<ApplicationStatus> all = Answers.valueOf(client.status());
    List<ApplicationStatus> meant =
        names.isEmpty() ? all : names.stream().map(name -> Answers.find(all, name)).toList();
    return meant.stream()
        .map(one -> new Target(one.repository(), one.environment(), one.application()))
        .toList();
  }
}
