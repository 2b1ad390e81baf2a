package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.failure;
import static dev.slipway.agent.host.site.Acts.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: whatever breaks on a host, what is live stays live, and doing it again puts it right.
 * Method: the faults of the catalogue's part D on the real script, under their numbers.
 */
@ParameterizedClass
@EnumSource(
    value = Server.class,
    names = {"DASH", "BASH"})
class HostFaultsTest {
  private final Path directory;
  private final Scene scene;

  HostFaultsTest(Server shell, @TempDir Path directory) {
    this.directory = directory;
    this.scene = new Scene(shell, directory);
  }

  @AfterEach
  void clear() {
    scene.close();
  }

  @Test
  void fault38AnUploadThatIsCutOffLeavesNothingLiveAndIsCleanedUpNextTime() {
    var old = scene.artifact("1");
    scene.deploy(scene.release("1", old), old);
    var artifact = scene.artifact("2");
    var release = scene.release("2", artifact);
    var cut = wrapped(artifact, out -> new CutOff(out, 3000));

    assertThat(scene.site().stage(release, cut)).isNotInstanceOf(Act.Done.class);

    assertThat(scene.list("releases")).hasSize(1);
    assertThat(scene.read("current/version")).isEqualTo("1");
    assertDone(scene.site().stage(release, artifact));
    assertThat(scene.list("releases")).hasSize(2);
    assertThat(scene.list(".slipway/partial")).isEmpty();
  }

  @Test
  void fault38AHostThatDiesInAnUploadIsCleanedUpNextTime() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    var dying = Shell.of(Server.DASH, directory.resolve("dying"));
    var killing =
        wrapped(
            artifact,
            out -> {
              await().until(() -> !scene.list(".slipway/partial").isEmpty());
              dying.killAll();
              return out;
            });
    assertDone(scene.site().prune(Set.of(), 2));

    assertThat(scene.site(dying, Scene.EPOCH).stage(release, killing))
        .isInstanceOf(Act.Unknown.class);

