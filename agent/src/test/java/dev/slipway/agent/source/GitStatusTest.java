package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.Status;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: Git is told the truth once, beside other writers, and nobody is disturbed by it. Method:
 * publish to a bare repository that is a file, while people and other agents push there too.
 */
final class GitStatusTest {
  private static final String PATH = "production/shop.yaml";

  @TempDir Path directory;
  private GitServerFixture server;
  private GitRepository person;
  private ConfigRepository agent;

  @BeforeEach
  void makeServer() {
    server = GitServerFixture.in(directory.resolve("server"));
    person = server.cloned();
    agent = agent("store-a");
  }

  @Test
  void statusAndNotesArriveWithTheirAuthor() {
    var deployed = server.commitOf("main");

    var published = agent.publish(update(1, "phase: progressing\n", deployed));

    assertThat(published).isInstanceOf(Published.Pushed.class);
    assertThat(server.read("slipway/status", PATH)).isEqualTo("phase: progressing\n");
    assertThat(server.git("notes", "--ref=slipway", "show", deployed)).isEqualTo("shop 1\n");
    assertThat(server.git("log", "-1", "--format=%an|%ae|%ct|%s", "slipway/status").strip())
        .isEqualTo(
            "Slipway|slipway@agent.example.com|%d|Update 1".formatted(Agents.NOW.getEpochSecond()));
    assertThat(server.git("fsck", "--strict")).doesNotContain("error");
  }

  @Test
  void otherFilesStayAndNamedOnesGo() {
    agent.publish(new StatusUpdate(1, "Two", Map.of("a/x", "1", "a/y", "2"), List.of()));

    agent.publish(new StatusUpdate(2, "One", Map.of("b", "3"), Set.of("a/x", "z"), List.of()));

    assertThat(server.git("ls-tree", "-r", "--name-only", "slipway/status").lines())
        .containsExactly(".slipway/sequence/store-a", "a/y", "b");
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    agent.publish(update(1, "phase: stable\n"));
    var before = server.commitOf("slipway/status");

    assertThat(agent.publish(update(2, "phase: stable\n"))).isEqualTo(new Published.Unchanged());
    assertThat(agent("store-a").publish(update(3, "phase: stable\n")))
        .isEqualTo(new Published.Unchanged());
    assertThat(server.commitOf("slipway/status")).isEqualTo(before);
  }

  @Test
  void aMessageCannotSteerATerminal() {
    agent.publish(
        new StatusUpdate(1, "Deploy \u001b[31mred\u0007\n\nSecond", Map.of("a", "1"), List.of()));

    assertThat(server.git("log", "-1", "--format=%B", "slipway/status"))
        .startsWith("Deploy ?[31mred?\n\nSecond");
  }

