package dev.slipway.agent.host.bootstrap;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** What came of a {@link Bootstrap} on a machine. */
public sealed interface Bootstrapped {

  /**
   * It ran to its end.
   *
   * @param said what was changed, or would be, and what is lacking; one line for each
   */
  record Ready(List<String> said) implements Bootstrapped {
    public Ready {
      said = List.copyOf(said);
    }

    /** Returns whether nothing was to be changed and nothing lacks. */
    public boolean isAsItShouldBe() {
      return said.isEmpty();
    }

    /** Returns whether nothing is left for people to do. */
    public boolean lacksNothing() {
      return said.stream().noneMatch(line -> line.startsWith("lacks: "));
    }
  }

  /** It did not run, or not to its end. */
  record Failed(String reason) implements Bootstrapped {}

  /** Who runs it. */
  enum As {
    /** The user who logs in. */
    LOGIN,
    /** Root, by {@code sudo -n}. */
    ROOT
  }

  /** Makes the machine ready. */
  static Bootstrapped apply(Bootstrap script, Machine machine, As as) {
    return switch (as) {
      case LOGIN -> run(script, machine, "sh", "-s", "--");
      case ROOT -> run(script, machine, "sudo", "-n", "--", "sh", "-s", "--");
    };
  }

  /** Says what would be changed, as far as the user who logs in can see; changes nothing. */
  static Bootstrapped check(Bootstrap script, Machine machine) {
    return run(script, machine, "sh", "-s", "--", "--check");
  }

  private static Bootstrapped run(Bootstrap script, Machine machine, String... words) {
    byte[] text = script.text().getBytes(StandardCharsets.UTF_8);
    var reply = machine.run(Command.of(words), out -> out.write(text), Duration.ofMinutes(5));
    return switch (reply) {
      case Reply.Exited(var _, var output, var errors, var _) -> read(output, errors);
      case Reply.Signalled(var signal) -> new Failed("it was ended by signal " + signal);
      case Reply.TimedOut(var after) ->
          new Failed("it did not end within %d s".formatted(after.toSeconds()));
      case Reply.Lost(var reason) -> new Failed("the connection was lost: " + reason);
      case Reply.Unreachable(var reason) -> new Failed(reason);
      case Reply.IdentityRefused(var reason) -> new Failed(reason);
    };
  }

  /** Only the last line, which counts, shows that it came to its end. */
  private static Bootstrapped read(String output, String errors) {
    var lines = output.lines().map(line -> line.replaceAll("\\p{Cntrl}", "?")).toList();
    if (!lines.isEmpty() && lines.getLast().matches("\\d+ (changed|to change), \\d+ lacking")) {
      return new Ready(
          lines.stream().filter(line -> line.matches("(changed|would change|lacks): .*")).toList());
    }
    var why =
        lines.stream()
            .filter(line -> line.startsWith("cannot: "))
            .findFirst()
            .or(() -> errors.lines().filter(line -> !line.isBlank()).findFirst())
            .orElse("it said nothing");
    return new Failed(why.replaceAll("\\p{Cntrl}", "?"));
  }
}
