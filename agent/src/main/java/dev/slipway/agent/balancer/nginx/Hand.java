package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.nginx.Processes.Duty;
import dev.slipway.agent.balancer.nginx.Processes.Worker;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.host.SshSettings.Become;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The script on the machine of an nginx: it looks at processes and the file, and changes it. */
final class Hand {
  private static final String RESOURCE = "nginx.sh";
  private static final Duration PATIENCE = Duration.ofSeconds(50);
  private static final int SHOWN_MAX = 500;
  private static final Pattern MASTER =
      Pattern.compile("(?m)^slipway master ([0-9]{1,9}) ([0-9]{1,18}) ([0-9]{1,18})$");
  private static final Pattern WORKER =
      Pattern.compile("(?m)^slipway worker ([0-9]{1,9}) ([0-9]{1,18}) (working|leaving)$");
  private static final String FILE = "slipway file\n";
  private static final Pattern END =
      Pattern.compile("(?m)^slipway end (done|refused)(?: (.*?))?\\s*$");

  private final Machine machine;
  private final BalancerSpec.Nginx spec;
  private final Become become;
  private final String script;

  Hand(Machine machine, BalancerSpec.Nginx spec, Become become) {
    this.machine = machine;
    this.spec = spec;
    this.become = become;
    this.script = script(RESOURCE);
  }

  /** Returns a script that the agent brings along. */
  static String script(String name) {
    try (var in = Optional.ofNullable(Hand.class.getResourceAsStream(name)).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the agent's own files cannot be read", e);
    }
  }

  /** What came of it. */
  sealed interface Done<T> {
    /** It was done, and this is what it showed. */
    record With<T>(T found) implements Done<T> {}

    /** It was not, and this is what to answer. */
    record Not<T>(Answer answer) implements Done<T> {}
  }

  /**
   * What lies there, and who runs.
   *
   * @param processes empty if no worker was known or its master is not there
   * @param file empty if there is none
   */
  record Sight(Optional<Processes> processes, Optional<OwnedFile> file) {}

  /** Shows the file and, of the nginx that a worker belongs to, the processes. */
  Done<Sight> look(int worker) {
    var command =
        Command.of("sh", "-c", script, "nginx.sh", "look", spec.file(), String.valueOf(worker));
    return switch (run(command, Input.NONE)) {
      case Done.Not<String>(var answer) -> new Done.Not<>(answer);
      case Done.With<String>(var output) -> new Done.With<>(sight(output));
    };
  }

  /**
   * Makes this the file, and waits until all workers that take requests are new; what cannot be so
   * is undone before it is answered.
   */
  Done<String> change(OwnedFile file, int master) {
    var words =
        new ArrayList<>(
            List.of("sh", "-c", script, "nginx.sh", "change", spec.file(), "" + master));
    words.add(become.name().toLowerCase(Locale.ROOT));
    spec.config().ifPresent(config -> words.addAll(List.of("-c", config)));
    byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
    var ran = run(new Command(words), out -> out.write(bytes));
    return ran instanceof Done.With<String>(var output) ? ended(output) : ran;
  }

  /** Returns the lines of the whole configuration that may be about Slipway, with their files. */
  Done<String> configuration() {
    var words = new ArrayList<>(List.of("sh", "-c", script, "nginx.sh", "owner", spec.file()));
    words.add(become.name().toLowerCase(Locale.ROOT));
    spec.config().ifPresent(config -> words.addAll(List.of("-c", config)));
    var ran = run(new Command(words), Input.NONE);
    return ran instanceof Done.With<String>(var output) ? ended(output) : ran;
  }

  /** Waits until all workers that take requests are younger than this one. */
  Done<String> awaitYounger(Processes processes, int worker) {
    var command =
        Command.of(
            "sh",
            "-c",
            script,
            "nginx.sh",
            "await",
            spec.file(),
            String.valueOf(processes.master()),
            String.valueOf(processes.born(worker)));
    var ran = run(command, Input.NONE);
    return ran instanceof Done.With<String>(var output) ? ended(output) : ran;
  }

  private static Done<String> ended(String output) {
    var end = END.matcher(output);
    if (!end.find()) {
      return new Done.Not<>(new Answer.Unreachable("the script was cut off: " + shown(output)));
    }
    return end.group(1).equals("done")
        ? new Done.With<>(output)
        : new Done.Not<>(new Answer.Refused(shown(String.valueOf(end.group(2)))));
  }

  private Done<String> run(Command command, Input input) {
    return switch (machine.run(command, input, PATIENCE)) {
      case Reply.Exited(var status, var output, var _, var cut)
          when status == 0 && cut == Reply.Truncated.NO ->
          new Done.With<>(output);
      case Reply.Exited(var status, var _, var errors, var _) ->
          new Done.Not<>(
              new Answer.Refused(
                  "the script on its machine ended with status %d: %s"
                      .formatted(status, shown(errors))));
      case Reply.Signalled(var signal) -> unreachable("ended by " + signal);
      case Reply.TimedOut(var after) -> unreachable("no answer in " + after);
      case Reply.Lost(var reason) -> unreachable(reason);
      case Reply.Unreachable(var reason) -> unreachable(reason);
      case Reply.IdentityRefused(var reason) -> new Done.Not<>(new Answer.Refused(reason));
    };
  }

  private static Done<String> unreachable(String reason) {
    return new Done.Not<>(new Answer.Unreachable(reason));
  }

  private static Sight sight(String output) {
    int at = output.indexOf(FILE);
    String lines = at < 0 ? output : output.substring(0, at);
    return new Sight(
        processes(lines),
        at < 0
            ? Optional.empty()
            : Optional.of(new OwnedFile(output.substring(at + FILE.length()))));
  }

  private static Optional<Processes> processes(String lines) {
    var master = MASTER.matcher(lines);
    if (!master.find()) {
      return Optional.empty();
    }
    var workers =
        WORKER
            .matcher(lines)
            .results()
            .map(found ->
                new Worker(
                    Integer.parseInt(found.group(1)),
                    Long.parseLong(found.group(2)),
                    Duty.valueOf(found.group(3).toUpperCase(Locale.ROOT))))
            .toList();
    return Optional.of(
        new Processes(
            Integer.parseInt(master.group(1)),
            Long.parseLong(master.group(2)),
            Long.parseLong(master.group(3)),
            workers));
  }

  /** Returns what others said, fit to be shown. */
  static String shown(String text) {
    var line = text.strip().replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + " …";
  }
}
