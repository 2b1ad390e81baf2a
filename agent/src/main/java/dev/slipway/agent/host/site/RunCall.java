package dev.slipway.agent.host.site;

import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Commands of a release that end by themselves, as arguments and words of the script. */
sealed interface RunCall {

  /**
   * They can be run.
   *
   * @param words each behind the number of its command
   * @param environment the variables, which go where no list of arguments shows them
   */
  record Ready(List<String> arguments, List<String> words, String environment, Duration timeout)
      implements RunCall {
    public Ready {
      arguments = List.copyOf(arguments);
      words = List.copyOf(words);
    }
  }

  /** They cannot be run, and why. */
  record Refused(String reason) implements RunCall {}

  /** Returns the call for what belongs to having the release on a host. */
  static RunCall afterInstall(Place place, Release release) {
    var hooks = release.procedures().hooks();
    return of(place, release, "afterInstall", hooks.afterInstall(), hooks.timeout());
  }

  /** Returns the call for a task. */
  static RunCall of(Place place, Release release, Task task) {
    return of(place, release, token(release, task), List.of(task.run()), task.timeout());
  }

  /** Returns the name by which a host remembers a run of a release's task. */
  static String token(Release release, Task task) {
    return task.name() + "-" + release.digest().abbreviated();
  }

  private static RunCall of(
      Place place, Release release, String token, List<List<String>> commands, Duration timeout) {
    Slot slot = place.role().slots().getFirst();
    return switch (place.environment(slot, release)) {
      case Place.Furnished.Lacking(var reason) -> new Refused(reason);
      case Place.Furnished.With(var environment) -> {
        var arguments = new ArrayList<>(place.owner());
        arguments.add("directory=" + release.directory());
        arguments.add("release=" + release.id().version() + "@" + release.digest());
        arguments.add("token=" + token);
        arguments.add("environment=" + environment.digest().hex());
        yield filled(arguments, commands, place.variables(slot, release), environment, timeout);
      }
    };
  }

  private static RunCall filled(
      List<String> arguments,
      List<List<String>> commands,
      Map<String, String> values,
      SiteEnvironment environment,
      Duration timeout) {
    try {
      return checked(new Ready(arguments, words(commands, values), environment.text(), timeout));
    } catch (IllegalArgumentException e) {
      // A template that names a variable without a value in this place.
      return new Refused(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> words(List<List<String>> commands, Map<String, String> values) {
    var words = new ArrayList<String>();
    for (int i = 0; i < commands.size(); i++) {
      for (String word : commands.get(i)) {
        words.add("%d=%s".formatted(i + 1, new Template(word).fill(values)));
      }
    }
    return words;
  }

  private static RunCall checked(Ready ready) {
    return ready.words().stream()
        .filter(word -> Words.CONTROL.matcher(word).find())
        .findFirst()
        .<RunCall>map(word ->
            new Refused(
                "'%s' holds a control character".formatted(ScriptReply.Text.printable(word))))
        .orElse(ready);
  }

  /** What words must not hold. */
  final class Words {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private Words() {}
  }
}
