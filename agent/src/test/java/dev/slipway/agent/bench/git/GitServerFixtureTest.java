package dev.slipway.agent.bench.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.SshdFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: tests may trust the Git server that the bench gives them. Method: push with the real git in
 * every way there is and look at what the server has.
 */
final class GitServerFixtureTest {
  @TempDir Path directory;

  @Test
  void aPushByFileArrives() {
    var server = GitServerFixture.in(directory);

    var commit = server.cloned().write("apps/shop.yaml", "version: \"1\"\n").commitAndPush("One");

    assertThat(server.commitOf("main")).isEqualTo(commit);
    assertThat(server.read("main", "apps/shop.yaml")).isEqualTo("version: \"1\"\n");
    assertThat(server.subjects("main")).containsExactly("One", "Begin");
  }

  @Test
  void aPushOverSshArrivesAndTheKeyOpensNothingElse() {
    var server = GitServerFixture.in(directory);
    try (var sshd = SshdFixture.in(directory.resolve("sshd")).start()) {
      var key = sshd.keys().key("pusher", "ed25519");
      var url = server.serveOverSsh(sshd, key);
      var ssh = String.join(" ", sshd.clientCommand(key, sshd.knownHosts()));

      var commit = server.cloneFrom(url, ssh).write("a", "1").commitAndPush("Over ssh");

      assertThat(server.commitOf("main")).isEqualTo(commit);
      assertThat(login(sshd, key).output()).contains("unrecognized command");
    }
  }

  @Test
  void aPushOverHttpArrives() {
    var server = GitServerFixture.in(directory);
    try (var http = server.serveOverHttp()) {
      var clone = server.cloneFrom(http.url(), "");
      // Larger than git's post buffer, so that the body comes in chunks.
      var commit = clone.write("large", incompressible(3 << 20)).commitAndPush("Over http");

      assertThat(server.commitOf("main")).isEqualTo(commit);
    }
  }

  @Test
  void httpAsksForTheLoginAndCanBeBroken() {
    var server = GitServerFixture.in(directory);
    try (var http = server.serveOverHttp().requireLogin("ada", "secret")) {
      var clone = server.cloned();
      var withLogin = http.url().replace("http://", "http://ada:secret@");

      assertThat(clone.run("ls-remote", http.url()).status()).isNotZero();
      assertThat(clone.git("ls-remote", withLogin)).contains("refs/heads/main");

      http.breakWith(200, "text/html", "<html>Please log in</html>");
      // The real git takes such a page for an empty repository and ends with 0.
      assertThat(clone.run("ls-remote", withLogin).output()).doesNotContain("refs/heads/main");
      http.repair();
      assertThat(clone.git("ls-remote", withLogin)).contains("refs/heads/main");
    }
  }

  @Test
  void revertsRewindsAndDeletedBranchesReachTheServer() {
    var server = GitServerFixture.in(directory);
    var clone = server.cloned();
    var first = clone.write("a", "1").commitAndPush("First");
    var second = clone.write("a", "2").commitAndPush("Second");

    clone.revert(second);
    clone.push();
    assertThat(server.read("main", "a")).isEqualTo("1");

    clone.rewindTo(first).forcePush();
    assertThat(server.commitOf("main")).isEqualTo(first);

    clone.branch("feature/x").commitAndPush("On a branch");
    assertThat(server.has("refs/heads/feature/x")).isTrue();
    clone.deleteRemoteBranch("feature/x");
    assertThat(server.has("refs/heads/feature/x")).isFalse();
  }

  @Test
  void aProtectedRefRefusesPushesUntilItIsOpenedAgain() {
    var server = GitServerFixture.in(directory);
    var clone = server.cloned();
    server.protect("refs/heads/slipway/*");
    clone.branch("slipway/status").commit("Status");

    var refused = clone.run("push", "origin", "HEAD");

    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("declined by the server");
    server.unprotect();
    clone.push();
    assertThat(server.has("refs/heads/slipway/status")).isTrue();
  }

  private static Program.Ended login(SshdFixture sshd, Path key) {
    var line = new ArrayList<>(sshd.clientCommand(key, sshd.knownHosts()));
    line.add(sshd.user() + "@127.0.0.1");
    line.add("id");
    return Program.of(line.toArray()).run();
  }

  private static String incompressible(int length) {
    var text = new StringBuilder(length);
    for (long state = 42; text.length() < length; state = state * 6364136223846793005L + 1) {
      text.append(Long.toHexString(state));
    }
    return text.toString();
  }
}
