package dev.slipway.agent.bench.git;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bare repository as a Git server keeps it, reached by file, by ssh and by http.
 *
 * <p>Made with one first commit on {@code main}, so that every test starts from a repository that
 * people have cloned already.
 */
public final class GitServerFixture {
  private static final String NAME = "config.git";

  // Git runs it once for each pushed ref, in the bare repository, with the ref as first argument.
  private static final String UPDATE_HOOK =
      """
      #!/bin/sh
      test -e protected || exit 0
      while read -r pattern; do
        case "$1" in
          $pattern) echo "protected branch: $1 (declined by the server)" >&2; exit 1 ;;
        esac
      done < protected
      """;

  private final Path directory;
  private final AtomicInteger clones = new AtomicInteger();

  private GitServerFixture(Path directory) {
    this.directory = directory;
  }

  /** Makes the repository, and everything else the fixture needs, in this directory. */
  public static GitServerFixture in(Path directory) {
    var server = new GitServerFixture(directory);
    server.create();
    server.cloned().write("README.md", "Deployments.\n").commitAndPush("Begin");
    return server;
  }

  /** The bare repository. */
  public Path repository() {
    return served().resolve(NAME);
  }

  public String fileUrl() {
    return repository().toUri().toString().replaceFirst("/$", "");
  }

  /** Lets a key use this repository, and nothing else, over the SSH server; returns the URL. */
  public String serveOverSsh(SshdFixture sshd, Path userKey) {
    var gitShell = Server.GIT.require().resolveSibling("git-shell");
    var command =
        "exec env HOME=%s GIT_CONFIG_NOSYSTEM=1 %s -c \\\"$SSH_ORIGINAL_COMMAND\\\""
            .formatted(home(), gitShell);
    sshd.authorize("restrict,command=\"%s\" %s".formatted(command, SshKeys.publicLine(userKey)));
    return "ssh://%s@%s:%d%s"
        .formatted(sshd.user(), sshd.addresses().getFirst(), sshd.port(), repository());
  }

  /** Serves the repository over HTTP until the server is closed. */
  public GitHttpServer serveOverHttp() {
    return GitHttpServer.start(served(), NAME, home());
  }

  /** A new working copy, cloned as a file. */
  public GitRepository cloned() {
    return cloneFrom(fileUrl(), "");
  }

  /** A new working copy from one of the URLs; {@code sshCommand} is only needed for ssh. */
  public GitRepository cloneFrom(String url, String sshCommand) {
    var target = directory.resolve("clone-" + clones.incrementAndGet());
    return GitRepository.clone(url, target, home(), sshCommand);
  }

  /** Refuses every push to refs that match a shell pattern, such as {@code refs/notes/*}. */
  public void protect(String refPattern) {
    write("protected", refPattern + "\n", StandardOpenOption.APPEND);
  }

  /** Accepts pushes to every ref again. */
  public void unprotect() {
    write("protected", "", StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Sets an option of the bare repository, such as {@code receive.denyNonFastForwards}. */
  public GitServerFixture configure(String key, String value) {
    git("config", key, value);
    return this;
  }

  /** The id that a revision has on the server. */
  public String commitOf(String revision) {
    return git("rev-parse", "--verify", revision).strip();
  }

  public boolean has(String revision) {
    return run("rev-parse", "--verify", "--quiet", revision).status() == 0;
  }

  /** A file as it is on the server at a revision. */
  public String read(String revision, String path) {
    return git("show", revision + ":" + path);
  }

  /** The subjects of a branch on the server, newest first. */
  public List<String> subjects(String revision) {
    return git("log", "--format=%s", revision).lines().toList();
  }

  /** Runs git in the bare repository, which must succeed. */
  public String git(String... arguments) {
    return server(arguments).output();
  }

  private Program.Ended run(String... arguments) {
    return server(arguments).run();
  }

  private Program server(String... arguments) {
    var words = new ArrayList<>(List.of("--git-dir", repository().toString()));
    words.addAll(List.of(arguments));
    return GitRepository.git(directory, GitRepository.isolated(home()), words);
  }

  private void create() {
    try {
      Files.createDirectories(home());
      Files.createDirectories(repository());
      git("init", "--quiet", "--bare");
      var hook = repository().resolve("hooks/update");
      Files.writeString(hook, UPDATE_HOOK);
      Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    configure("http.receivepack", "true");
  }

  private void write(String name, String text, StandardOpenOption option) {
    try {
      Files.writeString(
          repository().resolve(name),
          text,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          option);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path served() {
    return directory.resolve("served");
  }

  private Path home() {
    return directory.resolve("home");
  }
}
