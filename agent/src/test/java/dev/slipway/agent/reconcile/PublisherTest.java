package dev.slipway.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.source.ConfigRepositories;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import dev.slipway.agent.source.RemoteSpec;
import dev.slipway.agent.source.StatusWriter;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: Git is told what happened, in few commits and none that says nothing, until the agent
 * stops.
 *
 * <p>Method: a real journal and a real repository; what workers do is written to both by hand.
 */
final class PublisherTest {
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Target SHOP = Samples.SHOP;
  private static final Target TEST = new Target("config", "test", "shop");
  private static final String FILE = "environments/production/shop.yaml";

  @TempDir Path directory;
  private final AtomicInteger refusals = new AtomicInteger();
  private GitServerFixture git;
  private Journal journal;
  private ConfigRepository repository;
  private Board board;
  private Optional<Publisher> publisher = Optional.empty();
  private Thread thread = Thread.currentThread();

  @BeforeEach
  void open() {
    git = GitServerFixture.in(directory.resolve("git"));
    journal =
        switch (Journals.open(directory.resolve("state"), Waiter.wallClock())) {
          case Journals.Opened.Ready(var ready) -> ready;
          case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
        };
    repository =
        new ConfigRepositories(
                StatusWriter.of(journal.epoch().store(), "localhost"),
                Waiter.wallClock(),
                Waiter.system(),
                new Random(1))
            .open(
                new RemoteSpec(
                    "config",
                    git.fileUrl(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    RemoteSpec.Limits.DEFAULT),
                directory.resolve("clone"));
    board =
        new Board(
            journal,
            () -> publisher.ifPresent(Publisher::changed),
            broken -> {
              throw broken;
            });
  }

  @AfterEach
  void close() throws InterruptedException {
    stop();
    repository.close();
    journal.close();
  }

  @Test
  void everyEnvironmentHasItsOwnCommit() {
    start(OFTEN, OFTEN);
    board.note(SHOP, Phase.HEALTHY, List.of());
    board.note(TEST, Phase.INVALID, List.of());

    awaitStatus(FILE, "phase: \"Healthy\"");
    awaitStatus("environments/test/shop.yaml", "phase: \"Invalid\"");
    assertThat(git.subjects("slipway/status"))
        .contains("Report what runs in production", "Report what runs in test");
  }

  @Test
  void theFileOfAnApplicationThatWasForgottenGoes() {
    start(OFTEN, OFTEN);
    board.note(SHOP, Phase.SOURCE_MISSING, List.of());
    board.note(TEST, Phase.HEALTHY, List.of());
    awaitStatus(FILE, "phase: \"SourceMissing\"");
    awaitStatus("environments/test/shop.yaml", "phase: \"Healthy\"");

    journal.append(new Event.Forgotten(SHOP, "ada", "it moved"));
    board.forget(SHOP);
    board.note(SHOP, Phase.SOURCE_MISSING, List.of());

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(git.git("ls-tree", "-r", "--name-only", "slipway/status"))
                .doesNotContain(FILE)
                .contains("environments/test/shop.yaml"));
    assertThat(board.status()).extracting(ApplicationStatus::environment).containsExactly("test");
  }

  @Test
  void aNoteTellsOfEveryRolloutOfItsCommit() {
    start(OFTEN, OFTEN);
    String commit = git.commitOf("main");
    board.note(SHOP, Phase.HEALTHY, List.of());
    rollOut(SHOP, commit, Ending.ROLLED_BACK);
    await().until(() -> note(commit).lines().count() == 1);

    rollOut(SHOP, commit, Ending.SUCCEEDED);
    board.note(TEST, Phase.HEALTHY, List.of());
    rollOut(TEST, commit, Ending.SUCCEEDED);

    await().until(() -> note(commit).lines().count() == 3);
    assertThat(note(commit))
        .contains("rolled back in production", "succeeded in production", "succeeded in test");
  }

  @Test
  void historyBeyondTheLimitGoes() {
    start(OFTEN, OFTEN);
    for (int i = 0; i < Chronicle.HISTORY; i++) {
      rollOut(SHOP, git.commitOf("main"), Ending.SUCCEEDED);
    }
    board.note(SHOP, Phase.PROGRESSING, List.of());
    await().until(() -> historyFiles().size() == Chronicle.HISTORY);
    List<String> before = historyFiles();

    rollOut(SHOP, git.commitOf("main"), Ending.ABORTED);
    rollOut(SHOP, git.commitOf("main"), Ending.SUCCEEDED);
    board.note(SHOP, Phase.HEALTHY, List.of());

    await().until(() -> !historyFiles().equals(before));
    assertThat(historyFiles()).hasSize(Chronicle.HISTORY);
  }

