package dev.slipway.agent.e2e.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what runs on a host that was taken out is reported, and with {@code prune} stopped: no
 * request is lost, no other host is touched, and no host is stopped that only got another name.
 *
 * <p>Method: pushes that take a host out, put it back and rename it, behind HAProxy and the edge.
 */
@Timeout(300)
class HostsTakenOutTest {
  private static final String PRUNING = "syncPolicy: {prune: true}";
  private static final String FREEZE =
      "syncWindows: [{kind: deny, schedule: \"* * * * *\", duration: 1h}]";
  private static final String APPLICATION = "apps/shop.yaml";

  private static void takeOut(World world, String host) throws IOException {
    String without =
        Deployed.text(world, Deployed.ENVIRONMENT)
            .replaceFirst(" *- \\{name: %s,.*\n".formatted(host), "");
    world.checkout().write(Deployed.ENVIRONMENT, without).commitAndPush("Take a host out");
  }

  private static String process(World world, String host) throws IOException {
    return Files.readString(world.srv().resolve(host).resolve(".slipway/slots/current.run"));
  }

  private static Typed asThePageSays(World world, String host) {
    String command = Handbook.page("sync.md").commands().getFirst();
    String[] words = command.replace("web03", host).split(" ");
    assertThat(words).startsWith("slipway", "forget", "shop", "--host", host);
    return world.type("forget", Arrays.copyOfRange(words, 2, words.length));
  }

  private static void awaitRemark(World world, String reason) {
    await()
        .atMost(Deployed.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(world.status().conditions())
                .extracting(Condition::reason)
                .containsExactly(reason));
  }

