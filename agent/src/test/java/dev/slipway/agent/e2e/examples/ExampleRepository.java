package dev.slipway.agent.e2e.examples;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.e2e.world.AgentProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A clone of the example repository, in which only the hosts of production, a pause and the time at
 * which nothing may be rolled out are other than in what we ship.
 */
final class ExampleRepository {
  static final Path EXAMPLES = Path.of("..", "examples-repo");
  static final List<String> APPLICATIONS = List.of("api", "forum", "blog", "handbook");
  private static final String PRODUCTION = "environments/production.yaml";
  private static final String CAREFUL = "strategies/careful.yaml";

  private final GitRepository clone;

  ExampleRepository(GitRepository clone) {
    this.clone = clone;
    copy(EXAMPLES, clone.directory());
  }

  /** Lets production be these hosts, as they stand in an environment. */
  ExampleRepository hosts(String yaml) {
    String text = read(PRODUCTION);
    int before = text.indexOf("  ssh:");
    int after = text.indexOf("  onUnreachable:");
    int end = text.indexOf("  syncWindows:");
    clone.write(PRODUCTION, text.substring(0, before) + yaml + text.substring(after, end));
    change(CAREFUL, "pauseBetweenBatches: 30s", "pauseBetweenBatches: 1s");
    return this;
  }

  /** Returns what {@code slipway bootstrap} prints for a host of production. */
  String bootstrap(String host, Path key, String from) {
    var words =
        AgentProcess.slipway(
            "bootstrap",
            host,
            "-e",
            "production",
            "-C",
            clone.directory().toString(),
            "--key",
            key.toString(),
            "--from",
            from);
    return Program.of(words.toArray()).output();
  }

  /** Pushes everything as it is; returns the commit. */
  String push(String message) {
    return clone.commitAndPush(message);
  }

  /** Pushes the next release of each application, with a migration; returns the commit. */
  String pushNext(String former, String version) {
    release(former, version);
    clone.write(
        "releases/forum-%s/db/migrate/002_author.sql".formatted(version),
        "ALTER TABLE posts ADD COLUMN author text;\n");
    return push("Release " + version);
  }

  /** Pushes a release of each application that does not work, each for a reason of its own. */
  String pushBroken(String former, String version) {
    release(former, version);
    change("releases/api-%s/src/Api.java".formatted(version), "return 200;", "return 500;");
    change(
        "releases/forum-%s/bin/work".formatted(version),
        "over = false",
        "abort \"no mail server can be reached\"");
    change(
        "releases/blog-%s/public/index.php".formatted(version),
        "$release = dirname(__DIR__);",
        "throw new Exception('no entries');");
    String handbook = "releases/handbook-%s/public/".formatted(version);
    clone.git("mv", handbook + "index.html", handbook + "start.html");
    return push("Release " + version);
  }

  /** Pushes the reverse of commits, the newest first; returns the last commit. */
  String revert(String... commits) {
    Stream.of(commits).forEach(clone::revert);
    clone.push();
    return clone.head();
  }

  private void release(String former, String version) {
    for (String application : APPLICATIONS) {
      Path release = clone.directory().resolve("releases/%s-%s".formatted(application, version));
      copy(release.resolveSibling("%s-%s".formatted(application, former)), release);
      clone.write(
          "releases/%s-%s/VERSION".formatted(application, version),
          version + System.lineSeparator());
      change(
          "apps/%s.yaml".formatted(application),
          "version: \"%s\"".formatted(former),
          "version: \"%s\"".formatted(version));
    }
    change(
        "releases/handbook-%s/public/index.html".formatted(version),
        "Edition " + former,
        "Edition " + version);
    clone.git("add", "--all");
  }

  private void change(String path, String former, String other) {
    String text = read(path);
    if (!text.contains(former)) {
      throw new AssertionError("'%s' is not in %s".formatted(former, path));
    }
    clone.write(path, text.replace(former, other));
  }

  private String read(String path) {
    try {
      return Files.readString(clone.directory().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies files and directories with their modes; a link in the examples is what it leads to. */
  private static void copy(Path from, Path to) {
    try (Stream<Path> found = Files.walk(from)) {
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
