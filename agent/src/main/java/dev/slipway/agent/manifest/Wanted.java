package dev.slipway.agent.manifest;

import dev.slipway.agent.schedule.windows.Admission;
import java.util.List;

/**
 * What a repository says about one application in one environment.
 *
 * <p>What was taken out of a file may have been taken out by mistake, so it is missing, and left
 * running. Only of a preview is it said that nothing of it is to be there.
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

  /** Nothing of a preview is to be there: what there is of it is removed. */
  record Absent(Target target, String branch, String revision, Why why, String reason)
      implements Wanted {
    /** Returns one of which nothing is held any more. */
    public static Absent gone(Target target) {
      return new Absent(target, "", "", Why.GONE, "nothing asks for it any more");
    }
  }

  /** Why nothing of a preview is to be there. */
  enum Why {
    /** Its branch was deleted. */
    GONE,
    /** Its branch was pushed too long ago. */
    EXPIRED,
    /** There are as many previews as there may be. */
    FULL
  }
}
