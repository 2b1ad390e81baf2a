package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: no configuration of the account reaches us, and no program is started for Git. Method: a
 * JVM of its own with a hostile home and environment, watched by strace, follows one repository in
 * all three ways.
 */
final class GitIsolationTest {
  @TempDir Path directory;
  private Path sentinel;
  private Path home;

  @BeforeEach
  void makeHostileHome() throws IOException {
    sentinel = directory.resolve("sentinel");
    home = Files.createDirectories(directory.resolve("home"));
    var config =
        """
        [core]
        \tsshCommand = touch %1$s
        \thooksPath = %2$s
        \tfsmonitor = touch %1$s
        [credential]
        \thelper = "!touch %1$s"
        [url "file:///nowhere/"]
        \tinsteadOf = file://
        \tinsteadOf = http://
        \tinsteadOf = ssh://
        [http]
        \tproxy = http://127.0.0.1:1
        \tfollowRedirects = true
        [gpg]
        \tprogram = %1$s
        [commit]
        \tgpgSign = true
        """
            .formatted(sentinel, home);
    Files.writeString(home.resolve(".gitconfig"), config);
    Files.writeString(Files.createDirectories(home.resolve("git")).resolve("config"), config);
    var hook = Files.writeString(home.resolve("pre-push"), "#!/bin/sh\ntouch " + sentinel + "\n");
    assertThat(hook.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aHostileHomeIsIgnoredAndNoProgramIsStarted() throws IOException {
    var server = GitServerFixture.in(directory.resolve("server"));
    try (var http = server.serveOverHttp();
        var sshd = SshdFixture.in(directory.resolve("sshd")).start()) {
      var key = sshd.keys().key("agent", "ed25519");
      var ssh = server.serveOverSsh(sshd, key);
      var trace = directory.resolve("trace");

      var ended = follow(trace, key, sshd.knownHosts(), server.fileUrl(), http.url(), ssh);

      assertThat(ended.status()).as(ended.output()).isZero();
      assertThat(Files.readAllLines(trace))
          .filteredOn(line -> line.contains("exec"))
          .singleElement()
          .asString()
          .contains("/bin/java");
      assertThat(sentinel).doesNotExist();
      assertThat(server.subjects("slipway/status")).hasSize(3);
    }
  }

  private Program.Ended follow(Path trace, Path key, Path knownHosts, String... urls) {
    var command =
        new ArrayList<Object>(
            List.of(
                Server.STRACE.require(),
                "-f",
                "-qq",
                "-e",
                "trace=execve,execveat",
                "-e",
                "signal=none",
                "-o",
                trace,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                Follower.class.getName(),
                directory.resolve("clones"),
                key,
                knownHosts));
    command.addAll(List.of(urls));
    return Program.of(command.toArray())
        .with(
            Map.of(
                "HOME", home.toString(),
                "XDG_CONFIG_HOME", home.toString(),
                "GIT_SSH", sentinel.toString(),
                "GIT_SSH_COMMAND", "touch " + sentinel,
                "GIT_CONFIG_GLOBAL", home.resolve(".gitconfig").toString(),
                "GIT_DIR", directory.resolve("elsewhere").toString(),
                "GIT_ASKPASS", "touch " + sentinel,
                "http_proxy", "http://127.0.0.1:1"))
        .run();
  }

  /** The agent's part, in a process of its own. */
  static final class Follower {
    /** Takes a directory for clones, a key, known hosts and URLs. */
    public static void main(String[] arguments) {
      var clones = Path.of(arguments[0]);
      for (int index = 3; index < arguments.length; index++) {
        var spec = Agents.withKey(arguments[index], Path.of(arguments[1]), Path.of(arguments[2]));
        try (var agent = Agents.open(spec, clones.resolve("clone-" + index))) {
          var commit = Agents.tips(agent, "main", "feature/*").get("main");
          if (commit == null || agent.tree(commit).list("").isEmpty()) {
            throw new AssertionError(spec.url() + " has no files");
          }
          publish(agent, index, commit);
        }
      }
    }

    private static void publish(ConfigRepository agent, int number, String commit) {
      var files = Map.of("shop.yaml", "number: " + number + "\n");
      var notes = List.of(new Note(commit, "number " + number + "\n"));
      var published = agent.publish(new StatusUpdate(number, "Number " + number, files, notes));
      if (!(published instanceof Published.Pushed)) {
        throw new AssertionError(published);
      }
    }
  }
}
