package dev.slipway.agent.host.site;

import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what the script says of a place. */
final class SightingReader {
  private static final String SLOT = "slot ";

  private SightingReader() {}

  /** Reads a look; the slots are given by the names that the script has for them. */
  static Sighting sighting(ScriptReply reply, Map<String, String> slots) {
    return switch (reply) {
      case ScriptReply.Ended ended when ended.outcome() == ScriptReply.Outcome.DONE ->
          seen(ended, slots);
      case ScriptReply.Ended(var _, var detail, var _) -> new Sighting.Unreachable(detail);
      case ScriptReply.Absent() -> new Sighting.Unreachable("the script was taken away");
      case ScriptReply.Silent(var reason) -> new Sighting.Unreachable(reason);
      case ScriptReply.Unreachable(var reason) -> new Sighting.Unreachable(reason);
      case ScriptReply.IdentityRefused(var reason) -> new Sighting.IdentityRefused(reason);
    };
  }

  static ProcessSighting process(ScriptReply reply) {
    return switch (reply) {
      case ScriptReply.Ended ended when ended.outcome() == ScriptReply.Outcome.DONE ->
          process(ended.values("process"));
      case ScriptReply.Ended(var _, var detail, var _) -> new ProcessSighting.Unknown(detail);
      case ScriptReply.Absent() -> new ProcessSighting.Unknown("the script was taken away");
      case ScriptReply.Silent(var reason) -> new ProcessSighting.Unknown(reason);
      case ScriptReply.Unreachable(var reason) -> new ProcessSighting.Unknown(reason);
      case ScriptReply.IdentityRefused(var reason) -> new ProcessSighting.IdentityRefused(reason);
    };
  }

  static String log(ScriptReply reply) {
    return reply instanceof ScriptReply.Ended ended ? String.join("\n", ended.values("log")) : "";
  }

  static OptionalLong free(ScriptReply reply) {
    return reply instanceof ScriptReply.Ended ended
        ? first(ended.values("free")).map(SightingReader::bytes).orElse(OptionalLong.empty())
        : OptionalLong.empty();
  }

  private static Sighting seen(ScriptReply.Ended ended, Map<String, String> slots) {
    var found = bySlot(ended.lines());
    var seen = new HashMap<String, SlotSeen>();
    slots.forEach((name, slot) -> seen.put(slot, slot(found.getOrDefault(name, List.of()))));
    return new Sighting.Seen(
        seen, Set.copyOf(ended.values("release")), first(ended.values("epoch")).orElse(""));
  }

  private static Map<String, List<String>> bySlot(List<String> lines) {
    var found = new HashMap<String, List<String>>();
    var current = new ArrayList<String>();
    for (var line : lines) {
      if (line.startsWith(SLOT)) {
        current = new ArrayList<>();
        found.put(line.substring(SLOT.length()), current);
      } else {
        current.add(line);
      }
    }
    return found;
  }

  private static SlotSeen slot(List<String> lines) {
    var ended = new ScriptReply.Ended(ScriptReply.Outcome.DONE, "", lines);
    return new SlotSeen(
        occupant(ended),
        first(ended.values("environment")).map(Digest::new).orElse(SiteEnvironment.NONE),
        lines.isEmpty()
            ? new ProcessSighting.Stopped("nothing lies here")
            : process(ended.values("process")));
  }

  private static Occupant occupant(ScriptReply.Ended ended) {
    return first(ended.values("link"))
        .map(target ->
            first(ended.values("known"))
                .flatMap(SightingReader::release)
                .<Occupant>map(Occupant.Known::new)
                .orElseGet(() -> new Occupant.Foreign(target)))
        .orElseGet(Occupant.None::new);
  }

  private static Optional<ReleaseId> release(String text) {
    int at = text.lastIndexOf('@');
    return at < 1
        ? Optional.empty()
        : Optional.of(new ReleaseId(text.substring(0, at), new Digest(text.substring(at + 1))));
  }

  private static ProcessSighting process(List<String> said) {
    var words = first(said).orElse("unknown the script said nothing").split(" ", 2);
    var rest = words.length > 1 ? words[1].strip() : "";
    return switch (words[0]) {
      case "running" -> running(rest.split(" "));
      case "stopped" -> new ProcessSighting.Stopped(rest);
      default -> new ProcessSighting.Unknown(rest);
    };
  }

  private static ProcessSighting running(String[] words) {
    return words.length == 3
        ? new ProcessSighting.Running(words[0], Integer.parseInt(words[1]), origin(words[2]))
        : new ProcessSighting.Unknown("the script said " + String.join(" ", words));
  }

  private static Origin origin(String word) {
    return switch (word) {
      case "recorded" -> Origin.RECORDED;
      case "former" -> Origin.FORMER;
      default -> Origin.OTHER;
    };
  }

  private static OptionalLong bytes(String kibibytes) {
    return kibibytes.matches("[0-9]{1,15}")
        ? OptionalLong.of(Long.parseLong(kibibytes) * 1024)
        : OptionalLong.empty();
  }

  private static Optional<String> first(List<String> values) {
    return values.stream().findFirst();
  }
}
