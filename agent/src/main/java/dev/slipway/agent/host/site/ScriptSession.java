package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Calls the script for one directory of one machine, and sends it there when it is missing. */
final class ScriptSession {
  // The script itself gives up on the lock after 120 s.
  private static final Duration LOCK = Duration.ofSeconds(130);
  private static final Duration INSTALL = Duration.ofMinutes(2);

  private final HostScript script;
  private final Machine machine;
  private final String base;
  private final Become become;

  ScriptSession(HostScript script, Machine machine, String base, Become become) {
    this.script = script;
    this.machine = machine;
    this.base = base;
    this.become = become;
  }

  Machine machine() {
    return machine;
  }

  /** Makes a change. */
  Act change(Call call) {
    return answer(call).act(0);
  }

  /** Calls the script, which lies there afterwards. */
  ScriptReply answer(Call call) {
    var first = run(call);
    if (!(first instanceof ScriptReply.Absent)) {
      return first;
    }
    return switch (install()) {
      case ScriptReply.Ended(var outcome, var _, var _) when outcome == ScriptReply.Outcome.DONE ->
          run(call);
      case ScriptReply other -> other;
    };
  }

  /** Asks the script, and leaves nothing behind where it does not lie. */
  ScriptReply ask(Call call) {
    var first = run(call);
    if (!(first instanceof ScriptReply.Absent)) {
      return first;
    }
    var word = word();
    var words = new ArrayList<>(List.of("sh", "-s", "--"));
    words.addAll(arguments(word, call));
    return ScriptReply.read(
        machine.run(new Command(words), out -> out.write(script.bytes()), call.time()), word);
  }

  /** Calls the script where it lies, and does not send it. */
  ScriptReply run(Call call) {
    var word = word();
    var words = new ArrayList<>(List.of("sh", "-c", HostScript.RUN, "slipway"));
    words.add(base + "/.slipway/" + script.name());
    words.add(script.digest().hex());
    words.addAll(arguments(word, call));
    return ScriptReply.read(
        machine.run(new Command(words), call.input(), call.time().plus(LOCK)), word);
  }

  private List<String> arguments(String word, Call call) {
    var words = new ArrayList<>(List.of(word, call.verb(), "base=" + base));
    words.add("become=" + becomeWord());
    words.addAll(call.arguments());
    words.add("--");
    words.addAll(call.words());
    return words;
  }

  private ScriptReply install() {
    var word = word();
    var command =
        Command.of(
            "sh",
            "-c",
            HostScript.INSTALL,
            "slipway",
            word,
            base,
            script.name(),
            script.digest().hex(),
            becomeWord());
    return ScriptReply.read(machine.run(command, out -> out.write(script.bytes()), INSTALL), word);
  }

  private String becomeWord() {
    return become.name().toLowerCase(Locale.ROOT);
  }

  /** A word that nothing else on the machine prints or names a file with. */
  private static String word() {
    return "slipway-" + UUID.randomUUID();
  }
}
