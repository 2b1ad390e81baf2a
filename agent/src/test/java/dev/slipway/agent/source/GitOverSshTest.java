package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: over SSH the agent reads and writes with pinned host keys and one key of its own. Method: a
 * real sshd whose key opens nothing but the repository.
 */
final class GitOverSshTest {
  @TempDir Path directory;
  private GitServerFixture server;
  private SshdFixture sshd;
  private Path key;
  private String url;

  @BeforeEach
  void serve() {
    server = GitServerFixture.in(directory.resolve("server"));
    sshd = SshdFixture.in(directory.resolve("sshd")).start();
    key = sshd.keys().key("agent", "ed25519");
    url = server.serveOverSsh(sshd, key);
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  @Test
  void pushesAreSeenAndStatusIsWritten() {
    var person = server.cloned();
    try (var agent = open(url)) {
      assertThat(Agents.tips(agent, "main", "feature/*"))
          .containsOnlyKeys("main")
          .containsValue(server.commitOf("main"));
      var commit = person.write("apps/shop.yaml", "x".repeat(300_000)).commitAndPush("Two");

      assertThat(Agents.tips(agent, "main")).containsValue(commit);
      assertThat(Agents.text(agent.tree(commit), "apps/shop.yaml")).hasSize(300_000);
      assertThat(agent.publish(update(1, commit))).isInstanceOf(Published.Pushed.class);
      assertThat(agent.publish(update(2, commit))).isInstanceOf(Published.Pushed.class);
      assertThat(server.subjects("slipway/status")).containsExactly("Update 2", "Update 1");
      assertThat(server.git("notes", "--ref=slipway", "show", commit)).isEqualTo("deployed\n");
    }
  }

  @Test
  void fault31AChangedHostKeyStopsEverything() {
    var pinned = sshd.knownHosts();
    sshd.stop();
    sshd.replaceHostKeys();
    sshd.start();
    try (var agent = Agents.open(Agents.withKey(url, key, pinned), cloneDirectory())) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("key", "SHA256:");
      assertThat(agent.publish(update(1))).isInstanceOf(Published.Rejected.class);
    }
  }

  @Test
  void fault42AChangedHostKeyOfTheGitServerShowsBothFingerprintsAndIsNotAccepted()
      throws IOException {
    var pinned = sshd.knownHosts();
    var text = Files.readString(pinned);
    var before = SshKeys.fingerprint(sshd.hostKey());
    try (var agent = Agents.open(Agents.withKey(url, key, pinned), cloneDirectory())) {
      assertThat(Agents.tips(agent, "main")).isNotEmpty();
      sshd.kill();
      sshd.replaceHostKeys();
      sshd.start();

      for (int poll = 0; poll < 2; poll++) {
        assertThat(Agents.whyUnavailable(agent, "main"))
            .contains(before, SshKeys.fingerprint(sshd.hostKey()), pinned + ":1");
      }
    }
    assertThat(pinned).hasContent(text);
  }

  @Test
  void fault31AKeyThatIsNoLongerLetInIsNamed() {
    sshd.revokeAllKeys();
    try (var agent = open(url)) {
      assertThat(Agents.whyUnavailable(agent, "main")).startsWith("shop (" + url + "): ");
    }
  }

  @Test
  void fault22AServerThatHangsIsGivenUp() {
    var hurried = new RemoteSpec.Limits(1 << 20, 1_000, 50, 2);
    var spec = Agents.withKey(url, key, sshd.knownHosts());
    var impatient =
        new RemoteSpec(
            spec.name(), url, spec.privateKey(), spec.knownHosts(), spec.token(), hurried);
    sshd.pause();
    try (var agent = Agents.open(impatient, cloneDirectory())) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("did not answer");
    } finally {
      sshd.resume();
    }
  }

  @Test
  void fault33AProtectedBranchIsAnAnswerAndNoFailure() {
    server.protect("refs/heads/slipway/*");
    try (var agent = open(url)) {
      assertThat(agent.publish(update(1)))
          .isInstanceOfSatisfying(
              Published.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("refs/heads/slipway/status"));
      assertThat(Agents.tips(agent, "main")).isNotEmpty();
    }
  }

  @Test
  void aPathThatIsNoRepositoryIsSaidToBeNone() {
    try (var agent = open(url + "-missing")) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("-missing");
    }
  }

  @Test
  void aKeyAndKnownHostsAreAskedFor() {
    try (var agent = Agents.open(Agents.spec(url), cloneDirectory())) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("private key", "known_hosts");
    }
  }

  private ConfigRepository open(String address) {
    return Agents.open(Agents.withKey(address, key, sshd.knownHosts()), cloneDirectory());
  }

  private Path cloneDirectory() {
    return directory.resolve("clone");
  }

  private static StatusUpdate update(long sequence, String... noted) {
    var notes = List.of(noted).stream().map(commit -> new Note(commit, "deployed\n")).toList();
    var files = Map.of("shop.yaml", "number: " + sequence + "\n");
    return new StatusUpdate(sequence, "Update " + sequence, files, notes);
  }
}
