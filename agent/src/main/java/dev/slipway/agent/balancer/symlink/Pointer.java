package dev.slipway.agent.balancer.symlink;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The script on a host: it looks where the link points, and points it elsewhere. */
final class Pointer {
  private static final String RESOURCE = "symlink.sh";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern TOLD =
      Pattern.compile("(?m)^slipway (link|none|foreign|refused)(?: (.*))?$");

  private final Machine machine;
  private final String link;
  private final String script = script();

  Pointer(Machine machine, String link) {
    this.machine = machine;
    this.link = link;
  }

  /** What is at the link's place. */
  sealed interface Found {
    /** A link that points there, as it is written. */
    record To(String target) implements Found {}

    /** Nothing. */
    record Nothing() implements Found {}

    /** It is not as it must be, or cannot be changed, and this is why. */
    record Not(String reason) implements Found {}

    /** The host cannot be asked. */
    record Unreachable(String reason) implements Found {}
  }

  private static String script() {
    try (var in = Optional.ofNullable(Pointer.class.getResourceAsStream(RESOURCE)).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the agent's own files cannot be read", e);
    }
  }

  Found look() {
    return run("look", link);
  }

  /** Points the link there in one act, if it still is as it was found; empty is no link. */
  Found point(Optional<String> from, String to) {
    return run("point", link, from.orElse(""), to, UUID.randomUUID().toString());
  }

  /** Removes the link, if it still is as it was found. */
  Found remove(String from) {
    return run("remove", link, from);
  }

  private Found run(String... words) {
    var command = new String[words.length + 4];
    System.arraycopy(new String[] {"sh", "-c", script, RESOURCE}, 0, command, 0, 4);
    System.arraycopy(words, 0, command, 4, words.length);
    return switch (machine.run(Command.of(command), Input.NONE, PATIENCE)) {
      case Reply.Exited(var status, var output, var errors, var _) ->
          status == 0 ? found(output) : failed(status, errors);
      case Reply.Signalled(var signal) -> new Found.Unreachable("ended by " + signal);
      case Reply.TimedOut(var after) -> new Found.Unreachable("no answer in " + after);
      case Reply.Lost(var reason) -> new Found.Unreachable(reason);
      case Reply.Unreachable(var reason) -> new Found.Unreachable(reason);
      case Reply.IdentityRefused(var reason) -> new Found.Not(reason);
    };
  }

  private static Found failed(int status, String errors) {
    return new Found.Not(
        "the script on its host ended with status %d: %s".formatted(status, errors.strip()));
  }

  private Found found(String output) {
    var told = TOLD.matcher(output);
    if (!told.find()) {
      return new Found.Unreachable("the script was cut off: " + output.strip());
    }
    String detail = Optional.ofNullable(told.group(2)).orElse("");
    return switch (told.group(1)) {
      case "link" -> new Found.To(detail);
      case "none" -> new Found.Nothing();
      case "foreign" -> new Found.Not("%s is %s and no link; move it away".formatted(link, detail));
      default -> new Found.Not(detail);
    };
  }
}
