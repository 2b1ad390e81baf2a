package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control.Irreversible;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiClient.Reply;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What {@code rollback}, {@code abort}, {@code approve}, {@code retry} and the like share: they
 * ask, and say who and why.
 */
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
      description = "Who asks; NAME <EMAIL> for a revert commit (default: ${DEFAULT-VALUE}).",
      defaultValue = "${env:SUDO_USER:-${sys:user.name}}")
  private String who = "";

  private final String verb;

  ActCommand(String verb) {
    this.verb = verb;
  }

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    Target target = Answers.target(client, name);
    var by = new Person(who, why);
    out().println(Answers.valueOf(act(client, target, by)));
    out().flush();
    afterwards(client, target, by);
    return ExitCode.OK;
  }

  /** Asks for the act itself. */
  Reply<String> act(ApiClient client, Target target, Person by) {
    return client.act(target, verb, by);
  }

  /** What is left to do when the act itself was accepted. */
  void afterwards(ApiClient client, Target target, Person by) {}

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** {@code slipway rollback}. */
  @Command(
      name = "rollback",
      description =
          "Goes back to the former release at once, and holds the present one back until the branch"
              + " asks for another; then pushes a revert commit to the branch.",
      footer = {
        "",
        "Exit code 0 says that it goes back, whether or not a revert commit could be pushed:",
        "asking again would go back one release further."
      })
  static final class Rollback extends ActCommand {
    @Option(names = "--no-revert", description = "Leaves the branch alone.")
    private boolean noRevert;

    @Option(
        names = "--to",
        paramLabel = "VERSION|DIGEST",
        description = "One of the releases that were stable (default: the last one before).")
    private String to = "";

    @Option(
        names = "--cross-irreversible",
        description = "Goes back even behind a task that is marked irreversible.")
    private boolean crossIrreversible;

    Rollback() {
      super("rollback");
    }

    @Override
    Reply<String> act(ApiClient client, Target target, Person by) {
      return client.rollback(
          target,
          Optional.of(to).filter(name -> !name.isEmpty()),
          crossIrreversible ? Irreversible.CROSS : Irreversible.HEED,
          by);
    }

    @Override
    void afterwards(ApiClient client, Target target, Person by) {
      if (noRevert) {
        return;
      }
      switch (client.act(target, "revert", by)) {
        case Reply.Ok<String>(var text) -> out().println(text);
        case Reply.Refused<String>(var _, var reason) -> err().println("slipway: " + reason);
        case Reply.Unreachable<String>(var reason) ->
            err().println("slipway: no revert commit was pushed: " + reason);
      }
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

  /** {@code slipway approve}. */
  @Command(
      name = "approve",
      description = "Approves at the gate at which the rollout under way waits.",
      footer = {
        "",
        "Exit code: 0 it counts, 5 it does not, and why. Names are believed: whoever may use the",
        "agent's token may approve."
      })
  static final class Approve extends ActCommand {
    Approve() {
      super("approve");
    }
  }

  /** {@code slipway promote}. */
  @Command(
      name = "promote",
      description = "Lets the rollout under way go on: approves at a gate, and ends a pause.",
      footer = {"", "Exit code: 0 it counts or goes on, 5 it does not, and why."})
  static final class Promote extends ActCommand {
    Promote() {
      super("promote");
    }
  }

  /** {@code slipway retry}. */
  @Command(name = "retry", description = "Lets a release that failed be tried again.")
  static final class Retry extends ActCommand {
    Retry() {
      super("retry");
    }
  }

  /** {@code slipway adopt}. */
  @Command(
      name = "adopt",
      description = {
        "Takes over an application that runs already: says what it found, and makes what runs the"
            + " release to go back to. Nothing is restarted.",
        "From then on the wanted release is rolled out."
      },
      footer = {"", "Exit code: 0 it is adopted, 5 it cannot be, and why."})
  static final class Adopt extends ActCommand {
    Adopt() {
      super("adopt");
    }
  }

  /** {@code slipway forget}. */
  @Command(
      name = "forget",
      description =
          "Stops following an application that no environment lists any more, and says what of it"
              + " still runs where. Nothing is stopped, and its history stays in the journal.",
      footer = {"", "Exit code: 0 it is forgotten, 5 something still asks for it."})
  static final class Forget extends ActCommand {
    @Option(
        names = "--host",
        paramLabel = "HOST",
        description = "Only this host, which was taken out and is switched off, or is cleared.")
    private String host = "";

    Forget() {
      super("forget");
    }

    @Override
    Reply<String> act(ApiClient client, Target target, Person by) {
      return client.forget(target, Optional.of(host).filter(one -> !one.isEmpty()), by);
    }
  }
}
