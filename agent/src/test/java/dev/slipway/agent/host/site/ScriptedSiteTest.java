package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: what a place says is what lies there, in every shell. Method: the real script on this
 * machine, run by dash, bash and busybox.
 */
@ParameterizedClass
@EnumSource(
    value = Server.class,
    names = {"DASH", "BASH", "BUSYBOX"})
class ScriptedSiteTest {
  private final Path directory;
  private final Server shell;
  private final Scene scene;

  ScriptedSiteTest(Server shell, @TempDir Path directory) {
    this.shell = shell;
    this.directory = directory;
    this.scene = new Scene(shell, directory);
  }

  @AfterEach
  void clear() {
    scene.close();
  }

  @Test
  void aPlaceThatWasNeverUsedIsSeenAsEmptyAndNothingIsLeftThere() {
    var seen = scene.seen();

    assertThat(scene.current().occupant()).isEqualTo(new Occupant.None());
    assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(seen.slots()).containsOnlyKeys("current", "blue");
    assertThat(seen.releases()).isEmpty();
    assertThat(seen.epoch()).isEmpty();
    assertThat(scene.site().freeBytes().orElseThrow()).isPositive();
    assertThat(scene.base).doesNotExist();
  }

  @Test
  void aReleaseIsStagedActivatedAndStarted() {
    var artifact = scene.artifact("2.4.1");
    var release = scene.release("2.4.1", artifact);

    scene.deploy(release, artifact);

    var current = scene.current();
    assertThat(current.occupant()).isEqualTo(new Occupant.Known(release.id()));
    assertThat(current.environment())
        .isEqualTo(
            SiteEnvironment.of(release, scene.place().host(), Scene.CURRENT, Map.of()).digest());
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
    assertThat(scene.site().process(Scene.CURRENT, release)).isEqualTo(scene.running());
    assertThat(scene.seen().releases()).containsExactly(release.directory());
    assertThat(scene.seen().epoch()).isEqualTo("store-a 3");
    assertThat(scene.read("current/version")).isEqualTo("2.4.1");
    await().until(() -> scene.site().log(Scene.CURRENT, release).contains("bin/run current it's"));
  }