  @Test
  void nothingIsWrittenWhenNothingChanged() {
    start(OFTEN, OFTEN);
    board.note(SHOP, Phase.HEALTHY, List.of());
    awaitStatus(FILE, "Healthy");
    long before = journal.published("config");
    int commits = git.subjects("slipway/status").size();

    for (int i = 0; i < 5; i++) {
      publisher.orElseThrow().changed();
      board.note(SHOP, Phase.HEALTHY, List.of());
    }
    board.note(SHOP, Phase.DEGRADED, List.of());
    awaitStatus(FILE, "Degraded");

    assertThat(git.subjects("slipway/status")).hasSize(commits + 1);
    await().until(() -> journal.published("config") > before);
  }

  @Test
  void whatWasRefusedIsWrittenLaterThoughNothingElseHappens() {
    refusals.set(2);
    start(OFTEN, OFTEN);

    board.note(SHOP, Phase.HEALTHY, List.of());

    awaitStatus(FILE, "Healthy");
    assertThat(refusals.get()).isZero();
  }

  @Test
  void theLastStatusIsWrittenWhenTheAgentStops() throws InterruptedException {
    start(NEVER, NEVER);
    board.note(SHOP, Phase.PROGRESSING, List.of());
    awaitStatus(FILE, "Progressing");

    board.note(SHOP, Phase.HEALTHY, List.of());
    stop();

    assertThat(git.read("slipway/status", FILE)).contains("Healthy");
  }

  @Test
  void theEndOfAPhaseIsWrittenWhileTheRolloutGoesOn() {
    start(NEVER, OFTEN);
    board.note(SHOP, Phase.PROGRESSING, List.of());
    RolloutId rollout = begin(SHOP, git.commitOf("main"));
    awaitStatus(FILE, "Progressing");
    int last =
        Samples.started(rollout, Samples.NEW)
                .plan()
                .phases()
                .getFirst()
                .lanes()
                .getFirst()
                .moves()
                .size()
            - 1;

    journal.append(step(rollout, last - 1));
    journal.append(step(rollout, last));

    awaitStatus(FILE, "stepsDone: 2");
  }

  private static Event step(RolloutId rollout, int index) {
    return new Event.StepEnded(
        rollout,
        new Position(0, "web1", Position.Part.STEPS, index),
        new Outcome.Held("was so already"));
  }

  private void start(Duration watch, Duration publish) {
    var tempo = new Tempo(watch, OFTEN, OFTEN, OFTEN, OFTEN, 1, publish);
    var made = new Publisher("config", this::push, journal, Waiter.system(), tempo, board);
    publisher = Optional.of(made);
    thread = Thread.ofVirtual().start(made);
  }

  private Published push(StatusUpdate update) {
    return refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0
        ? new Published.Rejected("the branch is protected")
        : repository.publish(update);
  }

  private void stop() throws InterruptedException {
    if (publisher.isPresent()) {
      publisher.get().close();
      publisher = Optional.empty();
      thread.join();
    }
  }

  private RolloutId begin(Target target, String commit) {
    RolloutId rollout = journal.next(target);
    var source = Samples.NEW;
    journal.append(
        Samples.started(rollout, new Delivery(source.release(), source.source(), "main", commit)));
    return rollout;
  }

  private void rollOut(Target target, String commit, Ending ending) {
    RolloutId rollout = begin(target, commit);
    journal.append(new Event.RolloutEnded(rollout, ending, "", List.of(), ""));
    publisher.orElseThrow().changed();
  }

  private String note(String commit) {
    return git.has("refs/notes/slipway") ? git.git("notes", "--ref=slipway", "show", commit) : "";
  }

  private List<String> historyFiles() {
    return git.has("slipway/status")
        ? git.git("ls-tree", "-r", "--name-only", "slipway/status", "history").lines().toList()
        : List.of();
  }

  private void awaitStatus(String file, String text) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(git.has("slipway/status:" + file)).isTrue();
          assertThat(git.read("slipway/status", file)).contains(text);
        });
  }
}
