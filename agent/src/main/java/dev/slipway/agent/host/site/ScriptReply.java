package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the script answered, read out of everything that came from the machine. */
sealed interface ScriptReply {

  /** It ran to its end. */
  record Ended(Outcome outcome, String detail, List<String> lines) implements ScriptReply {
    public Ended {
      lines = List.copyOf(lines);
    }

    /** Returns what follows a key, of every line that begins with it. */
    List<String> values(String key) {
      return lines.stream()
          .filter(line -> line.startsWith(key + " "))
          .map(line -> line.substring(key.length() + 1))
          .toList();
    }
  }

  /** It does not lie there, or not unharmed; nothing was done. */
  record Absent() implements ScriptReply {}

  /** It cannot be told what it did. */
  record Silent(String reason) implements ScriptReply {}

  /** Nothing was begun. */
  record Unreachable(String reason) implements ScriptReply {}

  /** Nothing was begun, and asking again is no use: see {@link Reply.IdentityRefused}. */
  record IdentityRefused(String reason) implements ScriptReply {}

  /** How the script judged its own end. */
  enum Outcome {
    DONE,
    REFUSED,
    FAILED
  }

  /** Returns what this says of a change. */
  default Act act(long bytesSent) {
    return switch (this) {
      case Ended(var outcome, var detail, var _) ->
          switch (outcome) {
            case DONE -> new Act.Done(detail, bytesSent);
            case REFUSED -> new Act.Refused(detail);
            case FAILED -> new Act.Failed(detail, String.join("\n", ((Ended) this).values("log")));
          };
      case Absent() -> new Act.Unknown("the script was taken away while it was needed");
      case Silent(var reason) -> new Act.Unknown(reason);
      case Unreachable(var reason) -> new Act.Unreachable(reason);
      case IdentityRefused(var reason) -> new Act.IdentityRefused(reason);
    };
  }

  /** Reads the reply to a call whose lines begin with this word. */
  static ScriptReply read(Reply reply, String word) {
    return switch (reply) {
      case Reply.Exited(var status, var output, var errors, var _) ->
          lines(output, word).orElseGet(() -> silent(status, output, errors));
      case Reply.Signalled(var signal) -> new Silent("the script was ended by signal " + signal);
      case Reply.TimedOut(var after) ->
          new Silent("no answer within %d s".formatted(after.toSeconds()));
      case Reply.Lost(var reason) -> new Silent("the connection was lost: " + reason);
      case Reply.Unreachable(var reason) -> new Unreachable(reason);
      case Reply.IdentityRefused(var reason) -> new IdentityRefused(reason);
    };
  }

  private static Optional<ScriptReply> lines(String output, String word) {
    var lines = new ArrayList<String>();
    for (var line : output.split("\n", -1)) {
      if (line.equals(word + " absent")) {
        return Optional.of(new Absent());
      }
      if (line.startsWith(word + " end ")) {
        return Optional.of(ended(line.substring(word.length() + 5), lines));
      }
      if (line.startsWith(word + " ")) {
        lines.add(Text.printable(line.substring(word.length() + 1)));
      }
    }
    return Optional.empty();
  }

  private static ScriptReply ended(String text, List<String> lines) {
    var words = text.split(" ", 2);
    var detail = words.length > 1 ? Text.printable(words[1].strip()) : "";
    return switch (words[0]) {
      case "done" -> new Ended(Outcome.DONE, detail, lines);
      case "refused" -> new Ended(Outcome.REFUSED, detail, lines);
      case "failed" -> new Ended(Outcome.FAILED, detail, lines);
      default -> new Silent("the script ended with '%s'".formatted(Text.printable(text)));
    };
  }

  private static ScriptReply silent(int status, String output, String errors) {
    var said = (errors + "\n" + output).lines().filter(line -> !line.isBlank()).findFirst();
    return new Silent(
        "the script gave no answer (status %d); the login shell said '%s'"
            .formatted(status, said.map(Text::printable).map(Text::head).orElse("nothing")));
  }

  /** Text that came from elsewhere, made fit for people. */
  final class Text {
    private static final int HEAD = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private Text() {}

    static String printable(String text) {
      return CONTROL.matcher(text).replaceAll("?");
    }

    static String head(String text) {
      return text.length() <= HEAD ? text : text.substring(0, HEAD) + "…";
    }
  }
}
