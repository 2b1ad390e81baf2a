package dev.slipway.agent.e2e.world;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.status.Condition;
import java.time.Duration;
import java.util.Optional;

/** A window of a {@link World} that is always shut, and what is said of windows. */
public final class Freeze {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The window, as it stands in an environment. */
  public static final String SHUT =
      "syncWindows: [{kind: deny, schedule: \"0 0 * * *\", duration: 25h}]";

  private Freeze() {}

  /** Shuts the window, and waits until the agent knows. */
  public static void shut(World world) {
    awaitJudged(world, world.environment(SHUT).redescribe("Freeze"));
  }

  /** Takes the window away, and waits until the agent knows. */
  public static void thaw(World world) {
    awaitJudged(world, world.environment("").redescribe("Thaw"));
  }

  private static void awaitJudged(World world, String commit) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> world.status().judged().equals(Optional.of(commit)));
  }

  /** Waits until this is said of a window. */
  public static void awaitWindow(World world, String reason) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> world.status().conditions().stream().anyMatch(one -> is(one, reason)));
  }

  private static boolean is(Condition condition, String reason) {
    return condition.type().equals("Window") && condition.reason().equals(reason);
  }
}
