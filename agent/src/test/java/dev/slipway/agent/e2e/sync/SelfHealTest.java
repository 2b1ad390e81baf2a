package dev.slipway.agent.e2e.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: with {@code selfHeal} what others changed is changed back, and no request is lost by that.
 *
 * <p>Method: people who point a link elsewhere and take a server out of HAProxy, and requests all
 * the while; the next look is had sooner by a commit that says nothing new.
 */
@Timeout(300)
class SelfHealTest {
  private static final String HEALING = "syncPolicy: {selfHeal: true}";
  private static final String FREEZE =
      HEALING + "\nsyncWindows: [{kind: deny, schedule: \"* * * * *\", duration: 1h}]";

  /** Makes a world in which one release has taken the place of another. */
  private static World deployed(World fresh, String policy) {
    World world = Deployed.with(policy, fresh);
    assertThat(world.release("2", Deployed.SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    world.awaitPhase(Phase.HEALTHY);
    return world;
  }

  private static String lookAgain(World world) {
    return world.checkout().commitAndPush("Say nothing new");
  }

  private static void awaitLook(World world, String commit) {
    await()
        .atMost(Deployed.PATIENCE)
        .ignoreExceptions()
        .until(() -> world.status().judged().equals(Optional.of(commit)));
  }

  private static RolloutStatus awaitHealed(World world) {
    await()
        .atMost(Deployed.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(world.history()).hasSizeGreaterThan(2);
          assertThat(world.status().phase()).isEqualTo(Phase.HEALTHY);
        });
    return world.history().getFirst();
  }

  private static Path slots(World world, String host) {
    return world.srv().resolve(host).resolve(".slipway/slots/current.run");
  }

  /** Returns the process that a host's record of the slot names: boot, process and start. */
  private static long pid(World world, String host) throws IOException {
    return Long.parseLong(Files.readString(slots(world, host)).split("/", -1)[1]);
  }

  /** Points the link of a host at the release before. */
  private static void pointBack(World world, String host) throws IOException {
    Path current = world.srv().resolve(host).resolve("current");
    Path former;
    try (var releases = Files.list(world.srv().resolve(host).resolve("releases"))) {
      former = releases.filter(one -> !isAt(current, one)).findFirst().orElseThrow();
    }
    Files.delete(current);
    Files.createSymbolicLink(current, Path.of("releases").resolve(former.getFileName()));
  }

  private static boolean isAt(Path link, Path release) {
    try {
      return Files.isSameFile(link, release);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLinkThatSomebodyPointedElsewhereIsPutRightAndNoOtherHostIsTouched(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(Deployed.behind(haproxy, directory, 2, "127.0.171"), HEALING)) {
      String other = Files.readString(slots(world, "web2"));
      try (var load = world.load()) {
        pointBack(world, "web1");
        lookAgain(world);

        RolloutStatus healed = awaitHealed(world);
        assertThat(healed.ending()).as(healed.reason()).isEqualTo(Optional.of("succeeded"));
        assertThat(healed.cause().orElseThrow()).startsWith("selfHeal: web1");
        assertThat(healed.bytesSent()).isZero();
        world.assertEverywhere("2");
        assertThat(world.answers()).containsOnly("2");
        assertThat(Files.readString(slots(world, "web2"))).isEqualTo(other);
        await().atMost(Deployed.PATIENCE).until(() -> load.report().sent() > 500);
        assertThat(load.stop().lost()).isZero();
      }
    }
  }

  @Test
  void aProcessThatSomebodyKilledRunsAgain(@TempDir Path directory) throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(Deployed.behind(haproxy, directory, 2, "127.0.175"), HEALING)) {
      String other = Files.readString(slots(world, "web2"));
      ProcessHandle.of(pid(world, "web1")).orElseThrow().destroyForcibly();
      lookAgain(world);

      assertThat(awaitHealed(world).ending()).isEqualTo(Optional.of("succeeded"));
      assertThat(world.answers()).containsExactly("2", "2");
      assertThat(Files.readString(slots(world, "web2"))).isEqualTo(other);
    }
  }

  @Test
  void aServerThatSomebodyTookOutOfHaproxyServesAgain(@TempDir Path directory) {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(Deployed.behind(haproxy, directory, 2, "127.0.172"), HEALING)) {
      haproxy.ask("set server be_shop/web1 state drain");
      lookAgain(world);

      assertThat(awaitHealed(world).ending()).isEqualTo(Optional.of("succeeded"));
      assertThat(haproxy.ask("show stat"))
          .containsPattern("be_shop,web1,.*,UP,")
          .containsPattern("be_shop,web2,.*,UP,");
    }
  }

  @Test
  void withoutItWhatOthersChangedIsReportedAndLeftAlone(@TempDir Path directory)
      throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(Deployed.behind(haproxy, directory, 2, "127.0.173"), "")) {
      pointBack(world, "web1");
      awaitLook(world, lookAgain(world));

      assertThat(world.status().phase()).isEqualTo(Phase.DEGRADED);
      assertThat(world.status().conditions()).extracting(Condition::type).contains("Drift");
      assertThat(world.versions()).first().asString().startsWith("foreign: releases/1-");
      assertThat(world.versions()).last().isEqualTo("2");
      assertThat(world.history()).hasSize(2);
    }
  }

  @Test
  void inAFreezeItWaitsAndSaysSo(@TempDir Path directory) throws IOException {
    try (var haproxy = Deployed.haproxy(directory);
        var world = deployed(Deployed.behind(haproxy, directory, 2, "127.0.174"), HEALING)) {
      awaitLook(world, world.environment(FREEZE).redescribe("Freeze"));
      pointBack(world, "web1");
      awaitLook(world, lookAgain(world));

      assertThat(world.status().conditions())
          .extracting(Condition::type)
          .containsExactly("Drift", "Window");
      assertThat(world.history()).hasSize(2);

      world.environment(HEALING).redescribe("Thaw");
      assertThat(awaitHealed(world).ending()).isEqualTo(Optional.of("succeeded"));
      world.assertEverywhere("2");
    }
  }
}