  @Test
  void nothingIsSentTwice() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);

    assertThat(assertDone(scene.site().stage(release, artifact)).bytesSent()).isPositive();
    assertThat(assertDone(scene.site().stage(release, artifact)).bytesSent()).isZero();
  }

  @Test
  void everyActMayBeRepeatedAndTheProcessStaysTheSame() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    var before = scene.running().mark();

    scene.deploy(release, artifact);

    assertThat(scene.running().mark()).isEqualTo(before);
  }

  @Test
  void defect05AServiceThatRunsFromTheOldLinkIsStartedAnew() {
    var artifact = scene.artifact("1");
    scene.deploy(scene.release("1", artifact), artifact);
    var before = scene.running().mark();
    var next = scene.artifact("2");
    var release = scene.release("2", next);
    assertDone(scene.site().stage(release, next));

    assertDone(scene.site().activate(Scene.CURRENT, release));

    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.FORMER);
    assertDone(scene.site().start(Scene.CURRENT, release));
    assertThat(scene.running().mark()).isNotEqualTo(before);
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
  }

  @Test
  void theProcessGetsItsVariablesAsTheyWereMeant() {
    var artifact =
        new Archives()
            .script("bin/run", "#!/bin/sh\nenv >\"$SINK\"\npwd >>\"$SINK\"\nexec sleep 1000\n")
            .artifact(directory.resolve("agent"));
    var sink = directory.resolve("sink");
    var release =
        scene.release(
            "1", artifact, new Service.Detached(List.of("env", "SINK=" + sink, "bin/run")));

    scene.deploy(release, artifact);

    assertThat(sink)
        .content()
        .contains("GREETING=it's \"$5\" `off` \\ here\n", "SLIPWAY_SLOT=current\n")
        .contains("HOST_ONLY=yes\n", "SLIPWAY_RELEASE=" + release.id() + "\n")
        .contains("/releases/" + release.directory() + "\n")
        .doesNotContain("LC_ALL=C");
  }

  @Test
  void aReleaseIsReadOnlyAndSharedFilesOutliveIt() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    Files.writeString(scene.base.resolve("current/log/web.log"), "kept");

    var next = scene.artifact("2");
    scene.deploy(scene.release("2", next), next);

    assertThat(scene.read("current/log/web.log")).isEqualTo("kept");
    assertThat(scene.base.resolve("shared/public/uploads")).isDirectory();
    assertThat(scene.read("current/public/index.html")).isEqualTo("<p>2");
    assertThat(mode("current/version")).isEqualTo("r--r--r--");
    assertThat(mode("current/bin/run")).isEqualTo("r-xr-xr-x");
    assertThat(mode("shared/config/master.key")).isEqualTo("rw-r-----");
    assertThat(mode("env/current.env")).isEqualTo("rw-r-----");
  }

  private String mode(String path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(scene.base.resolve(path).toRealPath()));
  }

  @Test
  void stoppingEndsTheProcessAndMayBeRepeated() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);

    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));
    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));

    assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(release.id()));
  }

  @Test
  void aForeignLinkIsSeenAndCanBeSetAgain() throws IOException {
    var old = Files.createDirectories(scene.base.resolve("releases/20240101"));
    Files.createSymbolicLink(scene.base.resolve("current"), old);
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Foreign(old.toString()));
    var artifact = scene.artifact("1");
    scene.deploy(scene.release("1", artifact), artifact);

    assertDone(scene.site().relink(Scene.CURRENT, old.toString()));

    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Foreign(old.toString()));
    assertThat(scene.base.resolve("current").toRealPath()).isEqualTo(old.toRealPath());
  }

  @Test
  void aLinkThatWasSetByHandIsForeign() throws IOException {
    var artifact = scene.artifact("1");
    scene.deploy(scene.release("1", artifact), artifact);
    Files.createDirectories(scene.base.resolve("elsewhere"));
    Files.delete(scene.base.resolve("current"));
    Files.createSymbolicLink(scene.base.resolve("current"), Path.of("elsewhere"));

    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Foreign("elsewhere"));
  }

  @Test
  void aLinkOfTwoLinesIsNotTakenForThatOfTheNextSlot() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site().stage(release, artifact));
    assertDone(scene.site().activate(Scene.BLUE, release));
    Files.createSymbolicLink(scene.base.resolve("current"), Path.of("else\nwhere"));

    assertThat(scene.current().occupant()).isInstanceOf(Occupant.Foreign.class);
    assertThat(Optional.ofNullable(scene.seen().slots().get("blue")))
        .hasValueSatisfying(
            blue -> assertThat(blue.occupant()).isEqualTo(new Occupant.Known(release.id())));
  }

  @Test
  void aClearedSlotHasNoLink() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));

    assertDone(scene.site().clear(Scene.CURRENT));

    assertThat(scene.current().occupant()).isEqualTo(new Occupant.None());
  }

  @Test
  void pruningKeepsWhatIsLinkedNamedOrNew() {
    var directories = new ArrayList<String>();
    for (var version : List.of("1", "2", "3", "4", "5")) {
      var artifact = scene.artifact(version);
      var release = scene.release(version, artifact);
      directories.add(release.directory());
      assertDone(scene.site().stage(release, artifact));
      if (version.equals("1")) {
        assertDone(scene.site().activate(Scene.BLUE, release));
      }
    }

    assertDone(scene.site().prune(Set.of(directories.get(1)), 2));

    assertThat(scene.seen().releases())
        .containsExactlyInAnyOrder(
            directories.get(0), directories.get(1), directories.get(3), directories.get(4));
    assertThat(scene.list("releases")).hasSize(4);
    assertThat(scene.list(".slipway/partial")).isEmpty();
  }

  @Test
  void nothingIsLeftOfWhatIsRemovedAndOnceMoreIsNoHarm() {
    var artifact = scene.artifact("1");
    scene.deploy(scene.release("1", artifact), artifact);
    assertDone(
        scene.site().stop(Scene.CURRENT, scene.release("1", artifact), Duration.ofSeconds(5)));

    assertDone(scene.site().remove());
    assertThat(scene.base).doesNotExist();

    assertDone(scene.site().remove());
    assertThat(scene.base).doesNotExist();
  }

  @Test
  void whatOthersPutThereIsLeftAndNamedAndNoOlderAgentRemovesAnything() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site(new Epoch("store-a", 7)).stage(release, artifact));
    Files.writeString(scene.base.resolve("notes.txt"), "mine");

    assertThat(refusal(scene.site(new Epoch("store-a", 6)).remove())).contains("newer epoch 7");
    assertThat(scene.seen().releases()).containsExactly(release.directory());
    assertThat(refusal(scene.site(new Epoch("store-a", 7)).remove()))
        .contains("notes.txt is not Slipway's");

    assertThat(scene.base.resolve("notes.txt")).hasContent("mine");
    Files.delete(scene.base.resolve("notes.txt"));
    assertDone(scene.site(new Epoch("store-a", 7)).remove());
    assertThat(scene.base).doesNotExist();
  }

  @Test
  void anOlderAgentIsRefusedAndANewerOneIsRemembered() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site(new Epoch("store-a", 7)).stage(release, artifact));

    var act = scene.site(new Epoch("store-a", 6)).activate(Scene.CURRENT, release);

    assertThat(refusal(act)).contains("newer epoch 7", "has 6");
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.None());
    assertThat(scene.seen().epoch()).isEqualTo("store-a 7");
  }

  @Test
  void aForeignStoreIsRefusedUntilItTakesOver() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site().stage(release, artifact));
    var other = new Epoch("store-b", 1);

    assertThat(refusal(scene.site(other).activate(Scene.CURRENT, release)))
        .contains("belongs to the store store-a", "takeover");
    assertDone(Sites.scripted().takeOver(scene.machine, scene.place(), other));

    assertDone(scene.site(other).activate(Scene.CURRENT, release));
    assertThat(refusal(scene.site().clear(Scene.CURRENT))).contains("store-b");
  }

  @Test
  void fault50ABannerOfTheLoginShellDoesNoHarm() {
    var noisy =
        Shell.of(
            shell, directory.resolve("noisy"), "Welcome to web1!\nslipway end done\nno line end");
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);

    assertDone(scene.site(noisy, Scene.EPOCH).stage(release, artifact));

    assertDone(scene.site(noisy, Scene.EPOCH).activate(Scene.CURRENT, release));
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(release.id()));
  }

  @Test
  void aCommandThatIsNotThereFailsWithWhatItSaid() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact, new Service.Detached(List.of("bin/nothing")));
    assertDone(scene.site().stage(release, artifact));
    assertDone(scene.site().activate(Scene.CURRENT, release));

    var act = scene.site().start(Scene.CURRENT, release);

    assertThat(act).isInstanceOf(Act.Failed.class);
    assertThat(((Act.Failed) act).log()).contains("bin/nothing");
  }
}
