package dev.slipway.agent.manifest;

import dev.slipway.agent.schedule.windows.Admission;
import java.util.List;

/**
 * What a repository says about one application in one environment.
 *
 * <p>No manifest can say yet that something is not to run: what was taken out may have been taken
 * out by mistake, so it is missing, and left running.
 */
public sealed interface Wanted {
  /** Returns what it is about. */
  Target target();

  /**
   * This is to run.
   *
   * @param admission when its rollout may start
   * @param suspended hosts that it would run on if they were not in repair
   */
  record Deploy(Deployment deployment, Admission admission, List<String> suspended)
      implements Wanted {
    public Deploy {
      suspended = List.copyOf(suspended);
    }

    @Override
    public Target target() {
      return deployment.target();
    }
  }

  /** A file or branch is gone: what runs keeps running, and people are told. */
  record Missing(Target target, String reason) implements Wanted {}

  /** What is written is wrong: what runs keeps running, and people are told. */
  record Invalid(Target target, String branch, String revision, List<Problem> problems)
      implements Wanted {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
