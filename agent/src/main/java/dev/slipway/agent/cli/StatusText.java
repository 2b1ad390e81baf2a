package dev.slipway.agent.cli;

import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.InstanceStatus;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import java.util.List;

/** Status as lines for people. */
final class StatusText {
  private final StringBuilder text = new StringBuilder();

  private StatusText() {}

  static String of(List<RepositoryStatus> repositories, List<ApplicationStatus> statuses) {
    var writer = new StatusText();
    repositories.forEach(repository -> writer.repository(repository, statuses));
    if (statuses.isEmpty()) {
      writer.line("no application is known yet");
    }
    statuses.forEach(writer::application);
    return writer.text.toString();
  }

  static String of(CommitStatus commit) {
    var writer = new StatusText();
    writer.line(
        "  commit %s  %s: %s"
            .formatted(
                abbreviated(commit.commit()),
                commit.ending().orElse("waiting"),
                commit.reason().replace("\n", "\n    ")));
    return writer.text.toString();
  }

  static String history(List<RolloutStatus> rollouts) {
    var writer = new StatusText();
    if (rollouts.isEmpty()) {
      writer.line("no rollout has ended yet");
    }
    rollouts.forEach(writer::rollout);
    return writer.text.toString();
  }

  /** What an application of the repository tells anyway is not said twice. */
  private void repository(RepositoryStatus repository, List<ApplicationStatus> statuses) {
    if (statuses.stream().noneMatch(one -> one.repository().equals(repository.name()))) {
      repository
          .conditions()
          .forEach(condition -> {
            line(repository.name());
            condition(condition);
          });
    }
  }

  private void application(ApplicationStatus status) {
    line(
        "%s  %s%s"
            .formatted(
                status.name(),
                status.phase(),
                status.revision().isEmpty()
                    ? ""
                    : "  %s@%s".formatted(status.branch(), abbreviated(status.revision()))));
    status.wanted().ifPresent(wanted -> line("  wanted  " + wanted));
    status.stable().ifPresent(stable -> line("  stable  " + stable));
    status.instances().forEach(this::instance);
    status.conditions().forEach(this::condition);
    status.rollout().ifPresent(this::rollout);
  }

  private void instance(InstanceStatus instance) {
    line(
        "  %-16s %-24s %-11s %s%s"
            .formatted(
                name(instance),
                instance.release().isEmpty() ? "-" : instance.release(),
                instance.health(),
                instance.traffic(),
                instance.weight() < 0 ? "" : " " + instance.weight() + "%"));
  }

  private static String name(InstanceStatus instance) {
    String place =
        instance.slot().equals("current")
            ? instance.host()
            : instance.host() + "/" + instance.slot();
    return instance.role().map(role -> "%s on %s".formatted(role, place)).orElse(place);
  }

  private void condition(Condition condition) {
    line("  ! %s: %s".formatted(condition.type(), condition.message().replace("\n", "\n    ")));
  }

  private void rollout(RolloutStatus rollout) {
    String end =
        rollout
            .ending()
            .orElse(
                "under way, step %d of %d".formatted(rollout.stepsDone(), rollout.stepsTotal()));
    line("  %s  to %s  %s: %s".formatted(rollout.id(), rollout.to(), end, rollout.reason()));
    rollout
        .cause()
        .filter(cause -> !cause.isBlank() && !cause.equals(rollout.reason()))
        .ifPresent(cause -> line("    because of: " + cause));
    if (!rollout.incomplete().isEmpty()) {
      line("    incomplete: " + String.join(", ", rollout.incomplete()));
    }
    rollout.log().lines().forEach(logged -> line("    | " + logged));
  }

  private static String abbreviated(String commit) {
    return commit.substring(0, Math.min(10, commit.length()));
  }

  private void line(String content) {
    text.append(content.stripTrailing()).append('\n');
  }
}
