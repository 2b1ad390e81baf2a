package dev.slipway.agent.cli;

import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.web.ApiClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code rollback}, {@code abort} and {@code retry} share: they ask, and say who and why. */
@Command(mixinStandardHelpOptions = true)
abstract class ActCommand implements Callable<Integer> {
  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "[[REPO/]ENV/]APP", description = "The application.")
  private String name = "";

  @Option(
      names = {"-m", "--message"},
      paramLabel = "WHY",
      description = "Why; recorded with your name.")
  private String why = "no reason given";

  @Option(
      names = "--as",
      paramLabel = "WHO",
      description = "Who asks (default: ${DEFAULT-VALUE}).",
      defaultValue = "${env:SUDO_USER:-${sys:user.name}}")
  private String who = "";

  private final String verb;

  ActCommand(String verb) {
    this.verb = verb;
  }

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    var by = new Person(who, why);
    spec.commandLine()
        .getOut()
        .println(Answers.valueOf(client.act(Answers.target(client, name), verb, by)));
    return ExitCode.OK;
  }

  /** {@code slipway rollback}. */
  @Command(
      name = "rollback",
      description =
          "Goes back to the former release at once, and holds the present one back until the branch"
              + " asks for another.")
  static final class Rollback extends ActCommand {
    Rollback() {
      super("rollback");
    }
  }

  /** {@code slipway abort}. */
  @Command(
      name = "abort",
      description = "Stops the rollout under way and goes back to the last stable release.")
  static final class Abort extends ActCommand {
    Abort() {
      super("abort");
    }
  }

  /** {@code slipway retry}. */
  @Command(name = "retry", description = "Lets a release that failed be tried again.")
  static final class Retry extends ActCommand {
    Retry() {
      super("retry");
    }
  }
}
