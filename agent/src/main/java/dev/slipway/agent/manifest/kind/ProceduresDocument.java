package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * What is run around a release, as it is written.
 *
 * @param hooksAt where the hooks are described
 */
public record ProceduresDocument(Hooks hooks, Place hooksAt, List<Entry> tasks) {
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  public ProceduresDocument {
    tasks = List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param role empty for the first
   */
  public record Entry(
      Located name,
      Task.When phase,
      Optional<Located> role,
      List<String> run,
      Place runAt,
      Duration timeout,
      boolean rerunnable,
      boolean irreversible) {
    /** Returns the task as it runs in a role. */
    public Task in(String itsRole) {
      return new Task(name.text(), phase, itsRole, run, timeout, rerunnable, irreversible);
    }
  }

  static ProceduresDocument read(Fields spec) {
    List<Entry> tasks = spec.children("tasks").stream().map(ProceduresDocument::task).toList();
    var names = new HashMap<String, Place>();
    for (Fields task : spec.children("tasks")) {
      Located name = task.required("name");
      Place first = names.putIfAbsent(name.text(), name.place());
      if (first != null) {
        task.report(
            "name",
            "two tasks are called '%s', first at %s".formatted(name, first.mention()),
            "choose another");
      }
    }
    return new ProceduresDocument(
        spec.child("hooks").map(ProceduresDocument::hooks).orElse(Hooks.NONE),
        spec.place("hooks"),
        tasks);
  }

  private static Hooks hooks(Fields hooks) {
    var commands = new EnumMap<Lifecycle, List<List<String>>>(Lifecycle.class);
    for (Lifecycle moment : Lifecycle.values()) {
      commands.put(moment, hooks.commands(moment.text()));
    }
    return new Hooks(commands, hooks.positive("timeout", Hooks.NONE.timeout()));
  }

  private static Entry task(Fields task) {
    return new Entry(
        task.required("name"),
        task.text("phase").orElse("preSync").equals("postSync")
            ? Task.When.POST_SYNC
            : Task.When.PRE_SYNC,
        task.located("role"),
        task.words("run"),
        task.place("run"),
        task.positive("timeout", TIMEOUT),
        task.isTrue("rerunnable"),
        task.isTrue("irreversible"));
  }
}