  private static void awaitNoRemark(World world) {
    await()
        .atMost(Deployed.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(world.status().phase()).isEqualTo(Phase.HEALTHY);
          assertThat(world.status().conditions()).isEmpty();
        });
  }

  @Test
  void withPruneItIsDrainedAndStoppedAndNoOtherIsTouched(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = Deployed.with(PRUNING, Deployed.behind(haproxy, directory, 3, "127.0.181"))) {
      String others = process(world, "web1") + process(world, "web2");
      try (var load = world.load()) {
        await().atMost(Deployed.PATIENCE).until(() -> load.report().sent() > 500);

        takeOut(world, "web3");

        Path link = world.srv().resolve("web3/current");
        await().atMost(Deployed.PATIENCE).untilAsserted(() -> assertThat(link).doesNotExist());
        awaitNoRemark(world);
        long then = load.report().sent();
        await().atMost(Deployed.PATIENCE).until(() -> load.report().sent() > then + 500);
        assertThat(load.stop().lost()).isZero();
      }
      assertThat(haproxy.ask("show stat"))
          .containsPattern("be_shop,web1,.*,UP,")
          .containsPattern("be_shop,web2,.*,UP,")
          .containsPattern("be_shop,web3,.*,MAINT");
      assertThat(world.srv().resolve("web3/.slipway/slots/current.run")).doesNotExist();
      assertThat(world.srv().resolve("web3/releases")).isNotEmptyDirectory();
      assertThat(process(world, "web1") + process(world, "web2")).isEqualTo(others);
      assertThat(world.status().instances()).hasSize(2);
    }
  }

  @Test
  void withPruneItLeavesTheEdgeToo(@TempDir Path directory) throws IOException {
    var world = new World(directory, 2, "127.0.182").behind(Front.edge(directory));
    try (var deployed = Deployed.with(PRUNING, world);
        var load = deployed.load()) {
      takeOut(deployed, "web2");

      Path link = deployed.srv().resolve("web2/current");
      await().atMost(Deployed.PATIENCE).untilAsserted(() -> assertThat(link).doesNotExist());
      long then = load.report().sent();
      await().atMost(Deployed.PATIENCE).until(() -> load.report().sent() > then + 500);
      assertThat(load.stop().lost()).isZero();
      awaitNoRemark(deployed);
    }
  }

  @Test
  void withoutPruneItRunsOnAndIsNamedUntilItComesBackOrIsForgotten(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = Deployed.with("", Deployed.behind(haproxy, directory, 3, "127.0.183"))) {
      String whole = Deployed.text(world, Deployed.ENVIRONMENT);
      takeOut(world, "web3");

      awaitRemark(world, "RunsOn");
      assertThat(world.type("status", "shop").out()).contains("web3 was taken out");
      assertThat(world.answers()).containsExactly("1", "1", "1");
      assertThat(haproxy.ask("show stat")).containsPattern("be_shop,web3,.*,UP,");

      world.checkout().write(Deployed.ENVIRONMENT, whole).commitAndPush("Put it back");
      awaitNoRemark(world);
      await().atMost(Deployed.PATIENCE).until(() -> world.status().instances().size() == 3);

      takeOut(world, "web3");
      awaitRemark(world, "RunsOn");
      assertThat(world.type("forget", "shop", "--host", "web2", "-m", "a slip").err())
          .contains("web2 was not taken out");
      assertThat(asThePageSays(world, "web3").out()).contains("web3 is forgotten");
      world.checkout().commitAndPush("Say nothing new");
      awaitNoRemark(world);
      assertThat(world.answers()).containsExactly("1", "1", "1");
    }
  }

  @Test
  void aHostInRepairIsNotStoppedNorAnyDuringAFreeze(@TempDir Path directory) throws IOException {
    try (var world = Deployed.with(PRUNING, new World(directory, 2, "127.0.185"))) {
      String suspended =
          Deployed.text(world, Deployed.ENVIRONMENT)
              .replaceFirst("(name: web2,.*)}", "$1, suspend: true}");
      world.checkout().write(Deployed.ENVIRONMENT, suspended).commitAndPush("Repair web2");
      awaitRemark(world, "InRepair");

      world.checkout().write(Deployed.ENVIRONMENT, suspended + FREEZE.indent(2));
      takeOut(world, "web2");

      awaitRemark(world, "NotPruned");
      assertThat(world.status().conditions().getFirst().message())
          .startsWith("web2 was taken out: waits for the window");
      assertThat(world.answers()).containsExactly("1", "1");

      String thawed = Deployed.text(world, Deployed.ENVIRONMENT).replace(FREEZE.indent(2), "");
      world.checkout().write(Deployed.ENVIRONMENT, thawed).commitAndPush("Thaw");
      Path link = world.srv().resolve("web2/current");
      await().atMost(Deployed.PATIENCE).untilAsserted(() -> assertThat(link).doesNotExist());
      awaitNoRemark(world);
    }
  }

  @Test
  void aHostThatOnlyGotAnotherNameAndAddressIsNotStopped(@TempDir Path directory)
      throws IOException {
    try (var world = new World(directory, 2, "127.0.184").environment(PRUNING).describe()) {
      String whole = Deployed.text(world, Deployed.ENVIRONMENT);
      String first = whole.replaceFirst(" *- \\{name: web2,.*\n", "");
      String renamed = whole.replaceFirst(" *- \\{name: web1,.*\n", "");
      world.write("1", Deployed.SOUND);
      String shared = Deployed.text(world, APPLICATION).replace("/{{host.name}}", "/one");
      world
          .checkout()
          .write(APPLICATION, shared)
          .write(Deployed.ENVIRONMENT, first)
          .commitAndPush("One");
      world.start();
      world.awaitPhase(Phase.HEALTHY);

      String commit =
          world.checkout().write(Deployed.ENVIRONMENT, renamed).commitAndPush("Rename it");

      assertThat(world.ended(commit).ending()).isEqualTo(Optional.of("succeeded"));
      awaitRemark(world, "NotPruned");
      assertThat(world.status().conditions().getFirst().message())
          .isEqualTo("web1 was taken out: web1 is web2 under another name and address");
      assertThat(world.srv().resolve("one/current")).exists();
      assertThat(world.srv().resolve("one/.slipway/slots/current.run")).exists();
    }
  }
}
