package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on a host nothing is done as the first scripts did it. Method: the real script, run by the
 * shell of Debian's hosts; the numbers are those of the list of defects.
 */
class SeedDefectsOnHostsTest {
  private static final int SWITCHES = 30;

  private final Path directory;
  private final Scene scene;

  SeedDefectsOnHostsTest(@TempDir Path directory) {
    this.directory = directory;
    this.scene = new Scene(Server.DASH, directory);
  }

  @AfterEach
  void clear() {
    scene.close();
  }

  private Archives running() {
    return new Archives().script("bin/run", "#!/bin/sh\nexec sleep 1000\n");
  }

  private List<String> files(String place) throws IOException {
    var base = scene.base.resolve(place).toRealPath();
    try (var found = Files.walk(base)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> base.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void defect04TheOldFilesAreLiveAgainOnlyInAProcessOfTheirOwn() {
    var old = scene.artifact("1");
    var next = scene.artifact("2");
    scene.deploy(scene.release("1", old), old);
    scene.deploy(scene.release("2", next), next);

    assertDone(scene.site().activate(Scene.CURRENT, scene.release("1", old)));

    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.FORMER);
    assertDone(scene.site().start(Scene.CURRENT, scene.release("1", old)));
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
  }

  @Test
  void defect06ANewReleaseIsWholeHasNothingStaleAndLeavesTheOldOneAsItWas() throws IOException {
    var old = running().file("gone", "1").file("version", "1").artifact(directory.resolve("old"));
    var next =
        running()
            .file(".hidden", "")
            .file("config/.env.sample", "A=1")
            .file("doc/build.log", "kept")
            .file("tmp/cache", "kept")
            .file("version", "2")
            .artifact(directory.resolve("next"));
    var first = scene.release("1", old);
    scene.deploy(first, old);
    var before = files("releases/" + first.directory());

    scene.deploy(scene.release("2", next), next);

    assertThat(files("current"))
        .contains(".hidden", "config/.env.sample", "doc/build.log", "tmp/cache", "version")
        .doesNotContain("gone");
    assertThat(files("releases/" + first.directory())).isEqualTo(before).contains("gone");
    assertThat(scene.read("releases/" + first.directory() + "/version")).isEqualTo("1");
  }

  @Test
  void defect12NothingThatAManifestSaysIsRunByAShell() throws IOException {
    var sink = directory.resolve("sink");
    var sentinel = directory.resolve("sentinel");
    var artifact =
        new Archives()
            .script("bin/run", "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$SINK\"\nexec sleep 1000\n")
            .artifact(directory.resolve("agent"));
    var hostile =
        List.of(
            "$(touch " + sentinel + ")",
            "`touch " + sentinel + "`",
            "; touch " + sentinel,
            "-oProxyCommand=touch " + sentinel,
            "'; touch " + sentinel + "; '",
            "run=\"x\" -- stop",
            "*",
            "");
    var words = new ArrayList<>(List.of("env", "SINK=" + sink, "bin/run"));
    words.addAll(hostile);

    scene.deploy(scene.release("1", artifact, new Service.Detached(words)), artifact);

    await().untilAsserted(() -> assertThat(Files.readAllLines(sink)).isEqualTo(hostile));
    assertThat(sentinel).doesNotExist();
  }

  @Test
  void defect12AUnitThatLooksLikeAnOptionOrACommandRunsNothing() {
    var artifact = scene.artifact("1");
    var sentinel = directory.resolve("sentinel");
    for (var unit : List.of("--help", "x;touch " + sentinel, "$(touch " + sentinel + ")")) {
      var release = scene.release("1", artifact, new Service.Systemd(unit));
      assertDone(scene.site().stage(release, artifact));

      assertThat(refusal(scene.site().activate(Scene.CURRENT, release)))
          .contains("is not the name of a unit");
      assertThat(refusal(scene.site().start(Scene.CURRENT, release)))
          .contains("is not the name of a unit");
      assertThat(sentinel).doesNotExist();
    }
  }

  @Test
  void defect13WhatIsLiveIsSeenThoughEveryRecordOfItIsLost() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    Files.delete(scene.base.resolve(".slipway/slots/current.run"));

    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(release.id()));
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.OTHER);
    Files.delete(scene.base.resolve(".slipway/slots/current.link"));

    assertThat(scene.current().occupant())
        .isEqualTo(new Occupant.Foreign("releases/" + release.directory()));
    assertDone(scene.site().prune(Set.of(), 0));
    assertThat(scene.read("current/version")).isEqualTo("1");
  }

  @Test
  void defect14AReleaseThatCannotBeUsedCostsNoOther() {
    var old = scene.artifact("1");
    var release = scene.release("1", old);
    scene.deploy(release, old);
    var before = scene.running().mark();
    var broken = scene.artifact("2");

    assertThat(refusal(scene.site().stage(scene.release("2", broken), old)))
        .contains(old.content().hex());

    assertThat(scene.seen().releases()).containsExactly(release.directory());
    assertThat(scene.running().mark()).isEqualTo(before);
    assertThat(assertDone(scene.site().stage(release, old)).bytesSent()).isZero();
  }

  @Test
  void defect15TheLinkIsReplacedAndNothingEverLandsInsideIt() throws IOException {
    var artifacts = List.of(scene.artifact("1"), scene.artifact("2"));
    for (int i = 0; i < 4; i++) {
      var release = scene.release(String.valueOf(i % 2 + 1), artifacts.get(i % 2));
      assertDone(scene.site().stage(release, artifacts.get(i % 2)));
      assertDone(scene.site().activate(Scene.CURRENT, release));

      assertThat(scene.base.resolve("current")).isSymbolicLink();
      assertThat(scene.list("current"))
          .containsExactly("bin", "config", "log", "public", "version");
    }
    Files.delete(scene.base.resolve("current"));
    Files.createDirectories(scene.base.resolve("current/of-others"));

    assertThat(refusal(scene.site().activate(Scene.CURRENT, scene.release("1", artifacts.get(0)))))
        .contains("is not a link");
    assertThat(scene.list("current")).containsExactly("of-others");
  }

  @Test
  void defect17NobodyEverFindsTheLinkMissing() throws InterruptedException {
    var artifacts = List.of(scene.artifact("1"), scene.artifact("2"));
    var releases =
        List.of(scene.release("1", artifacts.get(0)), scene.release("2", artifacts.get(1)));
    assertDone(scene.site().stage(releases.get(1), artifacts.get(1)));
    scene.deploy(releases.get(0), artifacts.get(0));
    var over = new AtomicBoolean();
    var missed = new AtomicInteger();
    var seen = new AtomicInteger();
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                (Files.exists(scene.base.resolve("current/version")) ? seen : missed)
                    .incrementAndGet();
              }
            });

    for (int i = 1; i <= SWITCHES; i++) {
      assertDone(scene.site().activate(Scene.CURRENT, releases.get(i % 2)));
    }
    over.set(true);
    reader.join();

    assertThat(seen.get()).isGreaterThan(SWITCHES);
    assertThat(missed.get()).isZero();
  }

  @Test
  void defect19AStandbyThatWasStoppedIsStartedAndThenSeenToRun() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));
    assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);

    assertDone(scene.site().start(Scene.CURRENT, release));

    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
  }

  @Test
  void defect25OldReleasesDoNotFillTheDiskAndTheWayBackIsNeverPruned() {
    var directories = new ArrayList<String>();
    for (int version = 1; version <= 6; version++) {
      var artifact = scene.artifact(String.valueOf(version));
      var release = scene.release(String.valueOf(version), artifact);
      directories.add(release.directory());
      assertDone(scene.site().stage(release, artifact));
      assertDone(scene.site().activate(Scene.CURRENT, release));
    }

    assertDone(scene.site().prune(Set.of(directories.get(4)), 0));

    assertThat(scene.list("releases")).containsExactlyElementsOf(directories.subList(4, 6));
    assertThat(scene.list(".slipway/manifests"))
        .containsExactlyElementsOf(directories.subList(4, 6));
  }

  @Test
  void defect27EveryActIsWrittenDownWithWhoDidItAndWhoWasRefused() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    var older = new Epoch(Scene.EPOCH.store(), Scene.EPOCH.counter() - 1);

    assertThat(refusal(scene.site(older).stop(Scene.CURRENT, release, Scene.SECONDS)))
        .contains("newer epoch");

    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
    assertThat(scene.read(".slipway/audit").lines())
        .anyMatch(
            line -> line.contains("store-a 3 begin stage") && line.contains(release.directory()))
        .anyMatch(line -> line.contains("store-a 3 begin activate slot=current"))
        .anyMatch(line -> line.contains("store-a 3 begin start slot=current"))
        .anyMatch(line -> line.contains("store-a 2 refused stop slot=current"))
        .noneMatch(line -> line.contains("begin stop"));
  }
}
