package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goal: what a release is does not depend on the names of its roles, unless they tell them apart.
 *
 * <p>Method: digests of releases that differ in one thing; one of them was taken before there were
 * roles.
 */
class ReleaseTest {
  private static final Service SHOP = new Service.Systemd("shop.service");
  private static final Service WORKER = new Service.Systemd("worker.service");

  private static Release release(Map<String, Service> services) {
    return new Release(
        "shop", "1", Digest.of("files"), Map.of("A", "b"), services, List.of("log"), List.of());
  }

  private static Map<String, Service> inOrder(String first, String second) {
    var services = new LinkedHashMap<String, Service>();
    services.put(first, SHOP);
    services.put(second, WORKER);
    return services;
  }

  private static Application application(String... roles) {
    Duration second = Duration.ofSeconds(1);
    var health = new Health.Running(new Health.Timing(second, second, 1, Duration.ZERO, second));
    var drain = new DrainPolicy(second, DrainPolicy.OnTimeout.PROCEED);
    var slots = List.of(new Slot(Slot.CURRENT, OptionalInt.empty()));
    return new Application(
        "shop",
        "/srv/shop",
        Optional.empty(),
        Arrays.stream(roles).map(name -> new Role(name, slots, health, drain, second)).toList(),
        5);
  }

  @Test
  void theOnlyRoleMayBeCalledWhateverOneLikes() {
    assertThat(release(Map.of("web", SHOP)).digest())
        .isEqualTo(release(Map.of("shop", SHOP)).digest())
        .isEqualTo(new Digest("701a5d3f3972d55c29017bf3e2317fffc4253075c7bcf3fcee260a16507127d0"));
  }

  @Test
  void whatHappensToAUnitMakesAnotherReleaseUnlessItIsARestart() {
    var restarted = new Service.Systemd("shop.service", Service.OnActivate.RESTART);
    var reloaded = new Service.Systemd("shop.service", Service.OnActivate.RELOAD);
    var left = new Service.Systemd("shop.service", Service.OnActivate.NONE);

    assertThat(restarted).isEqualTo(new Service.Systemd("shop.service"));
    assertThat(Stream.of(restarted, reloaded, left).map(Service::canonical))
        .doesNotHaveDuplicates();
    assertThat(restarted.canonical()).doesNotContain("onActivate");
  }

  @Test
  void severalRolesAreToldApart() {
    Release both = release(inOrder("web", "worker"));

    assertThat(both.digest()).isNotEqualTo(release(inOrder("worker", "web")).digest());
    assertThat(both.digest()).isEqualTo(release(Map.of("worker", WORKER, "web", SHOP)).digest());
    assertThat(both.digest()).isNotEqualTo(release(Map.of("web", SHOP)).digest());
    assertThat(both.directory()).isEqualTo(release(Map.of("web", SHOP)).directory());
  }

  @Test
  void nothingRunsInARoleThatAReleaseDoesNotKnow() {
    Release release = release(Map.of("web", SHOP));

    assertThat(release.service("worker")).isEqualTo(new Service.None());
    assertThat(release.plays("worker")).isFalse();
    assertThat(release.plays("web")).isTrue();
  }

  @Test
  void whatWasJudgedIsJudgedStillUnderItsNewName() {
    Release old = release(Map.of("shop", SHOP));

    Release now = old.in(application("web", "worker"));

    assertThat(now.services()).containsExactly(Map.entry("web", SHOP));
    assertThat(now.id()).isEqualTo(old.id());
    assertThat(release(inOrder("web", "worker")).in(application("app", "worker")).services())
        .containsExactly(Map.entry("app", SHOP), Map.entry("worker", WORKER));
  }

  @Test
  void aRoleThatKeepsItsNameKeepsItsService() {
    Release old = release(Map.of("worker", WORKER));

    assertThat(old.in(application("web", "worker"))).isEqualTo(old);
    assertThat(old.in(application("worker"))).isEqualTo(old);
  }

  private static Release around(String hook, long hookSeconds, String task) {
    var run = new ArrayList<Task>();
    if (!task.isEmpty()) {
      run.add(
          new Task(
              task,
              Task.When.PRE_SYNC,
              "web",
              List.of("bin/migrate"),
              Duration.ofMinutes(1),
              true,
              false));
    }
    List<List<String>> hooks = hook.isEmpty() ? List.of() : List.of(List.of(hook));
    return release(Map.of("web", SHOP))
        .with(
            new Procedures(
                new Hooks(Map.of(Lifecycle.AFTER_INSTALL, hooks), Duration.ofSeconds(hookSeconds)),
                run));
  }

  @Test
  void whatIsRunAroundItMakesAnotherRelease() {
    assertThat(around("", 60, "").digest()).isEqualTo(release(Map.of("web", SHOP)).digest());
    assertThat(
            Set.of(
                around("", 60, "").digest(),
                around("a", 60, "").digest(),
                around("b", 60, "").digest(),
                around("", 60, "a").digest(),
                around("", 60, "b").digest()))
        .hasSize(5);
    assertThat(around("a", 60, "").digest()).isEqualTo(around("a", 61, "").digest());
  }

  @Test
  void onlyHooksMakeAnotherDirectory() {
    assertThat(around("", 60, "a").directory())
        .isEqualTo(release(Map.of("web", SHOP)).directory())
        .isNotEqualTo(around("a", 60, "").directory());
  }
}
