package dev.slipway.agent.demo;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.local.LocalRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The config repository of the demo, made from {@code examples-repo}. */
final class DemoRepository implements AutoCloseable {
  private static final String BRANCH = "demo";

  private final LocalRepository repository;
  private final Path scratch;
  private final InstantSource clock;

  DemoRepository(Path directory, InstantSource clock) {
    this.repository = LocalRepository.create(directory.resolve("config.git"));
    this.scratch = directory.resolve("releases");
    this.clock = clock;
  }

  /**
   * Commits what the repository begins with to the trunk; the branch of the demo leaves it there.
   */
  void begin(Map<String, LocalRepository.File> files) {
    String commit = repository.commit("main", "Begin with Slipway's examples\n", now(), files);
    repository.branch(BRANCH, commit);
  }

  /** Commits a release, as a push does; returns the commit. */
  String push(String version, Behaviour behaviour, LocalRepository.File application)
      throws IOException {
    Path made = scratch.resolve(version);
    DemoRelease.write(made, version, behaviour);
    var files = new HashMap<String, LocalRepository.File>();
    try (Stream<Path> found = Files.walk(made)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put("releases/shop-%s/%s".formatted(version, made.relativize(file)), read(file));
      }
    }
    files.put(DemoFiles.application(), application);
    return repository.commit(BRANCH, "Release shop %s\n".formatted(version), now(), files);
  }

  /** Commits the files of an earlier commit again, as {@code git revert} does. */
  String revertTo(String commit, String version) {
    return repository.revertTo(BRANCH, commit, "Revert to shop %s\n".formatted(version), now());
  }

  @Override
  public void close() {
    repository.close();
  }

  private Instant now() {
    return clock.instant();
  }

  private static LocalRepository.File read(Path file) throws IOException {
    return new LocalRepository.File(
        new Blob(Files.readAllBytes(file)),
        Files.isExecutable(file) ? Tree.Mode.EXECUTABLE : Tree.Mode.PLAIN);
  }
}
