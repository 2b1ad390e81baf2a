package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The config repository of a {@link World}: where people push to, and what the agent follows.
 *
 * @param checkout the working copy of a person who pushes
 * @param remote where it is and how one gets in, as the agent's own file says it
 * @param server what serves it, ended with the world
 */
public record Origin(GitServerFixture git, GitRepository checkout, String remote, Runnable server) {

  public static Origin byFile(Path directory) {
    var git = GitServerFixture.in(directory);
    return new Origin(git, git.cloned(), "url: \"%s\"".formatted(git.fileUrl()), () -> {});
  }

  /**
   * Serves it over SSH, to a person and to an agent with a key of its own.
   *
   * @param directory of the agent's own file, beside which it finds its key and the host keys
   */
  public static Origin overSsh(Path directory) {
    var git = GitServerFixture.in(directory.resolve("git"));
    var sshd = SshdFixture.in(directory.resolve("sshd")).start();
    Path agent = sshd.keys().key("agent", "ed25519");
    Path person = sshd.keys().key("person", "ed25519");
    String url = git.serveOverSsh(sshd, agent);
    git.serveOverSsh(sshd, person);
    try {
      Path secrets = Files.createDirectories(directory.resolve("secrets"));
      Files.copy(agent, secrets.resolve("git-key"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.copy(sshd.knownHosts(), directory.resolve("git_hosts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String ssh = String.join(" ", sshd.clientCommand(person, sshd.knownHosts()));
    return new Origin(
        git,
        git.cloneFrom(url, ssh),
        "url: \"%s\", secretRef: {name: git-key}, knownHosts: git_hosts".formatted(url),
        sshd::close);
  }
}
