package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Goal: tasks stand before or after everything else in a plan, and nothing takes them back. Method:
 * plans of a described fleet, with and without tasks.
 */
class TasksTest {
  private static Task task(String name, Task.When phase, String role) {
    return new Task(name, phase, role, List.of("bin/" + name), Duration.ofMinutes(15), true, false);
  }

  private static Planning plan(Task... due) {
    return Roles.plan(
        Rolling.DEFAULT, List.of(Scene.of(2).situation()), List.of(due), _ -> Hooks.NONE);
  }

  private static Plan ready(Task... due) {
    return ((Planning.Ready) plan(due)).plan();
  }

  @Test
  void theyStandAroundEverythingElse() {
    Plan plain = ready();
    Plan plan =
        ready(task("warm", Task.When.POST_SYNC, "web"), task("migrate", Task.When.PRE_SYNC, "web"));

    assertThat(plan.phases()).hasSize(plain.phases().size() + 2);
    assertThat(plan.phases().subList(1, plan.phases().size() - 1)).isEqualTo(plain.phases());
    assertThat(plan.render())
        .contains(
            """
            task migrate, before anything restarts
              task migrate
                join stage web1
                run migrate of %s on web1, at most 15m: bin/migrate
            """
                .formatted(Scene.NEW))
        .endsWith(
            """
            task warm, after the release runs everywhere
              task warm
                join stage web1
                run warm of %s on web1, at most 15m: bin/warm
            """
                .formatted(Scene.NEW));
  }

  @Test
  void nothingTakesOneBack() {
    Lane lane =
        ready(task("migrate", Task.When.PRE_SYNC, "web")).phases().getFirst().lanes().getFirst();

    assertThat(lane.restore(lane.moves().size())).isEmpty();
  }

  @Test
  void oneWithoutAHostIsRefused() {
    assertThat(plan(task("migrate", Task.When.PRE_SYNC, "db")))
        .isEqualTo(
            new Planning.Refused(
                List.of("task 'migrate' needs a host of role 'db', and none can be reached")));
  }
}
