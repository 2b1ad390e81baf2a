package dev.slipway.agent.cli;

import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway status}: what runs where, and how the last rollout ended. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs where and why.",
    footer = {
      "",
      "Exit code for one application: 0 succeeded, 10 rolled back, 11 aborted,",
      "12 superseded, 13 needs help."
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration TICK = Duration.ofSeconds(1);

  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "[[REPO/]ENV/]APP",
      description = "One application; all of them if left out.")
  private String name = "";

  @Option(
      names = {"-w", "--watch"},
      description = "Prints every change; for one application, ends when its rollout has ended.")
  private boolean watch;

  @Option(names = "-o", paramLabel = "FORMAT", description = "text (default) or json.")
  private Format format = Format.text;

  private final Waiter waiter;

  StatusCommand(Waiter waiter) {
    this.waiter = waiter;
  }

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    String before = "";
    while (true) {
      List<ApplicationStatus> shown = select(Answers.valueOf(client.status()));
      String text = format.write(shown, StatusText.of(repositories(client), shown));
      if (!text.equals(before)) {
        out().print(text);
        out().flush();
      }
      before = text;
      if (out().checkError()) {
        return ExitCode.OK; // Nobody reads on, as after "| head".
      }
      if (!watch || (!name.isEmpty() && isSettled(shown.getFirst()))) {
        return name.isEmpty() ? ExitCode.OK : exitCode(shown.getFirst());
      }
      waiter.await(TICK, new Signal());
    }
  }

  private List<RepositoryStatus> repositories(ApiClient client) {
    return name.isEmpty() ? Answers.valueOf(client.repositories()) : List.of();
  }

  private List<ApplicationStatus> select(List<ApplicationStatus> all) {
    return name.isEmpty() ? all : List.of(Answers.find(all, name));
  }

  private static boolean isSettled(ApplicationStatus status) {
    return status.phase() != Phase.PROGRESSING
        && status.phase() != Phase.UNKNOWN
        && status.rollout().flatMap(RolloutStatus::ended).isPresent();
  }

  private static int exitCode(ApplicationStatus status) {
    return status
        .rollout()
        .flatMap(RolloutStatus::ending)
        .map(ExitCode::ofEnding)
        .orElse(ExitCode.OK);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
