package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.git.GitHttpServer;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Author;
import dev.slipway.agent.source.ConfigRepository.Restoration;
import dev.slipway.agent.source.ConfigRepository.Restored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a revert commit undoes one application's change and nothing that others have pushed.
 *
 * <p>Method: restore over HTTP, so that the server's hooks run, on a branch that moves, is
 * protected or is gone.
 */
final class GitRestoreTest {
  private static final String SHOP = "apps/shop.yaml";
  private static final Author ADA = new Author("Ada", "ada@example.org");

  @TempDir Path directory;
  private GitServerFixture server;
  private GitHttpServer http;
  private GitRepository person;
  private ConfigRepository agent;
  private String good = "";
  private String bad = "";

  @BeforeEach
  void pushARelease() {
    server = GitServerFixture.in(directory.resolve("server"));
    person = server.cloned();
    http = server.serveOverHttp();
    agent = Agents.open(Agents.spec(http.url()), directory.resolve("agent"));
    good = person.write(SHOP, "version: 1\n").write("bin/shop", "1\n").commitAndPush("Release 1");
    person.write("apps/api.yaml", "version: 7\n").write("bin/shop", "2\n");
    bad = person.write(SHOP, "version: 2\n").commitAndPush("Release 2");
    Agents.tips(agent, "main");
  }

  @AfterEach
  void stopServer() {
    agent.close();
    http.close();
  }

  private Restored restore(String... paths) {
    return agent.restore(
        new Restoration(
            "main", bad, good, Set.of(paths), ADA, "Rolled back by Ada: \u001b[2Jslow"));
  }

  @Test
  void onlyTheNamedPathsGoBackAndThePersonIsTheAuthor() {
    assertThat(restore(SHOP)).isEqualTo(new Restored.Pushed(server.commitOf("main")));

    assertThat(server.read("main", SHOP)).isEqualTo("version: 1\n");
    assertThat(server.read("main", "apps/api.yaml")).isEqualTo("version: 7\n");
    assertThat(server.read("main", "bin/shop")).isEqualTo("2\n");
    assertThat(server.commitOf("main^")).isEqualTo(bad);
    assertThat(server.git("log", "-1", "--format=%an|%ae|%cn|%B", "main").strip())
        .isEqualTo(
            """
            Ada|ada@example.org|Slipway|Revert "Release 2"

            Rolled back by Ada: ?[2Jslow

            This reverts commit %s.\
            """
                .formatted(bad));
    assertThat(server.git("fsck", "--strict")).doesNotContain("error");
  }

  @Test
  void aDirectoryGoesBackAsAWhole() {
    person.write("bin/added", "x\n").commitAndPush("Add");
    bad = person.head();
    Agents.tips(agent, "main");

    assertThat(restore(SHOP, "bin")).isInstanceOf(Restored.Pushed.class);

    assertThat(server.git("ls-tree", "-r", "--name-only", "main").lines())
        .contains("bin/shop", "apps/api.yaml")
        .doesNotContain("bin/added");
    assertThat(server.read("main", "bin/shop")).isEqualTo("1\n");
  }

  @Test
  void whatOthersHavePushedMeanwhileStays() {
    String moved = person.write("apps/api.yaml", "version: 8\n").commitAndPush("Release api 8");

    assertThat(restore(SHOP)).isInstanceOf(Restored.Pushed.class);

    assertThat(server.commitOf("main^")).isEqualTo(moved);
    assertThat(server.read("main", "apps/api.yaml")).isEqualTo("version: 8\n");
    assertThat(server.read("main", SHOP)).isEqualTo("version: 1\n");
    assertThat(Agents.tips(agent, "main")).containsEntry("main", server.commitOf("main"));
  }

  @Test
  void aTipThatMovesUnderThePushIsTakenUpAgain() throws IOException {
    Path hook = server.repository().resolve("hooks/pre-receive");
    Files.writeString(
        hook,
        """
        #!/bin/sh
        test -e raced && exit 0
        touch raced
        cd "$GIT_DIR" && unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY
        tree=$(git rev-parse main^{tree})
        commit=$(git -c user.name=Bob -c user.email=bob@example.org commit-tree -p main -m Faster "$tree")
        git update-ref refs/heads/main "$commit"
        """);
    assertThat(hook.toFile().setExecutable(true)).isTrue();

    assertThat(restore(SHOP)).isInstanceOf(Restored.Pushed.class);

    assertThat(server.subjects("main")).startsWith("Revert \"Release 2\"", "Faster", "Release 2");
  }

  @Test
  void aNewerChangeOfTheSameLineIsAConflictAndNothingIsPushed() {
    String newer = person.write(SHOP, "version: 3\n").commitAndPush("Release 3");

    Restored restored = restore(SHOP);

    assertThat(restored).isInstanceOf(Restored.Conflict.class);
    assertThat(((Restored.Conflict) restored).paths()).containsExactly(SHOP);
    assertThat(server.commitOf("main")).isEqualTo(newer);
  }

  @Test
  void whatIsUndoneAlreadyNeedsNoCommit() {
    person.revert(bad);
    person.push();
    String reverted = server.commitOf("main");

    assertThat(restore(SHOP)).isEqualTo(new Restored.Unneeded());
    assertThat(server.commitOf("main")).isEqualTo(reverted);
  }

  @Test
  void aProtectedBranchIsToldInTheServersWords() {
    server.protect("refs/heads/main");

    Restored restored = restore(SHOP);

    assertThat(restored).isInstanceOf(Restored.Rejected.class);
    assertThat(((Restored.Rejected) restored).reason()).contains("refs/heads/main");
    assertThat(server.commitOf("main")).isEqualTo(bad);
  }

  @Test
  void aServerThatIsGoneIsTold() {
    http.close();

    assertThat(restore(SHOP)).isInstanceOf(Restored.Rejected.class);
  }

  @Test
  void aPersonHasANameAndPerhapsAnAddress() {
    assertThat(Author.of("Ada Lovelace <ada@example.org>"))
        .isEqualTo(new Author("Ada Lovelace", "ada@example.org"));
    assertThat(Author.of("ada")).isEqualTo(new Author("ada", "ada@localhost"));
    assertThat(Author.of(" \u001b<x>\n").name()).doesNotContain("<", "\u001b", "\n");
    assertThat(Author.of("").name()).isEqualTo("somebody");
  }
}