    assertThat(scene.list(".slipway/partial")).isNotEmpty();
    await().until(() -> scene.site().stage(release, artifact) instanceof Act.Done);
    assertThat(scene.list(".slipway/partial")).isEmpty();
    assertThat(scene.list("releases")).containsExactly(release.directory());
  }

  @Test
  void fault46AnArtifactThatChangesOnTheWayIsRefusedOnTheHost() {
    var artifact = scene.artifact("1");
    var other = scene.artifact("2");
    var release = scene.release("1", artifact);

    var act = scene.site().stage(release, SiteScene.sent(artifact, other::writeTar));

    assertThat(refusal(act)).contains(artifact.content().hex(), other.content().hex());
    assertThat(scene.seen().releases()).isEmpty();
    assertThat(scene.list(".slipway/partial")).isEmpty();
  }

  @Test
  void fault48AChildThatLeakedAndIgnoresBeingAskedIsKilledAtTheDeadline() throws IOException {
    var pids = directory.resolve("pids");
    var artifact =
        new Archives()
            .script("bin/leaf", "#!/bin/sh\ntrap '' TERM HUP\necho $$ >>\"$1\"\nsleep 1000\n")
            .script("bin/run", "#!/bin/sh\nsetsid bin/leaf \"$1\" &\nexec bin/leaf \"$1\"\n")
            .artifact(directory.resolve("agent"));
    var release =
        scene.release("1", artifact, new Service.Detached(List.of("bin/run", pids.toString())));
    scene.deploy(release, artifact);
    await().until(() -> Files.readAllLines(pids).size() == 2);

    assertDone(scene.site().stop(Scene.CURRENT, release, Duration.ofSeconds(1)));

    assertThat(Files.readAllLines(pids)).noneMatch(HostFaultsTest::isAlive);
  }

  /** Whether it runs; one that is only remembered until somebody asks for its end does not. */
  private static boolean isAlive(String pid) {
    try {
      return !Files.readString(Path.of("/proc", pid, "status")).contains("State:\tZ");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void fault48APortThatIsStillHeldIsAFailure() throws IOException {
    var artifact = scene.artifact("1");
    try (var holder = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var slot = new Slot(Slot.CURRENT, OptionalInt.of(holder.getLocalPort()));
      var release = scene.release("1", artifact);
      scene.deploy(release, artifact);

      var act = scene.site().stop(slot, release, Scene.SECONDS);

      assertThat(failure(act).reason()).contains(holder.getLocalPort() + " is still held");
    }
  }

  @Test
  void fault49AfterARebootTheRecordOfTheOldProcessDoesNotCount() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    var record = scene.base.resolve(".slipway/slots/current.run");
    var boot = scene.running().mark().split("/", 2)[0];

    Files.writeString(record, Files.readString(record).replace(boot, "another-boot"));

    assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(release.id()));
    assertDone(scene.site().start(Scene.CURRENT, release));
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
  }

  @Test
  void aProcessThatDiedIsSeenAndStartedAnew() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    scene.deploy(release, artifact);
    var mark = scene.running().mark();
    var pid = Long.parseLong(mark.split("/", 3)[1]);

    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    await().until(() -> scene.current().process() instanceof ProcessSighting.Stopped);
    assertDone(scene.site().start(Scene.CURRENT, release));
    assertThat(scene.running().mark()).isNotEqualTo(mark);
  }

  @Test
  void manyWritersTakeTurns() throws InterruptedException, ExecutionException {
    var artifacts = List.of(scene.artifact("1"), scene.artifact("2"));
    var releases =
        List.of(scene.release("1", artifacts.get(0)), scene.release("2", artifacts.get(1)));
    var turns =
        IntStream.range(0, 8)
            .mapToObj(turn -> deployment(releases.get(turn % 2), artifacts.get(turn % 2)))
            .toList();

    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var done : threads.invokeAll(turns)) {
        done.get();
      }
    }

    assertThat(scene.seen().releases()).hasSize(2);
    assertThat(scene.list(".slipway/partial")).isEmpty();
    assertThat(scene.current().occupant())
        .isIn(releases.stream().map(Release::id).map(Occupant.Known::new).toList());
  }

  private Callable<Act> deployment(Release release, Artifact artifact) {
    return () -> {
      assertDone(scene.site().stage(release, artifact));
      assertDone(scene.site().activate(Scene.CURRENT, release));
      return assertDone(scene.site().activate(Scene.BLUE, release));
    };
  }

  @Test
  void aScriptThatIsKilledAnywhereLeavesOldOrNewAndCanBeRepeated() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var artifacts = List.of(scene.artifact("1"), scene.artifact("2"));
    var releases =
        List.of(scene.release("1", artifacts.get(0)), scene.release("2", artifacts.get(1)));
    scene.deploy(releases.get(0), artifacts.get(0));

    IntStream.rangeClosed(1, 12)
        .forEach(round -> {
          var wanted = releases.get(round % 2);
          killed(random.nextInt(400), wanted, artifacts.get(round % 2));

          assertThat(scene.current().occupant())
              .as("round %d of seed %d", round, seed)
              .isIn(releases.stream().map(Release::id).map(Occupant.Known::new).toList());
          scene.deploy(wanted, artifacts.get(round % 2));
          assertThat(scene.current().occupant()).isEqualTo(new Occupant.Known(wanted.id()));
          assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
        });
  }

  /** Deploys on a machine where every script dies after some time. */
  private void killed(int afterMillis, Release release, Artifact artifact) {
    var dying = Shell.of(Server.DASH, directory.resolve("dying" + System.nanoTime()));
    dying.killAfter(Duration.ofMillis(afterMillis));
    var site = scene.site(dying, Scene.EPOCH);
    site.stage(release, artifact);
    site.activate(Scene.CURRENT, release);
    site.start(Scene.CURRENT, release);
  }

  @Test
  void namesThatLeadOutAreRefused() {
    var artifact = scene.artifact("1");
    var sentinel = directory.resolve("srv/evil");
    for (var name : List.of("../evil", "releases", ".slipway", "a/b", "-x", "a b", "$(touch x)")) {
      var slot = new Slot(name, OptionalInt.empty());
      assertThat(refusal(scene.site().activate(slot, scene.release("1", artifact))))
          .contains("not a name");
      assertThat(refusal(scene.site().clear(slot))).contains("not a name");
    }
    var release = scene.release("../../evil", artifact);
    assertThat(refusal(scene.site().stage(release, artifact))).contains("not a name");
    assertThat(sentinel).doesNotExist();
  }

  @Test
  void aLinkedDirectoryCannotLeadOut() throws IOException {
    var artifact = scene.artifact("1");
    var outside = Files.createDirectories(directory.resolve("outside"));
    Files.createDirectories(scene.base.resolve("shared"));
    Files.createSymbolicLink(scene.base.resolve("shared/public"), outside);

    var act = scene.site().stage(scene.release("1", artifact), artifact);

    assertThat(refusal(act)).contains("is a link that leads out");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aDirectoryInThePlaceOfTheLinkIsLeftAlone() throws IOException {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    assertDone(scene.site().stage(release, artifact));
    Files.createDirectories(scene.base.resolve("current"));

    assertThat(refusal(scene.site().activate(Scene.CURRENT, release))).contains("not a link");
    assertThat(scene.base.resolve("current")).isDirectory();
  }

  @Test
  void aDamagedScriptIsSentAgain() throws IOException {
    var artifact = scene.artifact("1");
    assertDone(scene.site().stage(scene.release("1", artifact), artifact));
    var script =
        scene.list(".slipway").stream().filter(name -> name.startsWith("slipway-")).toList();
    assertThat(script).hasSize(1);
    Files.writeString(scene.base.resolve(".slipway/" + script.getFirst()), "exit 0\n");

    assertDone(scene.site().activate(Scene.CURRENT, scene.release("1", artifact)));
  }

  private static Artifact wrapped(Artifact artifact, Wrapping wrapping) {
    return SiteScene.sent(artifact, out -> artifact.writeTar(wrapping.wrap(out)));
  }

  private interface Wrapping {
    OutputStream wrap(OutputStream out);
  }

  /** A connection that is lost after some bytes. */
  private static final class CutOff extends OutputStream {
    private final OutputStream out;
    private int left;

    CutOff(OutputStream out, int bytes) {
      this.out = out;
      this.left = bytes;
    }

    @Override
    public void write(int one) throws IOException {
      if (left-- == 0) {
        throw new IOException("the connection is lost");
      }
      out.write(one);
    }
  }
}
