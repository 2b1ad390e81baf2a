package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.ReleaseStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an agent whose state directory is gone knows from {@code slipway/status} what was stable,
 * what is held back and which numbers were used, and believes it only as far as commits do.
 *
 * <p>Method: real deployments to two local hosts; the state directory is deleted while the agent is
 * stopped, and the hosts are taken over by the new store.
 */
final class JournalLostTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Behaviour BROKEN = new Behaviour.WillNotStart();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String STATUS = "refs/heads/slipway/status";

  private static final int KEPT_RELEASES = 5;
  private static final Role ROLE =
      new Role(
          "web",
          List.of(new Slot("current", OptionalInt.empty())),
          new Health.Running(
              new Health.Timing(
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1),
                  1,
                  Duration.ZERO,
                  Duration.ofSeconds(9))),
          new DrainPolicy(Duration.ofSeconds(1), DrainPolicy.OnTimeout.PROCEED),
          Duration.ofSeconds(5));

  private static World deployed(Path directory, String network) {
    var world = new World(directory, 2, network).describe().start();
    assertEnded(world.release("1", SOUND), "succeeded");
    assertEnded(world.release("2", SOUND), "succeeded");
    return world;
  }

  private static void assertEnded(RolloutStatus rollout, String ending) {
    assertThat(rollout.ending()).as(rollout.toString()).isEqualTo(Optional.of(ending));
  }

  private static void awaitPublished(World world, String text) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> world.git().read(STATUS, "environments/test/shop.yaml").contains(text));
  }

  private static void awaitPhase(World world, Phase phase) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> world.status().phase() == phase);
  }

  private static List<Long> sequences(World world) {
    return world
        .git()
        .git("ls-tree", "-r", "--name-only", STATUS, ".slipway/sequence")
        .lines()
        .map(path -> Long.parseLong(world.git().read(STATUS, path).strip()))
        .sorted()
        .toList();
  }

  private static long number(RolloutStatus rollout) {
    return Long.parseLong(rollout.id().replaceAll(".*#", ""));
  }

  /** Deletes all that the agent knows; the hosts are told that a new store took over. */
  private static void loseJournal(World world) {
    delete(world.state());
    switch (Journals.open(world.state(), Waiter.wallClock())) {
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
      case Journals.Opened.Ready(var journal) -> {
        Epoch epoch = journal.epoch();
        journal.close();
        world.addresses().forEach(address -> takeOver(world, address, epoch));
      }
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void takeOver(World world, String address, Epoch epoch) {
    String name = "web" + address.replaceAll(".*\\.", "");
    var host = new Host(name, address, Optional.empty(), Reach.LOCAL, Map.of());
    var application =
        new Application(
            "shop", world.srv() + "/" + name, Optional.empty(), List.of(ROLE), KEPT_RELEASES);
    var place =
        new Place(application, ROLE, List.of(ROLE), host, Map.of(), SshSettings.Become.NONE);
    try (Machines machines = Machines.open(Optional.empty())) {
      assertThat(Sites.scripted().takeOver(machines.machine(host), place, epoch))
          .isInstanceOf(Act.Done.class);
    }
  }

  @Test
  void whatWasStableIsStillTheWayBack(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.53")) {
      RolloutStatus last = world.status().rollout().orElseThrow();
      world.stopAgent();
      awaitPublished(world, "phase: \"Healthy\"");
      List<Long> before = sequences(world);
      assertThat(before).hasSize(1);

      // A release that is not the stable one is wanted when the agent comes back.
      loseJournal(world);
      String bad = world.push("3", BROKEN);
      world.start();

      RolloutStatus undone = world.ended(bad);
      assertEnded(undone, "rolled back");
      assertThat(undone.from()).hasValueSatisfying(from -> assertThat(from).startsWith("2@"));
      assertThat(number(undone)).isGreaterThan(number(last));
      assertThat(world.status().stable()).map(ReleaseStatus::version).contains("2");
      world.assertEverywhere("2");
      awaitPublished(world, "phase: \"Held\"");
      assertThat(sequences(world)).hasSize(2).contains(before.getFirst());
      assertThat(sequences(world).getLast()).isGreaterThan(before.getFirst());
    }
  }

  @Test
  void whatWasHeldBackIsStillHeldBack(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.54")) {
      assertEnded(world.release("3", BROKEN), "rolled back");
      awaitPhase(world, Phase.HELD);
      world.stopAgent();
      awaitPublished(world, "Quarantined");

      loseJournal(world);
      world.start();

      awaitPhase(world, Phase.HELD);
      assertThat(world.status().conditions())
          .anySatisfy(condition -> {
            assertThat(condition.type()).isEqualTo("Quarantined");
            assertThat(condition.message()).startsWith("3@");
          });
      world.assertEverywhere("2");
    }
  }

  @Test
  void theReleaseBeforeTheStableOneIsStillThereToGoBackTo(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.61")) {
      world.stopAgent();
      awaitPublished(world, "phase: \"Healthy\"");
      loseJournal(world);
      world.start();
      awaitPhase(world, Phase.HEALTHY);

      assertThat(world.type("rollback", "shop", "-m", "slow", "--no-revert").exitCode()).isZero();

      awaitPhase(world, Phase.HELD);
      world.assertEverywhere("1");
    }
  }

  @Test
  void whatAPersonPinnedIsStillPinned(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.62")) {
      assertThat(world.type("rollback", "shop", "-m", "slow", "--no-revert").exitCode()).isZero();
      awaitPhase(world, Phase.HELD);
      world.stopAgent();
      awaitPublished(world, "Pinned");

      loseJournal(world);
      world.start();

      awaitPhase(world, Phase.HELD);
      assertThat(world.status().conditions())
          .anySatisfy(condition -> {
            assertThat(condition.type()).isEqualTo("Pinned");
            assertThat(condition.message()).startsWith("held on 1@").endsWith(": slow");
          });
      world.assertEverywhere("1");
    }
  }

  @Test
  void historyThatWasRewrittenMeanwhileStopsAndAsks(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.63")) {
      world.stopAgent();
      awaitPublished(world, "phase: \"Healthy\"");
      loseJournal(world);
      world.checkout().rewindTo(world.git().commitOf("main^")).forcePush();
      world.push("3", SOUND);

      world.start();

      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(repositories(world)).contains("HistoryRewritten"));
      assertThat(world.client().status()).isEqualTo(new ApiClient.Reply.Ok<>(List.of()));
    }
  }

  private static String repositories(World world) {
    return String.valueOf(world.client().repositories());
  }

  @Test
  void aStatusThatSomebodyForgedIsNotBelievedAndHoldsUpNothing(@TempDir Path directory) {
    try (var world = deployed(directory, "127.0.55")) {
      world.stopAgent();
      awaitPublished(world, "phase: \"Healthy\"");
      String status = world.git().read(STATUS, "environments/test/shop.yaml");
      forge(world, status.replaceAll("[0-9a-f]{64}", "f".repeat(64)));

      loseJournal(world);
      String good = world.push("3", SOUND);
      world.start();

      RolloutStatus rollout = world.ended(good);
      assertThat(rollout.from()).isEmpty();
      assertEnded(rollout, "succeeded");
      world.assertEverywhere("3");
    }
  }

  private static void forge(World world, String status) {
    var checkout = world.git().cloned();
    checkout.git("fetch", "--quiet", "origin", "slipway/status");
    checkout.git("switch", "--quiet", "--create", "slipway/status", "FETCH_HEAD");
    checkout.write("environments/test/shop.yaml", status);
    checkout.write("environments/test/blog.yaml", "status: [it, is, no, status]\n");
    checkout.write("environments/test/news.yaml", "status: {repository: config, rollout: {}}\n");
    checkout.write("history/test/shop/9.yaml", "{{{");
    checkout.commitAndPush("Say what is not so");
  }
}
