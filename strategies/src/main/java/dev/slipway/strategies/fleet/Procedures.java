package dev.slipway.strategies.fleet;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

  /** A moment in the life of a release on a host, under CodeDeploy's names and in its order. */
  public enum Lifecycle {
    /** The instance is about to get no new requests. */
    BEFORE_BLOCK_TRAFFIC("beforeBlockTraffic", true),
    /** The instance has no requests any more. */
    AFTER_BLOCK_TRAFFIC("afterBlockTraffic", true),
    /** The service is about to be stopped. */
    APPLICATION_STOP("applicationStop", true),
    /** The release's files lie there, and nothing of them was run. */
    BEFORE_INSTALL("beforeInstall", false),
    /** The release is about to count as complete. */
    AFTER_INSTALL("afterInstall", false),
    /** The service was started. */
    APPLICATION_START("applicationStart", false),
    /** The instance was proven healthy. */
    VALIDATE_SERVICE("validateService", false),
    /** The instance is about to get requests. */
    BEFORE_ALLOW_TRAFFIC("beforeAllowTraffic", false),
    /** The instance gets requests. */
    AFTER_ALLOW_TRAFFIC("afterAllowTraffic", false);

    private final String text;
    private final boolean leaving;

    Lifecycle(String text, boolean leaving) {
      this.text = text;
      this.leaving = leaving;
    }

    /** Returns the name that CodeDeploy gave it, which manifests and journals use. */
    public String text() {
      return text;
    }

    /** Returns whether it is a moment of the release that makes way for another. */
    public boolean isLeaving() {
      return leaving;
    }
  }

  /**
   * Commands of a release that run on each host at moments of its life there.
   *
   * @param commands run one after the other; a moment without any is left out
   * @param timeout for all commands of one moment on one host together
   */
  public record Hooks(Map<Lifecycle, List<List<String>>> commands, Duration timeout) {
    /** No commands. */
    public static final Hooks NONE = new Hooks(Map.of(), Duration.ofMinutes(10));

    public Hooks {
      commands = copy(commands);
      commands.forEach(Hooks::requireWords);
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException("hooks need a time above zero");
      }
    }

    private static Map<Lifecycle, List<List<String>>> copy(
        Map<Lifecycle, List<List<String>>> commands) {
      var copy = new EnumMap<Lifecycle, List<List<String>>>(Lifecycle.class);
      commands.forEach((moment, all) -> {
        if (!all.isEmpty()) {
          copy.put(moment, all.stream().map(List::copyOf).toList());
        }
      });
      return Collections.unmodifiableMap(copy);
    }

    private static void requireWords(Lifecycle moment, List<List<String>> commands) {
      if (commands.stream().anyMatch(words -> words.isEmpty() || words.getFirst().isBlank())) {
        throw new IllegalArgumentException("a command of %s has no words".formatted(moment.text()));
      }
    }

    /** Returns whether there is nothing to run. */
    public boolean isEmpty() {
      return commands.isEmpty();
    }

    /** Returns the commands of a moment; none if nothing is to be run then. */
    public List<List<String>> of(Lifecycle moment) {
      return commands.getOrDefault(moment, List.of());
    }

    /** Returns what is run while the release is brought to a host, in its order. */
    public List<List<String>> ofInstall() {
      return Stream.of(Lifecycle.BEFORE_INSTALL, Lifecycle.AFTER_INSTALL)
          .flatMap(moment -> of(moment).stream())
          .toList();
    }

    /** Describes the commands; how long they may take makes no other release. */
    void describe(Canonical text) {
      commands.forEach((moment, all) -> {
        text.field(moment.text() + " count", all.size());
        all.forEach(words -> text.list(moment.text(), words));
      });
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
