package dev.slipway.strategies.fleet;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** What is run around a release: on each host that gets it, and once per rollout. */
public record Procedures(Hooks hooks, List<Task> tasks) {
  /** Nothing is run. */
  public static final Procedures NONE = new Procedures(Hooks.NONE, List.of());

  public Procedures {
    tasks = List.copyOf(tasks);
    var names = new HashSet<String>();
    for (Task task : tasks) {
      if (!names.add(task.name())) {
        throw new IllegalArgumentException("two tasks are called '%s'".formatted(task.name()));
      }
    }
  }

  /** Describes them; a release that has none has the digest that it had before there were any. */
  void describe(Canonical text) {
    hooks.describe(text);
    tasks.forEach(task -> text.field("task", task.canonical()));
  }

  /**
   * Commands that belong to having a release on a host, under CodeDeploy's names.
   *
   * @param afterInstall run one after the other in the new release, before it counts as complete
   * @param timeout for all commands of a host together
   */
  public record Hooks(List<List<String>> afterInstall, Duration timeout) {
    /** No commands. */
    public static final Hooks NONE = new Hooks(List.of(), Duration.ofMinutes(10));

    public Hooks {
      afterInstall = afterInstall.stream().map(List::copyOf).toList();
      if (afterInstall.stream().anyMatch(words -> words.isEmpty() || words.getFirst().isBlank())) {
        throw new IllegalArgumentException("a command of afterInstall has no words");
      }
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException("hooks need a time above zero");
      }
    }

    /** Returns whether there is nothing to run. */
    public boolean isEmpty() {
      return afterInstall.isEmpty();
    }

    /** Describes the commands; how long they may take makes no other release. */
    void describe(Canonical text) {
      if (!isEmpty()) {
        text.field("afterInstall count", afterInstall.size());
        afterInstall.forEach(words -> text.list("afterInstall", words));
      }
    }
  }

  /**
   * A command that runs once per rollout, such as a migration of a database.
   *
   * @param role on whose first healthy host it runs
   * @param run its words; they may hold {@link Template} variables
   * @param timeout after which it is killed with all that it started
   * @param rerunnable whether it may simply run again after it was cut off
   * @param irreversible whether former releases cannot be trusted to work after it
   */
  public record Task(
      String name,
      When phase,
      String role,
      List<String> run,
      Duration timeout,
      boolean rerunnable,
      boolean irreversible) {
    public Task {
      run = List.copyOf(run);
      if (name.isBlank() || role.isBlank() || run.isEmpty() || run.getFirst().isBlank()) {
        throw new IllegalArgumentException("a task needs a name, a role and a command");
      }
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException("task '%s' needs a time above zero".formatted(name));
      }
    }

    /** When in a rollout a task runs, in Argo CD's words. */
    public enum When {
      /** Before anything is stopped or started. */
      PRE_SYNC("before anything restarts"),
      /** After the release runs everywhere. */
      POST_SYNC("after the release runs everywhere");

      private final String text;

      When(String text) {
        this.text = text;
      }

      /** Returns the moment in words. */
      public String text() {
        return text;
      }
    }

    /** Returns a text that is different for every two different tasks. */
    String canonical() {
      return new Canonical()
          .field("name", name)
          .field("phase", phase.name())
          .field("role", role)
          .list("run", run)
          .field("timeout", timeout)
          .field("rerunnable", rerunnable)
          .field("irreversible", irreversible)
          .toString();
    }
  }
}
