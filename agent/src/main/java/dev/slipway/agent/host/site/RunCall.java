package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

  /**
   * What is run, and what it is told besides the variables of a process.
   *
   * @param token the name by which the host remembers that it ran
   */
  record Order(
      String token, List<List<String>> commands, Duration timeout, Map<String, String> told) {
    private static final String INSTALL = "install";

    /** Returns what belongs to having the release on a host. */
    static Order install(Hooks hooks, Map<String, String> told) {
      return new Order(INSTALL, hooks.ofInstall(), hooks.timeout(), told);
    }

    /** Returns a task. */
    static Order of(Release release, Task task, Map<String, String> told) {
      return new Order(RunCall.token(release, task), List.of(task.run()), task.timeout(), told);
    }

    /** Returns the commands of a moment in the life of a release. */
    static Order of(Hooks hooks, Lifecycle moment, Map<String, String> told) {
      var more = new HashMap<>(told);
      more.put("SLIPWAY_HOOK", moment.text());
      return new Order(moment.text(), hooks.of(moment), hooks.timeout(), Map.copyOf(more));
    }
  }

  /** Returns what a step of a rollout tells the commands that it runs. */
  static Map<String, String> told(Occasion occasion) {
    return Map.of("SLIPWAY_ROLLOUT", occasion.rollout(), "SLIPWAY_STEP", occasion.step());
  }

  /** Returns the name by which a host remembers a run of a release's task. */
  static String token(Release release, Task task) {
    return task.name() + "-" + release.digest().abbreviated();
  }

  /** Returns the call that runs something in a release, with the variables of its first slot. */
  static RunCall of(Place place, Release release, Order order) {
    return of(place, place.role().slots().getFirst(), release, order);
  }

  /** Returns the call that runs something in a release, with the variables of a slot. */
  static RunCall of(Place place, Slot slot, Release release, Order order) {
    return switch (place.environment(slot, release)) {
      case Place.Furnished.Lacking(var reason) -> new Refused(reason);
      case Place.Furnished.With(var environment) -> {
        var arguments = new ArrayList<>(place.owner());
        arguments.add("directory=" + release.directory());
        arguments.add("release=" + release.id().version() + "@" + release.digest());
        arguments.add("token=" + order.token());
        SiteEnvironment told = environment.and(order.told()).and(place.told());
        arguments.add("environment=" + told.digest().hex());
        yield filled(
            arguments, order.commands(), place.variables(slot, release), told, order.timeout());
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
