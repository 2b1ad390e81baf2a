package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a rollout neither acts nor looks on a host whose key has changed. Method: a real sshd that
 * plays two hosts, which are reinstalled under a running agent; for one of them, the new key has
 * been pinned.
 */
final class ChangedHostKeyTest {
  private static final String CHANGED = "127.0.54.1";
  private static final String KNOWN = "127.0.54.2";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path directory;
  private SshdFixture sshd;
  private Machines machines;
  private Scene scene;
  private String before;

  @BeforeEach
  void reinstallTheHosts() throws IOException {
    scene = new Scene(Server.DASH, directory);
    sshd = SshdFixture.in(directory.resolve("sshd")).listenOn(CHANGED, KNOWN).start();
    var known = directory.resolve("known_hosts");
    var pinned = pin(CHANGED) + pin(KNOWN);
    Files.writeString(known, pinned);
    before = SshKeys.fingerprint(sshd.hostKey());
    machines = Machines.open(Optional.of(settings(known)));
    assertThat(machine(CHANGED).run(Command.of("true"), MINUTE)).isInstanceOf(Reply.Exited.class);
    sshd.kill();
    sshd.replaceHostKeys();
    sshd.start();
    Files.writeString(known, pinned.lines().findFirst().orElseThrow() + "\n" + pin(KNOWN));
  }

  @AfterEach
  void close() {
    machines.close();
    sshd.close();
  }

  @Test
  void fault42NothingIsDoneOnAHostWhoseKeyHasChangedAndBothFingerprintsAreShown() {
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    var site = scene.site(machine(CHANGED), Scene.EPOCH);

    assertShown(reason(site.stage(release, artifact)));
    assertShown(reason(site.activate(Scene.CURRENT, release)));
    assertShown(reason(site.start(Scene.CURRENT, release)));
    assertShown(reason(site.stop(Scene.CURRENT, release, MINUTE)));
    assertThat(site.look())
        .isInstanceOfSatisfying(Sighting.IdentityRefused.class, gone -> assertShown(gone.reason()));
    assertThat(site.process(Scene.CURRENT, release))
        .isInstanceOfSatisfying(
            ProcessSighting.IdentityRefused.class, gone -> assertShown(gone.reason()));
    assertThat(scene.base).doesNotExist();
  }

  @Test
  void fault42TheOtherHostsGoOn() {
    assertThat(machine(CHANGED).run(Command.of("true"), MINUTE))
        .isInstanceOf(Reply.IdentityRefused.class);

    assertThat(scene.site(machine(KNOWN), Scene.EPOCH).look()).isInstanceOf(Sighting.Seen.class);
  }

  @Test
  void fault42NoTunnelLeadsToAHostWhoseKeyHasChanged() {
    assertThatThrownBy(() -> machine(CHANGED).tunnel(Loopback.at(CHANGED, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(before, SshKeys.fingerprint(sshd.hostKey()));
  }

  private void assertShown(String reason) {
    assertThat(reason).contains(before, SshKeys.fingerprint(sshd.hostKey()), CHANGED);
  }

  private static String reason(Act act) {
    assertThat(act).isInstanceOf(Act.IdentityRefused.class);
    return ((Act.IdentityRefused) act).reason();
  }

  private String pin(String address) {
    return "%s %s%n".formatted(sshd.hostPattern(address), SshKeys.publicLine(sshd.hostKey()));
  }

  private Machine machine(String address) {
    return machines.machine(new Host(address, address, Optional.empty(), Reach.SSH, Map.of()));
  }

  private SshSettings settings(Path known) {
    return new SshSettings(
        sshd.user(), sshd.port(), Optional.empty(), known, sshd.userKey(), Become.NONE, MINUTE);
  }
}
