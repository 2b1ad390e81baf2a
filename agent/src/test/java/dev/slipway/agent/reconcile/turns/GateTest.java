package dev.slipway.agent.reconcile.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
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

  @Test
  void twoApplicationsInOneBackendNeverEnterTogetherWhateverTheyCallTheBalancer() {
    enter(deployment("test", 1, 9, List.of(front("front", "/run/haproxy.sock", "be_shop"))));
    await().until(() -> inside.size() == 1);
    enter(deployment("test", 2, 9, List.of(front("other", "/run/haproxy.sock", "be_shop"))));
    await().until(() -> gate.waiting("config", "test") == 1);

    enter(deployment("test", 3, 9, List.of(front("front", "/run/haproxy.sock", "be_else"))));
    enter(deployment("test", 4, 9, List.of(front("front", "/run/another.sock", "be_shop"))));

    await().untilAsserted(() -> assertThat(inside).containsExactly("test 1", "test 3", "test 4"));
    leave.countDown();
    await().until(() -> inside.size() == 4);
  }

  private static Deployment.Front front(String name, String socket, String backend) {
    return new Deployment.Front(
        "web", new BalancerSpec.Haproxy(name, List.of(), socket), new Route(backend, Map.of()));
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
    return deployment(environment, number, atOnce, List.of());
  }

  private static Deployment deployment(
      String environment, int number, int atOnce, List<Deployment.Front> fronts) {
    Deployment sample = Samples.started(Samples.ROLLOUT, Samples.NEW).deployment();
    return new Deployment(
        new Target("config", environment, String.valueOf(number)),
        sample.branch(),
        sample.revision(),
        fleet(sample.fleet().application().judged(), number),
        sample.release(),
        sample.strategy(),
        sample.ssh(),
        fronts,
        sample.unreachableMax(),
        sample.onNewRevision(),
        atOnce,
        List.of(),
        Optional.empty());
  }

  private static Fleet fleet(Role role, int number) {
    var application =
        new Application(String.valueOf(number), "/srv", Optional.empty(), List.of(role), 5);
    var host = new Host("web", "10.0.0." + number, Optional.empty(), Reach.SSH, Map.of());
    return new Fleet("test", application, Map.of(role.name(), List.of(host)));
  }
}
