package dev.slipway.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.reading.Validation;
import dev.slipway.agent.source.local.LocalRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the demo plays with what people get from {@code slipway init}, and with nothing else.
 *
 * <p>Method: its files are laid beside {@code examples-repo} and compared, line by line.
 */
final class DemoFilesTest {
  private static final Path EXAMPLES = Path.of("..", "examples-repo");

  private static Map<String, LocalRepository.File> all(Path directory) throws IOException {
    var files = new DemoFiles(directory, "/opt/jdk/bin/java");
    var all = new HashMap<>(files.examples(18080));
    all.put(DemoFiles.application(), files.application("1.0.0", 18081));
    return all;
  }

  private static long changedLines(String path, LocalRepository.File file) throws IOException {
    var before = Files.readAllLines(EXAMPLES.resolve(path));
    var after = new String(file.blob().bytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(after).as(path).hasSameSizeAs(before);
    long changed = 0;
    for (int i = 0; i < before.size(); i++) {
      changed += before.get(i).equals(after.get(i)) ? 0 : 1;
    }
    return changed;
  }

  @Test
  void onlyPlacesAndTimesDifferFromTheExamples(@TempDir Path directory) throws IOException {
    var changed = new HashMap<String, Long>();
    for (Map.Entry<String, LocalRepository.File> file : all(directory).entrySet()) {
      long lines = changedLines(file.getKey(), file.getValue());
      if (lines > 0) {
        changed.put(file.getKey(), lines);
      }
    }

    assertThat(changed).isEqualTo(Map.of("environments/demo.yaml", 2L, "apps/shop.yaml", 3L));
  }

  @Test
  void whatTheDemoCommitsIsValid(@TempDir Path directory) throws IOException {
    for (Map.Entry<String, LocalRepository.File> file : all(directory).entrySet()) {
      Path target = directory.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue().blob().bytes());
    }

    assertThat(Validation.directory(directory).problems()).isEmpty();
  }

  @Test
  void releasesAreStartedAsInTheExamples(@TempDir Path directory) throws IOException {
    DemoRelease.write(directory, "1.0.0", new Behaviour.Sound());

    assertThat(directory.resolve("bin/start"))
        .hasSameTextualContentAs(EXAMPLES.resolve("releases/shop-1.0.0/bin/start"));
  }
}
