package dev.slipway.agent.cli;

import dev.slipway.agent.cli.words.DurationWord;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.strategies.plan.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway status}: what runs where, and how the last rollout or a commit ended. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows what runs where and why.",
    footer = {
      "",
      "Exit code for one application: 0 succeeded, 10 rolled back, 11 aborted,",
      "12 superseded, 13 needs help; with --revision also 3 the commit is wrong,",
      "5 it cannot be done. 1 says that the time of --timeout was over before.",
      "",
      "After a push: slipway status -w --revision $(git rev-parse HEAD) APP"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofDays(36_500);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,40}");

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

  @Option(
      names = "--revision",
      paramLabel = "COMMIT",
      description =
          "Waits until it is known what became of this commit: its full name or a prefix of it.")
  private String revision = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      description = "How long to wait at most, for example 10m (default: for ever).")
  private Duration timeout = FOR_EVER;

  @Option(names = "-o", paramLabel = "FORMAT", description = "text (default) or json.")
  private Format format = Format.text;

  private final Waiter waiter;

  StatusCommand(Waiter waiter) {
    this.waiter = waiter;
  }

  /** One look at the agent: what to print, and the exit code as soon as there is one. */
  private record Look(String text, Optional<Integer> exitCode) {}

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    if (revision.isEmpty()) {
      return follow(() -> atRollouts(client));
    }
    if (name.isEmpty()) {
      throw new Failure(
          ExitCode.USAGE, "--revision is about one application; name it: [[REPO/]ENV/]APP");
    }
    String commit = commit();
    return follow(() -> atCommit(client, commit));
  }

  private String commit() {
    String commit = revision.toLowerCase(Locale.ROOT);
    if (!COMMIT.matcher(commit).matches()) {
      throw new Failure(
          ExitCode.USAGE,
          ("'%s' is no name of a commit: give 4 to 40 hex digits of it. The agent knows nothing of"
                  + " HEAD or of branches and tags here; git does: --revision $(git rev-parse %s)")
              .formatted(revision, revision));
    }
    return commit;
  }

  private int follow(Supplier<Look> look) {
    Duration start = waiter.uptime();
    String before = "";
    while (true) {
      Look now = look.get();
      if (!now.text().equals(before) && (watch || now.exitCode().isPresent())) {
        out().print(now.text());
        out().flush();
        before = now.text();
      }
      if (now.exitCode().isPresent()) {
        return now.exitCode().get();
      }
      if (out().checkError()) {
        return ExitCode.OK; // Nobody reads on, as after "| head".
      }
      if (waiter.uptime().minus(start).compareTo(timeout) >= 0) {
        throw new Failure(
            ExitCode.FAILED,
            "this is not over after %s:%n%s"
                .formatted(Durations.text(timeout), now.text().stripTrailing()));
      }
      waiter.await(TICK, new Signal());
    }
  }

  private Look atRollouts(ApiClient client) {
    List<ApplicationStatus> shown = select(Answers.valueOf(client.status()));
    List<RepositoryStatus> repositories =
        name.isEmpty() ? Answers.valueOf(client.repositories()) : List.of();
    String text = format.write(shown, StatusText.of(repositories, shown));
    if (name.isEmpty()) {
      return new Look(text, watch ? Optional.empty() : Optional.of(ExitCode.OK));
    }
    boolean over = !watch || isSettled(shown.getFirst());
    return new Look(text, over ? Optional.of(exitCode(shown.getFirst())) : Optional.empty());
  }

  private Look atCommit(ApiClient client, String commit) {
    List<ApplicationStatus> all = Answers.valueOf(client.status());
    boolean isWhole = name.chars().filter(letter -> letter == '/').count() == 2;
    if (isWhole && all.stream().noneMatch(one -> one.name().equals(name))) {
      var unknown = new CommitStatus(commit, Optional.empty(), name + " is not known yet");
      return new Look(format.write(unknown, StatusText.of(unknown)), Optional.empty());
    }
    ApplicationStatus found = Answers.find(all, name);
    var target = new Target(found.repository(), found.environment(), found.application());
    CommitStatus became = Answers.valueOf(client.commit(target, commit));
    String text = StatusText.of(List.of(), List.of(found)) + StatusText.of(became);
    return new Look(format.write(became, text), became.ending().map(ExitCode::ofEnding));
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
