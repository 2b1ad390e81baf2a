package dev.slipway.agent.e2e.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what is taken out of an environment is left running and reported, or with {@code prune}
 * stopped without a request cut, and its files stay.
 *
 * <p>Method: a push that takes an application out, behind HAProxy, with another that stays.
 */
@Timeout(300)
class PruneTest {
  private static final String PRUNING = "syncPolicy: {prune: true}";
  private static final String SHOP = " *- \\{name: shop,.*\n";

  /** Deploys two applications: the shop, and files that another program serves. */
  private static World deployed(
      Path directory, String network, HaproxyFixture haproxy, String policy) throws IOException {
    World world = Deployed.behind(haproxy, directory, 3, network).environment(policy).describe();
    world
        .checkout()
        .write(
            Deployed.ENVIRONMENT,
            Deployed.text(world, Deployed.ENVIRONMENT)
                .replaceFirst("( *)- \\{name: shop", "$1- {name: pages, group: web}\n$0"))
        .write("releases/pages/index.html", "Hello\n")
        .write("apps/pages.yaml", pages(world.srv() + "/pages/{{host.name}}"));
    return Deployed.released(world.start());
  }

  private static String pages(String path) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: pages}
    spec:
      release: {version: "1", source: {path: releases/pages}}
      deployPath: "%s"
      service: none
    """
        .formatted(path);
  }

  private static String takeOut(World world) throws IOException {
    String without = Deployed.text(world, Deployed.ENVIRONMENT).replaceFirst(SHOP, "");
    return world.checkout().write(Deployed.ENVIRONMENT, without).commitAndPush("Take the shop out");
  }

  private static Path host(World world, int number) {
    return world.srv().resolve("web" + number);
  }

  private static void awaitNothingListens(World world) {
    await()
        .atMost(Deployed.PATIENCE)
        .untilAsserted(() ->
            assertThat(world.addresses())
                .isNotEmpty()
                .noneMatch(at -> listens(at, world.appPort())));
  }

  private static boolean listens(String address, int port) {
    try (var _ = Loopback.connect(address, port)) {
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitGone(World world) {
    await()
        .atMost(Deployed.PATIENCE)
        .untilAsserted(
            () -> assertThat(world.type("status").out()).contains("pages").doesNotContain("shop"));
  }

  private static void awaitCondition(World world, String reason) {
    await()
        .atMost(Deployed.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(world.status().conditions()).extracting(Condition::reason).contains(reason));
  }

  @Test
  void anApplicationThatIsTakenOutIsStoppedAndComesBackFromItsFiles(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(directory, "127.0.176", haproxy, PRUNING)) {
      String whole = Deployed.text(world, Deployed.ENVIRONMENT);

      takeOut(world);

      awaitNothingListens(world);
      assertThat(haproxy.ask("show stat"))
          .containsPattern("be_shop,web1,.*,MAINT")
          .containsPattern("be_shop,web2,.*,MAINT");
      await()
          .atMost(Deployed.PATIENCE)
          .untilAsserted(() -> assertThat(host(world, 1).resolve("current")).doesNotExist());
      assertThat(host(world, 1).resolve("releases")).isNotEmptyDirectory();
      awaitGone(world);
      assertThat(world.srv().resolve("pages/web1/current/index.html")).hasContent("Hello\n");

      String back =
          world.checkout().write(Deployed.ENVIRONMENT, whole).commitAndPush("Take it back");
      RolloutStatus again = world.ended(back);
      assertThat(again.ending()).as(again.reason()).isEqualTo(Optional.of("succeeded"));
      assertThat(again.bytesSent()).isZero();
      assertThat(world.answers()).containsOnly("1");
    }
  }

  @Test
  void aHostThatHadBeenTakenOutBeforeIsStoppedWithTheApplication(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(directory, "127.0.179", haproxy, "")) {
      String whole = Deployed.text(world, Deployed.ENVIRONMENT);
      String smaller = whole.replaceFirst(" *- \\{name: web2,.*\n", "");
      world.checkout().write(Deployed.ENVIRONMENT, smaller).commitAndPush("Take web2 out");
      awaitCondition(world, "RunsOn");
      assertThat(world.release("2", Deployed.SOUND).ending()).isEqualTo(Optional.of("succeeded"));
      assertThat(world.answers()).containsExactly("2", "1", "2");

      world.checkout().write(Deployed.ENVIRONMENT, smaller + PRUNING.indent(2));
      takeOut(world);

      awaitNothingListens(world);
      assertThat(haproxy.ask("show stat")).containsPattern("be_shop,web2,.*,MAINT");
      awaitGone(world);
    }
  }

  @Test
  void withoutPruneItRunsOnAndThatIsReported(@TempDir Path directory) throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(directory, "127.0.177", haproxy, "")) {
      takeOut(world);

      world.awaitPhase(Phase.SOURCE_MISSING);
      assertThat(world.answers()).containsOnly("1");
      assertThat(haproxy.ask("show stat")).containsPattern("be_shop,web1,.*,UP,");
    }
  }

  @Test
  void anApplicationThatWasOnlyRenamedIsNotStopped(@TempDir Path directory) throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(directory, "127.0.178", haproxy, PRUNING)) {
      Path manifests = world.checkout().directory().resolve("apps");
      String manifest = Files.readString(manifests.resolve("shop.yaml"));
      world
          .checkout()
          .write(
              Deployed.ENVIRONMENT,
              Deployed.text(world, Deployed.ENVIRONMENT).replaceFirst("name: shop", "name: store"))
          .write("apps/store.yaml", manifest.replace("name: shop", "name: store"))
          .commitAndPush("Rename the shop");

      awaitCondition(world, "StandsThereToo");
      assertThat(world.answers()).containsOnly("1");
      assertThat(world.type("forget", "shop", "-m", "renamed").out()).contains("is forgotten");
      assertThat(world.answers()).containsOnly("1");
    }
  }
}
