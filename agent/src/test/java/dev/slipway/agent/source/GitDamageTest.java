package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.git.GitServerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a damaged clone is fetched anew and nothing is ever read from it that was not committed.
 * Method: destroy files of the clone, between runs of the agent and under a running one.
 */
final class GitDamageTest {
  private static final int FLIPS = 30;
  private static final long SEED = 20_261_123;

  @TempDir Path directory;
  private GitServerFixture server;
  private Path clone;
  private String commit;

  @BeforeEach
  void followOnce() {
    server = GitServerFixture.in(directory.resolve("server"));
    var person = server.cloned();
    IntStream.range(0, 20)
        .forEach(number -> person.write("apps/app" + number + ".yaml", text(number)));
    commit = person.commitAndPush("Apps");
    clone = directory.resolve("clone");
    try (var agent = open()) {
      assertThat(Agents.tips(agent, "main")).containsValue(commit);
    }
  }

  @Test
  void fault23ABitThatFlipsBetweenTwoRunsIsMended() throws IOException {
    var random = new Random(SEED);
    for (int flip = 0; flip < FLIPS; flip++) {
      flip(random);
      try (var agent = open()) {
        assertThat(Agents.tips(agent, "main")).isEqualTo(Map.of("main", commit));
        assertThatAllIsThere(agent.tree(commit));
      }
    }
  }

  @Test
  void fault23ABitThatFlipsUnderARunningAgentIsNeverBelieved() throws IOException {
    var random = new Random(SEED);
    try (var agent = open()) {
      for (int flip = 0; flip < FLIPS; flip++) {
        assertThat(Agents.tips(agent, "main")).containsValue(commit);
        flip(random);
        assertThatNothingIsWrong(agent);
      }
      assertThat(Agents.tips(agent, "main")).containsValue(commit);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "config", "objects", "refs", "refs/remotes/origin/main"})
  void fault23WhatIsMissingIsMadeAgain(String path) throws IOException {
    destroy(clone.resolve(path));
    try (var agent = open()) {
      assertThat(Agents.tips(agent, "main")).isEqualTo(Map.of("main", commit));
      assertThatAllIsThere(agent.tree(commit));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "config", "refs/remotes/origin/main", "packed-refs"})
  void fault23WhatIsNonsenseIsMadeAgain(String path) throws IOException {
    Files.writeString(clone.resolve(path), "[nonsense\n\u0000");
    try (var agent = open()) {
      assertThat(Agents.tips(agent, "main")).isEqualTo(Map.of("main", commit));
      assertThatAllIsThere(agent.tree(commit));
    }
  }

  private ConfigRepository open() {
    return Agents.open(Agents.spec(server.fileUrl()), clone);
  }

  private void flip(Random random) throws IOException {
    List<Path> files;
    try (var found = Files.list(clone.resolve("objects/pack"))) {
      files = found.filter(file -> file.toString().matches(".*\\.(pack|idx)")).sorted().toList();
    }
    var file = files.get(random.nextInt(files.size()));
    var bytes = Files.readAllBytes(file);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    var damaged = Files.write(clone.resolve("damaged"), bytes);
    Files.move(damaged, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void destroy(Path path) throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** An answer may be that it cannot be read, but never another content. */
  private void assertThatNothingIsWrong(ConfigRepository agent) {
    try {
      var tree = agent.tree(commit);
      for (int number = 0; number < 20; number++) {
        if (tree.read("apps/app" + number + ".yaml") instanceof Tree.Read.Found(var blob, var _)) {
          assertThat(new String(blob.bytes(), StandardCharsets.UTF_8)).isEqualTo(text(number));
        }
      }
    } catch (UncheckedIOException e) {
      assertThat(e).hasMessageContaining(commit);
    }
  }

  private static void assertThatAllIsThere(Tree tree) {
    for (int number = 0; number < 20; number++) {
      assertThat(Agents.text(tree, "apps/app" + number + ".yaml")).isEqualTo(text(number));
    }
  }

  private static String text(int number) {
    return "kind: Application\n# "
        + "words ".repeat(40 + number)
        + "\nversion: \""
        + number
        + "\"\n";
  }
}