  @Test
  void fault32PeopleWhoPushTwentyTimesASecondDisturbNobody() {
    var stop = new AtomicBoolean();
    var pushes = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.execute(() -> {
        while (!stop.get()) {
          moveMain();
          pushes.incrementAndGet();
        }
      });
      for (int number = 1; number <= 20; number++) {
        assertThat(agent.publish(update(number, "number: " + number + "\n")))
            .isInstanceOf(Published.Pushed.class);
      }
      stop.set(true);
    }
    assertThat(pushes.get()).isPositive();
    assertThat(server.subjects("slipway/status")).hasSize(20);
  }

  @Test
  void fault32AgentsThatWriteAtOnceLoseNothing() throws Exception {
    var stores = List.of("store-a", "store-b", "store-c");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writers =
          stores.stream()
              .<Future<Integer>>map(store -> threads.submit(() -> write(store)))
              .toList();
      for (var writer : writers) {
        assertThat(writer.get()).isPositive();
      }
    }
    for (var store : stores) {
      assertThat(server.read("slipway/status", store + "/shop.yaml")).isEqualTo("number: 10\n");
      assertThat(server.read("slipway/status", ".slipway/sequence/" + store).strip())
          .isEqualTo("10");
    }
  }

  @Test
  void fault33AProtectedBranchIsAnAnswerAndNoFailure() {
    server.protect("refs/heads/slipway/*");
    try (var http = server.serveOverHttp()) {
      var careful = Agents.open(Agents.spec(http.url()), directory.resolve("http"));

      var published = careful.publish(update(1, "phase: stable\n"));

      assertThat(published)
          .isInstanceOfSatisfying(
              Published.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("refs/heads/slipway/status"));
      assertThat(server.has("slipway/status")).isFalse();

      server.unprotect();
      assertThat(careful.publish(update(2, "phase: stable\n")))
          .isInstanceOf(Published.Pushed.class);
    }
  }

  @Test
  void fault34OurOwnCommitIsNoChange() {
    var before = Agents.tips(agent, "*", "slipway/*", "slipway/status");

    assertThat(agent.publish(update(1, "phase: stable\n"))).isInstanceOf(Published.Pushed.class);

    assertThat(Agents.tips(agent, "*", "slipway/*", "slipway/status"))
        .isEqualTo(before)
        .containsOnlyKeys("main");
  }

  @Test
  void fault35AnOlderStatusNeverOverwritesANewerOne() {
    agent.publish(update(7, "phase: stable\n"));
    var before = server.commitOf("slipway/status");

    assertThat(agent.publish(update(6, "phase: progressing\n")))
        .isEqualTo(new Published.Outdated(7));
    assertThat(agent("store-a").publish(update(6, "phase: progressing\n")))
        .isEqualTo(new Published.Outdated(7));
    assertThat(server.commitOf("slipway/status")).isEqualTo(before);
  }

  @Test
  void fault35SequencesOfDifferentStoresAreNotCompared() {
    agent.publish(update(7, "phase: stable\n"));

    assertThat(agent("store-b").publish(update(1, "phase: progressing\n")))
        .isInstanceOf(Published.Pushed.class);
  }

  @Test
  void fault35TheSameUpdateTwiceIsPublishedOnce() {
    assertThat(agent.publish(update(1, "phase: stable\n"))).isInstanceOf(Published.Pushed.class);
    assertThat(agent("store-a").publish(update(1, "phase: stable\n")))
        .isEqualTo(new Published.Unchanged());
  }

  @Test
  void statusCanBeReadBackWhenTheJournalIsLost() {
    assertThat(agent.readStatus()).isEqualTo(new Status.None());
    agent.publish(update(41, "phase: stable\n"));

    var status = agent("store-b").readStatus();

    assertThat(status)
        .isInstanceOfSatisfying(
            Status.Found.class,
            found -> {
              assertThat(found.sequence()).isEqualTo(41);
              assertThat(Agents.text(found.files(), PATH)).isEqualTo("phase: stable\n");
            });
  }

  @Test
  void somebodyElsesCommitOnTheBranchIsKept() {
    agent.publish(update(1, "phase: stable\n"));
    person.git("fetch", "--quiet", "origin", "slipway/status");
    person.git("switch", "--quiet", "--detach", "FETCH_HEAD");
    person.write("README.md", "By hand.\n").commit("By hand");
    person.git("push", "--quiet", "origin", "HEAD:slipway/status");

    assertThat(agent.publish(update(2, "phase: progressing\n")))
        .isInstanceOf(Published.Pushed.class);
    assertThat(server.subjects("slipway/status"))
        .containsExactly("Update 2", "By hand", "Update 1");
  }

  @Test
  void aStatusBranchThatWasDeletedIsBegunAgain() {
    agent.publish(update(1, "phase: stable\n"));
    person.deleteRemoteBranch("slipway/status");

    assertThat(agent.publish(update(2, "phase: stable\n"))).isInstanceOf(Published.Pushed.class);
    assertThat(server.subjects("slipway/status")).containsExactly("Update 2");
  }

  private ConfigRepository agent(String store) {
    var clone = directory.resolve("clone-" + System.nanoTime());
    return Agents.open(Agents.spec(server.fileUrl()), clone, store);
  }

  /** Publishes ten states, each until it is there, and returns how often it tried. */
  private int write(String store) {
    int tries = 0;
    try (var writer = agent(store)) {
      for (int number = 1; number <= 10; number++) {
        var files = Map.of(store + "/shop.yaml", "number: " + number + "\n");
        var update = new StatusUpdate(number, "Update " + number, files, List.of());
        do {
          tries++;
        } while (writer.publish(update) instanceof Published.Rejected);
      }
    }
    return tries;
  }

  private void moveMain() {
    person.git("commit", "--quiet", "--allow-empty", "--message", "Move");
    person.git("push", "--quiet", "origin", "HEAD:main");
  }

  private static StatusUpdate update(long sequence, String text, String... notedCommits) {
    var notes = List.of(notedCommits).stream().map(commit -> note(commit, sequence)).toList();
    return new StatusUpdate(sequence, "Update " + sequence, Map.of(PATH, text), notes);
  }

  private static Note note(String commit, long sequence) {
    return new Note(commit, "shop " + sequence + "\n");
  }
}
