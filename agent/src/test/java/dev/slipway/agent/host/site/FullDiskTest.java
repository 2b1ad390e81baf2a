package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Requirements;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Act;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: fault 44, a disk without space, without inodes or without permission to write hurts nothing
 * that is live. Method: a small tmpfs, mounted by root.
 */
class FullDiskTest {
  private static final int MEBIBYTE = 1 << 20;

  private final Path directory;
  private final Path disk;
  private final Scene scene;

  FullDiskTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.disk = Files.createDirectories(directory.resolve("disk"));
    this.scene = new Scene(Shell.of(Server.DASH, directory), directory, disk.resolve("srv/shop"));
  }

  @BeforeEach
  void mount() {
    var mounted =
        Program.of("mount", "-t", "tmpfs", "-o", "size=20m,nr_inodes=200", "tmpfs", disk).run();
    Requirements.ofThisMachine()
        .require(mounted.status() == 0, "a tmpfs cannot be mounted", "running the tests as root");
  }

  @AfterEach
  void unmount() {
    scene.close();
    Program.of("umount", "--lazy", disk).run();
  }

  @Test
  void fault44AReleaseThatDoesNotFitIsRefusedBeforeItIsSent() {
    var old = scene.artifact("1");
    scene.deploy(scene.release("1", old), old);
    var large = large();
    var release = scene.release("2", large);

    var act = scene.site().stage(release, large);

    assertThat(refusal(act)).contains("no space left", "the release needs");
    assertLive(old, release);
  }

  @Test
  void fault44ADiskThatFillsUpOnTheWayRefusesAndIsCleanedUp() {
    var old = scene.artifact("1");
    scene.deploy(scene.release("1", old), old);
    var large = large();
    var release = scene.release("2", large);

    var act = scene.site().stage(release, new Small(large));

    assertThat(refusal(act)).containsIgnoringCase("no space left");
    assertThat(scene.list(".slipway/partial")).isEmpty();
    assertLive(old, release);
    var next = scene.artifact("3");
    scene.deploy(scene.release("3", next), next);
  }

  @Test
  void fault44ADiskWithoutInodesRefuses() {
    var many = new Archives();
    for (int file = 0; file < 300; file++) {
      many.file("file" + file, "x");
    }
    var artifact = many.artifact(directory.resolve("agent"));

    assertThat(refusal(scene.site().stage(scene.release("1", artifact), artifact)))
        .contains("no inodes left");
  }

  @Test
  void fault44AReadOnlyDiskIsSaidToBeOne() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site().stage(release, artifact));
    assertDone(scene.site().activate(Scene.CURRENT, release));
    Program.of("mount", "-o", "remount,ro", disk).output();

    var act = scene.site().activate(Scene.BLUE, release);

    assertThat(refusal(act)).contains("read-only file system");
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(release.id()));
    Program.of("mount", "-o", "remount,rw", disk).output();
  }

  private void assertLive(Artifact old, Release release) {
    assertThat(scene.read("current/version")).isEqualTo("1");
    assertThat(scene.running().mark()).isNotEmpty();
    assertThat(scene.site().activate(Scene.CURRENT, release)).isInstanceOf(Act.Refused.class);
    assertDone(scene.site().start(Scene.CURRENT, scene.release("1", old)));
  }

  private Artifact large() {
    return new Archives().zeros("zeros", 30 * MEBIBYTE).artifact(directory.resolve("agent"));
  }

  /** An artifact that says that it is small. */
  private record Small(Artifact artifact) implements Artifact {
    @Override
    public Digest content() {
      return artifact.content();
    }

    @Override
    public String manifest() {
      return artifact.manifest();
    }

    @Override
    public long unpackedBytes() {
      return 1;
    }

    @Override
    public void writeTar(OutputStream out) throws IOException {
      artifact.writeTar(out);
    }
  }
}
