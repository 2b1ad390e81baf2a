package dev.slipway.agent.bench.git;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A working copy in which a test plays the person who pushes, with the real {@code git}.
 *
 * <p>Nothing of the account that runs the tests gets in: HOME is a directory of the bench, and
 * neither system nor user configuration is read.
 */
public final class GitRepository {
  private final Path directory;
  private final Map<String, String> environment;

  private GitRepository(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /** Clones; {@code sshCommand} is what git runs for ssh remotes, empty for other remotes. */
  static GitRepository clone(String url, Path directory, Path home, String sshCommand) {
    var environment = new HashMap<>(isolated(home));
    if (!sshCommand.isEmpty()) {
      environment.put("GIT_SSH_COMMAND", sshCommand);
    }
    git(home, environment, List.of("clone", "--quiet", url, directory.toString())).output();
    return new GitRepository(directory, environment);
  }

  public Path directory() {
    return directory;
  }

  /** Writes a file, whose directories are made, into the working copy. */
  public GitRepository write(String path, String text) {
    try {
      var file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public GitRepository delete(String path) {
    git("rm", "--quiet", "-r", "--", path);
    return this;
  }

  /** Commits everything in the working copy and returns the id of the commit. */
  public String commit(String message) {
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", message);
    return head();
  }

  public String head() {
    return git("rev-parse", "HEAD").strip();
  }

  /** Commits the reverse of a commit, as {@code git revert} does, and returns the new id. */
  public String revert(String commit) {
    git("revert", "--no-edit", commit);
    return head();
  }

  /** Switches to a branch, which is made from the present commit when it is missing. */
  public GitRepository branch(String name) {
    var exists = run("rev-parse", "--verify", "--quiet", "refs/heads/" + name).status() == 0;
    if (exists) {
      git("switch", "--quiet", name);
    } else {
      git("switch", "--quiet", "--create", name);
    }
    return this;
  }

  /** Forgets commits: the branch points at an older one again. */
  public GitRepository rewindTo(String commit) {
    git("reset", "--quiet", "--hard", commit);
    return this;
  }

  /** Pushes the present branch, which must be accepted. */
  public GitRepository push() {
    git("push", "--quiet", "--set-upstream", "origin", "HEAD");
    return this;
  }

  /** Commits everything, pushes it, and returns the id of the commit. */
  public String commitAndPush(String message) {
    var commit = commit(message);
    push();
    return commit;
  }

  public GitRepository forcePush() {
    git("push", "--quiet", "--force", "origin", "HEAD");
    return this;
  }

  public GitRepository deleteRemoteBranch(String name) {
    git("push", "--quiet", "origin", ":refs/heads/" + name);
    return this;
  }

  /** Runs git with these arguments, which must succeed, and returns what it printed. */
  public String git(String... arguments) {
    return git(directory, environment, List.of(arguments)).output();
  }

  /** Runs git with these arguments, whatever comes of it. */
  public Program.Ended run(String... arguments) {
    return git(directory, environment, List.of(arguments)).run();
  }

  static Program git(Path where, Map<String, String> environment, List<String> arguments) {
    var command = new ArrayList<Object>(List.of(Server.GIT.require()));
    command.addAll(arguments);
    return Program.of(command.toArray()).in(where).with(environment);
  }

  /** Keeps out what the machine or the account has configured, and every question to a person. */
  static Map<String, String> isolated(Path home) {
    return Map.ofEntries(
        Map.entry("HOME", home.toString()),
        Map.entry("XDG_CONFIG_HOME", home.toString()),
        Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
        Map.entry("GIT_TERMINAL_PROMPT", "0"),
        Map.entry("GIT_AUTHOR_NAME", "Ada Pusher"),
        Map.entry("GIT_AUTHOR_EMAIL", "ada@example.com"),
        Map.entry("GIT_COMMITTER_NAME", "Ada Pusher"),
        Map.entry("GIT_COMMITTER_EMAIL", "ada@example.com"),
        Map.entry("GIT_CONFIG_COUNT", "1"),
        Map.entry("GIT_CONFIG_KEY_0", "init.defaultBranch"),
        Map.entry("GIT_CONFIG_VALUE_0", "main"),
        Map.entry("LC_ALL", "C.UTF-8"));
  }
}
