package dev.slipway.agent.host.site.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Site.Ran;
import dev.slipway.agent.host.site.SiteScene;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Goal: commands of a release run only where it lies, and what came of them is told and remembered.
 *
 * <p>Method: the commands {@code true} and {@code false}, as a task and as a hook.
 */
public abstract class RunsContract extends SiteScene {
  /** The moment that the hooks of these tests are for. */
  protected static final Lifecycle MOMENT = Lifecycle.VALIDATE_SERVICE;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Override
  protected final String linkedByHand(Slot slot) {
    throw new AssertionError("no run needs a link");
  }

  /** Returns a release with one hook. */
  protected final Release hooked(String version, String... command) {
    return hooked(version, MINUTE, command);
  }

  /** Returns a release with one hook, which has so much time. */
  protected final Release hooked(String version, Duration timeout, String... command) {
    var hooks = new Hooks(Map.of(MOMENT, List.of(List.of(command))), timeout);
    return release(version).with(new Procedures(hooks, List.of()));
  }

  /** Puts a release on the host. */
  protected final Release staged(Release release) {
    assertThat(site().stage(release, artifact(release.version()))).isInstanceOf(Act.Done.class);
    return release;
  }

  private static Task task(String name, String command) {
    return new Task(name, Task.When.PRE_SYNC, "web", List.of(command), MINUTE, true, false);
  }

  @Test
  void aHookRunsAsOftenAsOneLikes() {
    Release release = staged(hooked("1", "true"));

    assertThat(site().run(CURRENT, release, MOMENT)).isInstanceOf(Act.Done.class);
    assertThat(site().run(CURRENT, release, MOMENT)).isInstanceOf(Act.Done.class);
  }

  @Test
  void oneThatFailsIsTold() {
    Release release = staged(hooked("1", "false"));

    assertThat(site().run(CURRENT, release, MOMENT)).isInstanceOf(Act.Failed.class);
  }

  @Test
  void aReleaseThatIsNotThereRunsNothing() {
    staged(release("1"));
    Release other = hooked("2", "true");

    assertThat(site().run(CURRENT, other, MOMENT)).isInstanceOf(Act.Refused.class);
    assertThat(site().run(other, task("migrate", "true"))).isInstanceOf(Act.Refused.class);
  }

  @Test
  void whatCameOfATaskIsKnownUntilTheNextAndWhateverHooksRun() {
    Release release = staged(hooked("1", "true"));
    Task migrate = task("migrate", "true");
    assertThat(site().ran(release, migrate)).isEqualTo(Ran.NOT);

    assertThat(site().run(release, migrate)).isInstanceOf(Act.Done.class);
    site().run(CURRENT, release, MOMENT);

    assertThat(site().ran(release, migrate)).isEqualTo(Ran.WELL);
    assertThat(site().ran(release, task("warm", "true"))).isEqualTo(Ran.NOT);
    site().run(release, task("warm", "true"));
    assertThat(site().ran(release, migrate)).isEqualTo(Ran.NOT);
  }

  @Test
  void aTaskThatFailsIsTold() {
    assertThat(site().run(staged(release("1")), task("migrate", "false")))
        .isInstanceOf(Act.Failed.class);
  }
}
