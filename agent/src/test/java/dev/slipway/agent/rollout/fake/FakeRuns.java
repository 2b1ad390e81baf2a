package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.Act;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import java.util.ArrayList;
import java.util.List;

/** The commands that ran on a {@link FakeHost}; one whose first word is {@code false} fails. */
final class FakeRuns {
  private final List<String> tasks = new ArrayList<>();
  private final List<String> hooks = new ArrayList<>();

  Act run(Release release, Task task) {
    tasks.add(name(release, task));
    return ended(List.of(task.run()));
  }

  Act run(Release release, Lifecycle moment) {
    hooks.add(moment.text() + " of " + release.version());
    return ended(release.procedures().hooks().of(moment));
  }

  private static Act ended(List<List<String>> commands) {
    return commands.stream().anyMatch(words -> words.getFirst().equals("false"))
        ? new Act.Failed("it ended with status 1", "cannot do it")
        : new Act.Done("ran", 0);
  }

  /** Returns whether the last task was this one; those that fail are no concern of this. */
  boolean hasRun(Release release, Task task) {
    return !tasks.isEmpty() && tasks.getLast().equals(name(release, task));
  }

  private static String name(Release release, Task task) {
    return task.name() + " of " + release.version();
  }

  /** Returns every hook that ran, in their order. */
  List<String> hooks() {
    return List.copyOf(hooks);
  }
}
