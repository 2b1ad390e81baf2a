package dev.slipway.agent.metrics;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.metrics.Program.Reads;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Numbers that programs on the agent's machine write, each run anew for each reading.
 *
 * <p>A program leads a process group of its own, which {@code timeout} kills as a whole: a child
 * whose parent has gone is in it still. Should that hang too, the machine kills what it can see.
 */
final class CommandNumbers implements MetricSource {
  private static final String ONLY_PROGRAMS =
      "a command knows no metric by itself; give the metric a name of its own";

  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int SHOWN_MAX = 300;

  /** What is above belongs to those who start programs, and to signals. */
  private static final int STATUS_MAX = 125;

  private final Map<String, Program> programs;
  private final Machine here;
  private final Map<String, String> variables;
  private final Function<Instance, Optional<String>> addresses;
  private final InstantSource clock;

  CommandNumbers(
      List<Program> programs,
      Machine here,
      Map<String, String> variables,
      Function<Instance, Optional<String>> addresses,
      InstantSource clock) {
    this.programs = programs.stream().collect(Collectors.toMap(Program::name, one -> one));
    this.here = here;
    this.variables = Map.copyOf(variables);
    this.addresses = addresses;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "command";
  }

  @Override
  public Optional<String> objection(Question question) {
    if (!(question.measure() instanceof Measure.Custom(var name, var pointer))) {
      return Optional.of(ONLY_PROGRAMS);
    }
    Program program = programs.get(name);
    return program == null
        ? Optional.of(unknown(name))
        : missing(program).or(() -> mistaken(program, pointer));
  }

  private String unknown(String name) {
    return "the agent's own file names no command '%s' for this environment; %s"
        .formatted(
            name,
            programs.isEmpty()
                ? "it names none"
                : "it names " + String.join(", ", programs.keySet().stream().sorted().toList()));
  }

  private static Optional<String> missing(Program program) {
    Path file = Path.of(program.run().getFirst());
    return Files.isRegularFile(file) && Files.isExecutable(file)
        ? Optional.empty()
        : Optional.of("%s is no program that the agent may run".formatted(file));
  }

  private static Optional<String> mistaken(Program program, String pointer) {
    return program.reads() == Reads.STATUS && !pointer.isEmpty()
        ? Optional.of(
            "of command '%s' the status is read, and no pointer leads into it"
                .formatted(program.name()))
        : JsonNumber.objection(pointer);
  }

  @Override
  public boolean looksBack() {
    return true;
  }

  @Override
  public Watch watch(Question question) {
    return watch(question, Duration.ZERO);
  }

  @Override
  public Watch watch(Question question, Duration ago) {
    Instant began = clock.instant().minus(ago);
    return new Watch() {
      @Override
      public Reading read() {
        return objection(question)
            .<Reading>map(Reading.Failed::new)
            .orElseGet(() -> number(question, Duration.between(began, clock.instant())));
      }

      @Override
      public void close() {
        // Nothing is kept.
      }
    };
  }

  private Reading number(Question question, Duration elapsed) {
    if (!(question.measure() instanceof Measure.Custom(var name, var pointer))) {
      return new Reading.Failed(ONLY_PROGRAMS);
    }
    Program program = programs.get(name);
    if (program == null) {
      return new Reading.Failed(unknown(name));
    }
    Duration since = elapsed.compareTo(question.window()) < 0 ? elapsed : question.window();
    Command command = command(program, question, since);
    return reading(program, pointer, here.run(command, program.timeout().plus(GRACE)));
  }

  private Command command(Program program, Question question, Duration since) {
    var words = new ArrayList<String>();
    words.addAll(List.of("timeout", "-s", "KILL", seconds(program.timeout()), "env"));
    variables.forEach((key, value) -> words.add("%s=%s".formatted(key, value)));
    words.add(
        "SLIPWAY_INSTANCES=" + joined(question, one -> Optional.of(one.host() + "/" + one.slot())));
    words.add("SLIPWAY_ADDRESSES=" + joined(question, addresses));
    words.add("SLIPWAY_SECONDS=" + Math.max(1, since.toSeconds()));
    words.addAll(program.run());
    return new Command(words);
  }

  private static String seconds(Duration time) {
    return "%d.%03d".formatted(time.toSeconds(), time.toMillisPart());
  }

  private static String joined(Question question, Function<Instance, Optional<String>> text) {
    return question.instances().stream()
        .flatMap(instance -> text.apply(instance).stream())
        .collect(Collectors.joining(" "));
  }

  private static Reading reading(Program program, String pointer, Reply reply) {
    return switch (reply) {
      case Reply.Exited exited -> reading(program, pointer, exited);
      case Reply.Signalled(var signal) ->
          new Reading.Failed(
              "%s was ended by signal %s, as it is after %s"
                  .formatted(program.name(), signal, text(program.timeout())));
      case Reply.TimedOut _ ->
          new Reading.Failed(
              "%s did not end within %s".formatted(program.name(), text(program.timeout())));
      case Reply.Lost(var reason) -> new Reading.Failed(reason);
      case Reply.Unreachable(var reason) -> new Reading.Failed(reason);
      case Reply.IdentityRefused(var reason) -> new Reading.Failed(reason);
    };
  }

  private static String text(Duration time) {
    return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  private static Reading reading(Program program, String pointer, Reply.Exited exited) {
    int status = exited.status();
    if (status > STATUS_MAX) {
      return new Reading.Failed(
          "%s could not be run, status %d: '%s'"
              .formatted(program.name(), status, shown(exited.errors())));
    }
    return switch (program.reads()) {
      case STATUS -> new Reading.Value(status, OptionalLong.empty());
      case OUTPUT ->
          status == 0
              ? written(program, pointer, exited)
              : new Reading.Failed(
                  "%s exited with %d: '%s'"
                      .formatted(program.name(), status, shown(exited.errors())));
    };
  }

  private static Reading written(Program program, String pointer, Reply.Exited exited) {
    if (exited.truncated() == Reply.Truncated.YES) {
      return new Reading.Failed("%s writes more than 1 MiB".formatted(program.name()));
    }
    return exited.output().isBlank()
        ? new Reading.NoData("%s wrote nothing".formatted(program.name()))
        : new JsonNumber(pointer, CommandNumbers::shown).in(exited.output());
  }

  private static String shown(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + " …";
  }
}
