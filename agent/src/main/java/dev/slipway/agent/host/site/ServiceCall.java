package dev.slipway.agent.host.site;

import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A release's service in one slot, as arguments and words of the script. */
sealed interface ServiceCall {

  /** It can be asked for. */
  record Ready(List<String> arguments, List<String> words) implements ServiceCall {
    public Ready {
      arguments = List.copyOf(arguments);
      words = List.copyOf(words);
    }
  }

  /** It cannot be asked for, and why. */
  record Refused(String reason) implements ServiceCall {}

  /** Fills the templates of the role's service for a slot. */
  static ServiceCall of(Place place, Slot slot, Release release) {
    return filled(() -> {
      var values = place.variables(slot, release);
      Service service = release.service(place.role().name());
      var arguments = new ArrayList<>(names(place, slot, release));
      arguments.addAll(place.part());
      arguments.addAll(kind(service, values));
      return checked(arguments, words(service, values));
    });
  }

  /** Fills the templates of every service that runs in what the slot's link points at. */
  static ServiceCall ofLink(Place place, Slot slot, Release release) {
    return filled(() -> {
      var arguments = new ArrayList<>(names(place, slot, release));
      var words = new ArrayList<String>();
      List<String> first = List.of("service=none");
      var units = new LinkedHashSet<String>();
      for (Role role : place.onLink(slot)) {
        Place other = place.as(role);
        var values = other.variables(other.slot(slot.name()), release);
        Service service = release.service(role.name());
        units.addAll(unitFiles(service, values));
        if (other.isFirst()) {
          first = kind(service, values);
        } else {
          words.addAll(other.part());
          words.addAll(kind(service, values));
        }
        words.addAll(words(service, values));
      }
      arguments.addAll(first);
      arguments.addAll(units);
      return checked(arguments, words);
    });
  }

  private static ServiceCall filled(Supplier<ServiceCall> call) {
    try {
      return call.get();
    } catch (IllegalArgumentException e) {
      // A template that names a variable without a value in this place.
      return new Refused(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> names(Place place, Slot slot, Release release) {
    var names = new ArrayList<String>();
    names.add("slot=" + slot.name());
    names.add("directory=" + release.directory());
    names.add("release=" + release.version() + "@" + release.digest());
    names.addAll(place.owner());
    return names;
  }

  private static List<String> kind(Service service, Map<String, String> values) {
    return switch (service) {
      case Service.Systemd(var unit, var onActivate, var _) ->
          List.of("service=" + word(onActivate), "unit=" + new Template(unit).fill(values));
      case Service.Commands _ -> List.of("service=commands");
      case Service.Detached _ -> List.of("service=process");
      case Service.None() -> List.of("service=none");
    };
  }

  /** Each as the name of a file of the release and that of the unit which it is for. */
  private static List<String> unitFiles(Service service, Map<String, String> values) {
    return service instanceof Service.Systemd systemd
        ? systemd.unitFiles().stream()
            .map(file ->
                "unitfile=%s/%s".formatted(file, new Template(systemd.unitOf(file)).fill(values)))
            .toList()
        : List.of();
  }

  private static String word(Service.OnActivate onActivate) {
    return switch (onActivate) {
      case RESTART -> "systemd";
      case RELOAD -> "reload";
      case NONE -> "linked";
    };
  }

  private static List<String> words(Service service, Map<String, String> values) {
    return switch (service) {
      case Service.Commands(var start, var stop, var status) ->
          Stream.of(
                  tagged("start", start, values),
                  tagged("stop", stop, values),
                  tagged("status", status, values))
              .flatMap(List::stream)
              .toList();
      case Service.Detached(var run) -> tagged("run", run, values);
      case Service.Systemd _, Service.None _ -> List.of();
    };
  }

  private static List<String> tagged(String tag, List<String> words, Map<String, String> values) {
    return words.stream().map(word -> tag + "=" + new Template(word).fill(values)).toList();
  }

  private static ServiceCall checked(List<String> arguments, List<String> words) {
    return Stream.concat(arguments.stream(), words.stream())
        .filter(word -> Names.CONTROL.matcher(word).find())
        .findFirst()
        .<ServiceCall>map(word ->
            new Refused(
                "'%s' holds a control character".formatted(ScriptReply.Text.printable(word))))
        .or(() ->
            Stream.concat(arguments.stream(), words.stream())
                .filter(word -> word.startsWith("unit=") || word.startsWith("unitfile="))
                .filter(word -> !Names.UNIT.matcher(word).matches())
                .findFirst()
                .map(word -> new Refused("'%s' is not the name of a unit".formatted(word))))
        .orElseGet(() -> new Ready(arguments, words));
  }

  /** What names must look like before anything is done with them. */
  final class Names {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern UNIT =
        Pattern.compile(
            "(unit=|unitfile=[A-Za-z0-9:_][A-Za-z0-9:_.@-]*/)"
                + "[A-Za-z0-9:_][A-Za-z0-9:_.@\\\\-]*\\.(service|target|socket|scope|timer)");

    private Names() {}
  }
}
