package dev.slipway.agent.demo;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.local.LocalRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The config repository of the demo: examples-repo's environment {@code demo}, made to fit. */
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

  /** Commits what stands beside the releases: on the trunk, and on the branch of the demo. */
  void begin(Map<String, String> manifests) {
    var files = new HashMap<String, LocalRepository.File>();
    manifests.forEach((path, text) -> files.put(path, plain(text)));
    repository.commit("main", "Describe the demo\n", now(), files);
  }

  /** Commits a release, as a push does; returns the commit. */
  String push(String version, Behaviour behaviour, String application) throws IOException {
    Path made = scratch.resolve(version);
    DemoRelease.write(made, version, behaviour);
    var files = new HashMap<String, LocalRepository.File>();
    try (Stream<Path> found = Files.walk(made)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put("releases/shop-%s/%s".formatted(version, made.relativize(file)), read(file));
      }
    }
    files.put("apps/shop.yaml", plain(application));
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

  private static LocalRepository.File plain(String text) {
    return new LocalRepository.File(
        new Blob(text.getBytes(StandardCharsets.UTF_8)), Tree.Mode.PLAIN);
  }

  private static LocalRepository.File read(Path file) throws IOException {
    return new LocalRepository.File(
        new Blob(Files.readAllBytes(file)),
        Files.isExecutable(file) ? Tree.Mode.EXECUTABLE : Tree.Mode.PLAIN);
  }
}
