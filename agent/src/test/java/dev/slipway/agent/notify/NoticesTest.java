package dev.slipway.agent.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.http.Posts;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.NoticeAnswered;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.WaitStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: people are told of what they asked for, once, whatever dies in between; and nobody waits
 * for it.
 *
 * <p>Method: events are appended to a real journal, which is closed and opened again for a restart;
 * notices go to a real HTTP server that is slow, broken or busy.
 */
class NoticesTest {
  private static final String PATH = "/services/T0/B0/s3cr3t-path";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Patience QUICK =
      new Patience(Duration.ofMillis(20), Duration.ofMillis(100), LONG, Duration.ofDays(1));
  private static final Posts.Limits GENEROUS = new Posts.Limits(LONG, LONG);

  @TempDir Path directory;
  private final HookServer server = new HookServer();
  private Journal journal;
  private Optional<Notices> notices = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    journal = opened();
    secret("slack-url", server.url(PATH));
  }

  @AfterEach
  void close() {
    server.close();
    notices.ifPresent(Notices::close);
    journal.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyEndingIsToldByItsName(Ending ending) {
    tell(QUICK);

    end(begin(Set.of(Occasion.values())), ending);

    await().atMost(LONG).until(() -> server.received().size() == 2);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .containsExactly(
            "%s/1/started".formatted(store()), "%s/1/%s".formatted(store(), name(ending)));
  }

  private static String name(Ending ending) {
    return switch (ending) {
      case SUCCEEDED -> "succeeded";
      case ROLLED_BACK -> "rolledBack";
      case ABORTED -> "aborted";
      case SUPERSEDED -> "superseded";
      case NEEDS_HELP -> "needsHelp";
    };
  }

  @Test
  void onlyWhatIsAskedForIsTold() {
    tell(QUICK);

    end(begin(Set.of(Occasion.NEEDS_HELP)), Ending.SUCCEEDED);
    end(begin(Set.of(Occasion.NEEDS_HELP)), Ending.NEEDS_HELP);

    awaitReceipt(Receipt.DELIVERED);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .containsExactly("%s/2/needsHelp".formatted(store()));
  }

  @Test
  void anOutcomeThatTheAgentDidNotLiveToTellIsToldByTheNext() {
    end(begin(Set.of(Occasion.ROLLED_BACK)), Ending.ROLLED_BACK);
    restart();

    tell(QUICK);

    awaitReceipt(Receipt.DELIVERED);
    restart();
    tell(QUICK);
    end(begin(Set.of(Occasion.ROLLED_BACK)), Ending.ROLLED_BACK);
    await().atMost(LONG).until(() -> receipts().size() == 2);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .containsExactly(
            "%s/1/rolledBack".formatted(store()), "%s/2/rolledBack".formatted(store()));
  }

  @Test
  void whatMayHaveArrivedIsNotSentAgain() {
    var rollout = begin(Set.of(Occasion.NEEDS_HELP));
    end(rollout, Ending.NEEDS_HELP);
    journal.append(new Event.NoticeTried(rollout, Occasion.NEEDS_HELP, "slack 'slack-url'"));
    restart();

    tell(QUICK);

    assertThat(receipts()).containsExactly(Receipt.GIVEN_UP);
    end(begin(Set.of(Occasion.NEEDS_HELP)), Ending.NEEDS_HELP);
    awaitReceipt(Receipt.DELIVERED);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .containsExactly("%s/2/needsHelp".formatted(store()));
  }

  @Test
  void everyGateIsToldOnceWithHowToAnswerWhateverDiesInBetween() {
    var receivers = List.of(Samples.slack(Occasion.GATE_REACHED));
    var rollout = journal.next(Samples.SHOP);
    journal.append(gated(Samples.started(rollout, Samples.NEW, receivers)));
    tell(QUICK);
    reach(rollout, 0);
    awaitReceipt(Receipt.DELIVERED);
    restart();
    reach(rollout, 1);
    restart();

    tell(QUICK);

    await().atMost(LONG).until(() -> receipts().size() == 2);
    reach(rollout, 2);
    await().atMost(LONG).until(() -> receipts().size() == 3);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .containsExactly(
            "%s/1/gateReached/1".formatted(store()),
            "%s/1/gateReached/2".formatted(store()),
            "%s/1/gateReached/3".formatted(store()));
    assertThat(server.received().getFirst().body())
        .contains("waits at a gate")
        .contains(
            "'first' waits for 1, at most 24h, then abort; 'slipway approve %s' lets it go on"
                .formatted(Samples.SHOP));
  }

  private static Event.RolloutStarted gated(Event.RolloutStarted started) {
    var gates =
        Lane.of(
            "gates",
            new WaitStep.AwaitApproval("first", Approval.DEFAULT),
            new WaitStep.AwaitApproval("second", Approval.DEFAULT),
            new WaitStep.AwaitApproval("third", Approval.DEFAULT));
    return new Event.RolloutStarted(
        started.rollout(),
        started.deployment(),
        started.delivery(),
        Optional.empty(),
        started.plan().with(List.of(new Phase("gates", List.of(gates)))),
        "test",
        Optional.empty());
  }

  private void reach(RolloutId rollout, int index) {
    journal.append(
        new Event.StepStarted(rollout, new Position(0, "gates", Position.Part.STEPS, index)));
  }

  @Test
  void aServerThatFailsIsTriedAgainUntilItTakesIt() {
    server.then(500).then(502).then(503);
    tell(QUICK);

    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    awaitReceipt(Receipt.DELIVERED);
    assertThat(receipts())
        .containsExactly(Receipt.FAILED, Receipt.FAILED, Receipt.FAILED, Receipt.DELIVERED);
    assertThat(server.received())
        .extracting(HookServer.Received::key)
        .hasSize(4)
        .containsOnly("%s/1/aborted".formatted(store()));
  }

  @Test
  void whatFailedIsTriedAgainAfterARestart() {
    server.then(500);
    tell(new Patience(LONG, LONG, Duration.ofHours(1), Duration.ofDays(1)));
    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);
    awaitReceipt(Receipt.FAILED);
    restart();

    tell(QUICK);

    awaitReceipt(Receipt.DELIVERED);
    assertThat(server.received()).hasSize(2);
  }

  @Test
  void aServerThatIsBusyIsLeftAloneForAsLongAsItAsks() {
    server.then(429, Map.of("Retry-After", "1"));
    tell(QUICK);
    var before = Waiter.system().uptime();

    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    awaitReceipt(Receipt.DELIVERED);
    assertThat(Waiter.system().uptime().minus(before)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void aServerThatAsksForMoreTimeThanThereIsIsGivenUp() {
    server.then(429, Map.of("Retry-After", "86400"));
    tell(QUICK);

    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    awaitReceipt(Receipt.GIVEN_UP);
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void aServerThatRefusesIsNotTriedAgain() {
    server.then(404);
    tell(QUICK);

    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    awaitReceipt(Receipt.GIVEN_UP);
    assertThat(receipts()).containsExactly(Receipt.GIVEN_UP);
  }

  @Test
  void aServerThatNeverTakesItIsGivenUpInTime() throws IOException {
    secret("slack-url", "http://127.0.0.1:1" + PATH);
    tell(new Patience(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofSeconds(1), LONG));

    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    awaitReceipt(Receipt.GIVEN_UP);
    assertThat(receipts()).last().isEqualTo(Receipt.GIVEN_UP);
  }

  @Test
  void fault82ASilentServerHoldsUpNeitherTheJournalNorOtherReceivers() throws IOException {
    server.thenSilence();
    secret("hook", server.url("/other"));
    var rollout =
        begin(
            List.of(
                Samples.slack(Occasion.STARTED),
                new Receiver(
                    Receiver.Kind.WEBHOOK,
                    new SecretName("production", "hook"),
                    Set.of(Occasion.SUCCEEDED))));
    tell(QUICK);
    await().atMost(LONG).until(() -> server.received().size() == 1);

    end(rollout, Ending.SUCCEEDED);

    await()
        .atMost(LONG)
        .until(() ->
            server.received().stream().anyMatch(received -> received.path().equals("/other")));
  }

  @Test
  void aRotatedAddressIsUsedAtOnce() throws IOException {
    tell(QUICK);
    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);
    awaitReceipt(Receipt.DELIVERED);

    secret("slack-url", server.url("/rotated"));
    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);

    await().atMost(LONG).until(() -> receipts().size() == 2);
    assertThat(server.received())
        .extracting(HookServer.Received::path)
        .containsExactly(PATH, "/rotated");
  }

  @Test
  void noReasonRepeatsTheAddress() throws IOException {
    server.then(500).then(302, Map.of("Location", server.url(PATH)));
    tell(QUICK);
    end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);
    awaitReceipt(Receipt.GIVEN_UP);
    for (var address :
        List.of("http://127.0.0.1:1" + PATH, "http://0.0.0.0:1" + PATH, "no address s3cr3t-path")) {
      secret("slack-url", address);
      int before = receipts().size();
      end(begin(Set.of(Occasion.ABORTED)), Ending.ABORTED);
      await().atMost(LONG).until(() -> receipts().size() > before);
    }

    assertThat(journal.after(0, 1_000).toString()).doesNotContain("s3cr3t-path", "127.0.0.1:1");
  }

  private void tell(Patience patience) {
    notices =
        Optional.of(
            new Notices(
                journal,
                new Secrets(directory.resolve("secrets"), Optional.empty()),
                Posts.over(GENEROUS),
                Waiter.wallClock(),
                Waiter.system(),
                patience));
  }

  /** Ends the agent and opens what it has left. */
  private void restart() {
    notices.ifPresent(Notices::close);
    notices = Optional.empty();
    journal.close();
    journal = opened();
  }

  private Journal opened() {
    return switch (Journals.open(directory.resolve("state"), Waiter.wallClock())) {
      case Journals.Opened.Ready(var ready) -> ready;
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
    };
  }

  private RolloutId begin(Set<Occasion> on) {
    return begin(List.of(Samples.slack(on.toArray(Occasion[]::new))));
  }

  private RolloutId begin(List<Receiver> receivers) {
    var rollout = journal.next(Samples.SHOP);
    journal.append(Samples.started(rollout, Samples.NEW, receivers));
    return rollout;
  }

  private void end(RolloutId rollout, Ending ending) {
    journal.append(Samples.ended(rollout, ending));
  }

  private String store() {
    return journal.epoch().store();
  }

  private void awaitReceipt(Receipt receipt) {
    await().atMost(LONG).until(() -> receipts().contains(receipt));
  }

  private List<Receipt> receipts() {
    return journal.after(0, 1_000).stream()
        .map(Entry::event)
        .filter(NoticeAnswered.class::isInstance)
        .map(event -> ((NoticeAnswered) event).receipt())
        .toList();
  }

  private void secret(String name, String value) throws IOException {
    Path file = directory.resolve("secrets/production").resolve(name);
    Files.createDirectories(directory.resolve("secrets/production"));
    Files.writeString(file, value);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
