package dev.slipway.agent.cli.advise;

import dev.slipway.strategies.advice.Advice;
import dev.slipway.strategies.advice.Advisor;
import dev.slipway.strategies.advice.Consultation;
import dev.slipway.strategies.advice.Decision;
import dev.slipway.strategies.advice.Question;
import dev.slipway.strategies.advice.Question.Choice;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code slipway advise}: which strategy suits, and why. */
@Command(
    name = "advise",
    mixinStandardHelpOptions = true,
    description = {
      "Recommends a strategy, says why and what it costs, and prints its manifest.",
      "In a terminal it asks what no option tells it. It changes nothing."
    },
    footer = {"", "slipway advise --goal=replace --apart=no >strategies/advised.yaml"})
public final class AdviseCommand implements Runnable {
  private static final int ATTEMPTS_MAX = 3;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Optional<Terminal> terminal;
  private final Function<String, RuntimeException> misuse;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--format"},
      paramLabel = "FORMAT",
      description = "text (default) or json.")
  private Output output = Output.text;

  @Option(names = "--tree", description = "Prints the tree of all questions, and asks none.")
  private boolean tree;

  @Option(names = "--table", description = "Prints what every strategy costs, and asks nothing.")
  private boolean table;

  private AdviseCommand(Optional<Terminal> terminal, Function<String, RuntimeException> misuse) {
    this.terminal = terminal;
    this.misuse = misuse;
  }

  /** How it is printed; the names are what people type. */
  @SuppressWarnings("MemberName") // picocli shows and reads the names of the constants
  enum Output {
    text,
    json
  }

  /**
   * Returns the command with an option for each question.
   *
   * @param misuse what is thrown at people whose options make no sense
   */
  public static CommandLine line(Function<String, RuntimeException> misuse) {
    return line(Terminal.ofThisProcess(), misuse);
  }

  static CommandLine line(Optional<Terminal> terminal, Function<String, RuntimeException> misuse) {
    var line = new CommandLine(new AdviseCommand(terminal, misuse));
    for (Question question : Question.values()) {
      line.getCommandSpec().addOption(option(question));
    }
    return line;
  }

  private static OptionSpec option(Question question) {
    return OptionSpec.builder("--" + question.word())
        .type(String.class)
        .paramLabel(words(question, "|"))
        .completionCandidates(question.choices().stream().map(Choice::word).toList())
        .description(question.text())
        .build();
  }

  private static String words(Question question, String between) {
    return question.choices().stream().map(Choice::word).collect(Collectors.joining(between));
  }

  @Override
  public void run() {
    spec.commandLine().getOut().print(answer());
    spec.commandLine().getOut().flush();
  }

  private String answer() {
    if (tree) {
      return TreeText.of(Decision.tree());
    }
    if (table) {
      return CostTable.text();
    }
    Advice advice = consulted(told());
    return switch (output) {
      case text -> AdviceText.of(advice);
      case json -> MAPPER.writeValueAsString(AdviceForm.of(advice)) + "\n";
    };
  }

  private Map<Question, Choice> told() {
    var told = new EnumMap<Question, Choice>(Question.class);
    for (Question question : Question.values()) {
      String typed = spec.findOption("--" + question.word()).getValue();
      if (typed != null) {
        told.put(question, chosen(question, typed));
      }
    }
    return told;
  }

  private Choice chosen(Question question, String typed) {
    return question
        .choice(typed)
        .orElseThrow(() ->
            misuse.apply(
                "'%s' is no answer to --%s; use one of %s"
                    .formatted(typed, question.word(), words(question, ", "))));
  }

  private Advice consulted(Map<Question, Choice> answers) {
    var advisor = new Advisor(Specs.built());
    while (true) {
      switch (advisor.consult(answers)) {
        case Consultation.Advises(var advice) -> {
          return advice;
        }
        case Consultation.Asks(var question) -> answers.put(question, asked(question));
      }
    }
  }

  private Choice asked(Question question) {
    return terminal
        .flatMap(person -> asked(person, question))
        .orElseThrow(() ->
            misuse.apply(
                "--%s is missing: %s Use one of %s"
                    .formatted(question.word(), question.text(), words(question, ", "))));
  }

  private static Optional<Choice> asked(Terminal person, Question question) {
    String prompt = prompt(question);
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Choice> answer = person.ask(prompt).flatMap(typed -> question.choice(typed.strip()));
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private static String prompt(Question question) {
    return question.choices().stream()
        .map(choice -> "  %-9s %s\n".formatted(choice.word(), choice.meaning()))
        .collect(Collectors.joining("", question.text() + "\n", "> "));
  }
}
