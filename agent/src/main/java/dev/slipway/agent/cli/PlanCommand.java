package dev.slipway.agent.cli;

import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiClient.PlanAnswer;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway plan}: what a rollout would do now. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a rollout to the wanted release would do now; changes nothing.")
final class PlanCommand implements Callable<Integer> {
  private static final Pattern VERB = Pattern.compile("(?m)^( {4,})(\\w+)");
  private static final Pattern HEADING = Pattern.compile("(?m)^(\\S.*)$");

  @Mixin private AgentOptions agent = new AgentOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "[[REPO/]ENV/]APP", description = "The application.")
  private String name = "";

  @Option(names = "-o", paramLabel = "FORMAT", description = "text (default) or json.")
  private Format format = Format.text;

  @Override
  public Integer call() {
    ApiClient client = agent.client();
    PlanAnswer plan = Answers.valueOf(client.plan(Answers.target(client, name)));
    spec.commandLine().getOut().print(format.write(plan.form(), coloured(plan.text())));
    return ExitCode.OK;
  }

  /** Colours on a terminal only; the plan's own text is never read as markup. */
  private String coloured(String plan) {
    if (!spec.commandLine().getColorScheme().ansi().enabled() || plan.contains("@|")) {
      return plan;
    }
    String verbs = VERB.matcher(plan).replaceAll("$1@|cyan $2|@");
    return Ansi.ON.string(HEADING.matcher(verbs).replaceAll("@|bold $1|@"));
  }
}
