package dev.slipway.agent.reconcile.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: as many rollouts of an environment run side by side as it says, and no more.
 *
 * <p>Method: threads that enter and stay, each with an application on a host of its own.
 */
final class GateTest {
  private final Gate gate = new Gate();
  private final Set<String> inside = new ConcurrentSkipListSet<>();
  private final CountDownLatch leave = new CountDownLatch(1);

  @AfterEach
  void letAllOut() {
    leave.countDown();
  }

  @Test
  void asManyEnterAsTheEnvironmentSays() {
    IntStream.range(0, 6).forEach(i -> enter(deployment("test", i, 2)));

    await().until(() -> inside.size() == 2 && gate.waiting("config", "test") == 4);
    leave.countDown();

    await().until(() -> inside.size() == 6);
  }

  @Test
  void aNewerCommitMayLetMoreIn() {
    enter(deployment("test", 1, 1));
    await().until(() -> inside.size() == 1);
    enter(deployment("test", 2, 1));
    await().until(() -> gate.waiting("config", "test") == 1);

    enter(deployment("test", 3, 2));

    await().untilAsserted(() -> assertThat(inside).containsExactly("test 1", "test 3"));
  }

  @Test
  void environmentsDoNotWaitForEachOther() {
    enter(deployment("test", 1, 1));
    enter(deployment("production", 1, 1));

    await().until(() -> inside.size() == 2);
  }

  private void enter(Deployment deployment) {
    Target target = deployment.target();
    Thread.ofVirtual()
        .start(() -> {
          try (var _ = gate.enter(deployment)) {
            inside.add(target.environment() + " " + target.application());
            leave.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static Deployment deployment(String environment, int number, int atOnce) {
    Deployment sample = Samples.started(Samples.ROLLOUT, Samples.NEW).deployment();
    return new Deployment(
        new Target("config", environment, String.valueOf(number)),
        sample.branch(),
        sample.revision(),
        fleet(sample.fleet().application().judged(), number),
        sample.release(),
        sample.strategy(),
        sample.ssh(),
        List.of(),
        sample.unreachableMax(),
        sample.onNewRevision(),
        atOnce,
        List.of());
  }

  private static Fleet fleet(Role role, int number) {
    var application =
        new Application(String.valueOf(number), "/srv", Optional.empty(), List.of(role), 5);
    var host = new Host("web", "10.0.0." + number, Optional.empty(), Reach.SSH, Map.of());
    return new Fleet("test", application, Map.of(role.name(), List.of(host)));
  }
}
