package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A step on one instance: on its host's files or its service. */
public sealed interface InstanceStep extends Step {
  /** Returns the instance that is touched. */
  Instance instance();

  /** The release lies complete and verified on the instance's host; nothing points at it yet. */
  record Stage(Instance instance, ReleaseId release) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "stage %s on %s".formatted(release, instance.host());
    }
  }

  /** The instance's link points at the release, and its environment is the release's. */
  record Activate(Instance instance, ReleaseId release) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "activate %s %s".formatted(release, naming.at(instance));
    }
  }

  /** The instance's link points where others had pointed it. */
  record Relink(Instance instance, String target) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "point %s back at %s".formatted(naming.of(instance), target);
    }
  }

  /** The instance has no link, as before the first release. */
  record Clear(Instance instance) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "clear %s".formatted(naming.of(instance));
    }
  }

  /** The service runs in a process that was started after the link was set. */
  record Start(Instance instance) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "start %s".formatted(naming.of(instance));
    }
  }

  /** The service does not run, and nothing of it is left. */
  record Stop(Instance instance) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "stop %s".formatted(naming.of(instance));
    }
  }

  /** The instance is healthy in one and the same process, for as long as its role asks. */
  record Prove(Instance instance) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "prove %s healthy".formatted(naming.of(instance));
    }
  }

  /** The release's task has ended well in this rollout; the release lies on the host already. */
  record Run(Instance instance, ReleaseId release, Task task) implements InstanceStep {
    @Override
    public String render(Naming naming) {
      return "run %s of %s on %s, at most %s%s: %s"
          .formatted(
              task.name(),
              release,
              instance.host(),
              Durations.text(task.timeout()),
              task.irreversible() ? ", irreversible" : "",
              String.join(" ", task.run()));
    }
  }

  /**
   * The commands of a moment in the life of a release ended well; they may run any number of times.
   *
   * @param binding whether their failure stops the lane; otherwise it is told and passed over
   */
  record Hook(
      Instance instance,
      ReleaseId release,
      Lifecycle moment,
      List<List<String>> commands,
      Duration timeout,
      boolean binding)
      implements InstanceStep {
    public Hook {
      commands = commands.stream().map(List::copyOf).toList();
    }

    @Override
    public String render(Naming naming) {
      return "run %s of %s %s, at most %s%s: %s"
          .formatted(
              moment.text(),
              release,
              naming.at(instance),
              Durations.text(timeout),
              binding ? "" : ", whatever comes of it",
              commands.stream()
                  .map(words -> String.join(" ", words))
                  .collect(Collectors.joining("; ")));
    }
  }
}
