package dev.slipway.agent.manifest;

import dev.slipway.agent.schedule.windows.Admission;
import java.util.List;
import java.util.Set;

/**
 * What a repository says about one application in one environment.
 *
 * <p>What was taken out of a file may have been taken out by mistake, so it is missing, and left
 * running. That nothing of it is to be there is said only of previews, and where {@code prune} asks
 * for it.
 */
public sealed interface Wanted {
  /** Returns what it is about. */
  Target target();

  /**
   * This is to run.
   *
   * @param admission when its rollout may start
   * @param suspended hosts that it would run on if they were not in repair
   * @param options what may be done beyond deploying it
   */
  record Deploy(
      Deployment deployment, Admission admission, List<String> suspended, Set<SyncOption> options)
      implements Wanted {
    public Deploy {
      suspended = List.copyOf(suspended);
      options = Set.copyOf(options);
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

  /** Nothing of it is to be there: what there is of it is taken away. */
  record Absent(Target target, String branch, String revision, Why why, String reason)
      implements Wanted {
    /** Returns one of which nothing is held any more. */
    public static Absent gone(Target target) {
      return new Absent(target, "", "", Why.GONE, "nothing asks for it any more");
    }
  }

  /** Why nothing of it is to be there. */
  enum Why {
    /** Its environment lists it no more, and prunes. */
    TAKEN_OUT,
    /** The branch of a preview was deleted. */
    GONE,
    /** Its branch was pushed too long ago. */
    EXPIRED,
    /** There are as many previews as there may be. */
    FULL
  }
}
