package dev.slipway.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.strategies.analysis.arms.Arm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what Prometheus reads is what the journal recorded.
 *
 * <p>Method: events are appended to a real journal, whose clock is turned by hand, and the text is
 * read as Prometheus does.
 */
final class TelemetryTest {
  private static final String LABELS = "application=\"shop\",environment=\"production\",";

  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-01T10:00:00Z"));
  private Journal journal;
  private Telemetry telemetry;

  @BeforeEach
  void open() {
    journal =
        switch (Journals.open(directory, now::get)) {
          case Journals.Opened.Ready(var ready) -> ready;
          case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
        };
    telemetry = new Telemetry(journal);
  }

  @AfterEach
  void close() {
    telemetry.close();
    journal.close();
  }

  @Test
  void rolloutsAreCountedByOutcomeWithTheirDuration() {
    rollOut(Ending.SUCCEEDED, Duration.ofSeconds(30));
    rollOut(Ending.SUCCEEDED, Duration.ofSeconds(12));
    rollOut(Ending.ROLLED_BACK, Duration.ofSeconds(5));

    assertThat(lines("slipway_rollouts_total"))
        .contains(
            "slipway_rollouts_total{%soutcome=\"succeeded\"} 2.0".formatted(LABELS),
            "slipway_rollouts_total{%soutcome=\"rolled_back\"} 1.0".formatted(LABELS));
    assertThat(lines("slipway_rollout_duration_seconds_sum"))
        .contains(
            "slipway_rollout_duration_seconds_sum{outcome=\"succeeded\"} 42.0",
            "slipway_rollout_duration_seconds_sum{outcome=\"rolled_back\"} 5.0");
  }

  @Test
  void rolloutsUnderWayAreThoseThatBeganAndDidNotEnd() {
    RolloutId first = begin();
    begin();
    assertThat(lines("slipway_rollouts_running")).containsExactly("slipway_rollouts_running 2.0");

    journal.append(Samples.ended(first, Ending.ABORTED));

    assertThat(lines("slipway_rollouts_running")).containsExactly("slipway_rollouts_running 1.0");
  }

  @Test
  void stepsAreTimedByFamilyAndKind() {
    RolloutId rollout = begin();
    step(rollout, 1, Duration.ofSeconds(2));
    step(rollout, 3, Duration.ofSeconds(7));
    step(rollout, 14, Duration.ofSeconds(1));

    assertThat(lines("slipway_steps_seconds_sum"))
        .containsExactlyInAnyOrder(
            "slipway_steps_seconds_sum{family=\"traffic\",kind=\"drain\"} 2.0",
            "slipway_steps_seconds_sum{family=\"instance\",kind=\"stop\"} 7.0",
            "slipway_steps_seconds_sum{family=\"traffic\",kind=\"admit\"} 1.0");
    assertThat(lines("slipway_steps_seconds_count"))
        .contains("slipway_steps_seconds_count{family=\"instance\",kind=\"stop\"} 1");
  }

  @Test
  void theLagIsWhatNoStatusTellsOfYet() {
    RolloutId rollout = begin();
    long last = journal.append(Samples.ended(rollout, Ending.SUCCEEDED)).sequence();
    assertThat(lines("slipway_journal_lag")).containsExactly("slipway_journal_lag 2.0");

    journal.append(new Event.StatusPublished("config", last));

    assertThat(lines("slipway_journal_lag")).containsExactly("slipway_journal_lag 0.0");
  }

  @Test
  void aRestartedAgentDoesNotLagBehindItsWholePast() {
    rollOut(Ending.SUCCEEDED, Duration.ofSeconds(1));
    telemetry.close();
    telemetry = new Telemetry(journal);

    begin();

    assertThat(lines("slipway_journal_lag")).containsExactly("slipway_journal_lag 1.0");
  }

  @Test
  void noticesAreCountedAndNoStatusOwesThem() {
    RolloutId rollout = begin();
    long last = journal.append(Samples.ended(rollout, Ending.ABORTED)).sequence();
    journal.append(new Event.StatusPublished("config", last));
    for (var receipt : List.of(Receipt.FAILED, Receipt.FAILED, Receipt.DELIVERED)) {
      journal.append(new Event.NoticeTried(rollout, Occasion.ABORTED, "slack 'a'"));
      journal.append(
          new Event.NoticeAnswered(rollout, Occasion.ABORTED, "slack 'a'", receipt, "because"));
    }

    assertThat(lines("slipway_notices_total"))
        .containsExactlyInAnyOrder(
            "slipway_notices_total{environment=\"production\",event=\"aborted\",outcome=\"failed\"}"
                + " 2.0",
            "slipway_notices_total{environment=\"production\",event=\"aborted\","
                + "outcome=\"delivered\"} 1.0");
    assertThat(lines("slipway_journal_lag")).containsExactly("slipway_journal_lag 0.0");
  }

  @Test
  void pollsAreCountedByRepositoryAndOutcome() {
    telemetry.polled("config", "good");
    telemetry.polled("config", "good");
    telemetry.polled("config", "failed");

    assertThat(lines("slipway_polls_total"))
        .containsExactlyInAnyOrder(
            "slipway_polls_total{outcome=\"good\",repository=\"config\"} 2.0",
            "slipway_polls_total{outcome=\"failed\",repository=\"config\"} 1.0");
  }

  @Test
  void whatATestHasCountedOfEachReleaseIsToldUntilItIsOver() {
    RolloutId rollout = begin();
    telemetry.counted(Samples.SHOP, "signup", "stable", new Arm.Counts(10, 90));
    telemetry.counted(Samples.SHOP, "signup", "stable", new Arm.Counts(20, 100));
    telemetry.counted(Samples.SHOP, "signup", "candidate", new Arm.Counts(0, 0));
    telemetry.counted(Samples.SHOP, "basket", "candidate", new Arm.Values(List.of(20.0, 30.0)));

    assertThat(lines("slipway_arm_samples"))
        .containsExactlyInAnyOrder(
            arm("samples", "stable", "signup", "100.0"),
            arm("samples", "candidate", "signup", "0.0"),
            arm("samples", "candidate", "basket", "2.0"));
    assertThat(lines("slipway_arm_value"))
        .containsExactlyInAnyOrder(
            arm("value", "stable", "signup", "0.2"),
            arm("value", "candidate", "signup", "NaN"),
            arm("value", "candidate", "basket", "25.0"));

    journal.append(Samples.ended(rollout, Ending.SUCCEEDED));
    assertThat(lines("slipway_arm_samples")).isEmpty();
    assertThat(lines("slipway_arm_value")).isEmpty();
  }

  private static String arm(String what, String arm, String goal, String number) {
    return "slipway_arm_%s{application=\"shop\",arm=\"%s\",environment=\"production\",goal=\"%s\"} %s"
        .formatted(what, arm, goal, number);
  }

  private RolloutId begin() {
    RolloutId rollout = journal.next(Samples.SHOP);
    journal.append(Samples.started(rollout, Samples.NEW));
    return rollout;
  }

  private void rollOut(Ending ending, Duration duration) {
    RolloutId rollout = begin();
    pass(duration);
    journal.append(Samples.ended(rollout, ending));
  }

  private void step(RolloutId rollout, int index, Duration duration) {
    var position = new Position(0, "web1", Position.Part.STEPS, index);
    journal.append(new Event.StepStarted(rollout, position));
    pass(duration);
    journal.append(new Event.StepEnded(rollout, position, new Outcome.Done("so", 0)));
  }

  private void pass(Duration duration) {
    now.updateAndGet(before -> before.plus(duration));
  }

  private List<String> lines(String metric) {
    return telemetry.scrape().lines().filter(line -> isOf(metric, line)).toList();
  }

  private static boolean isOf(String metric, String line) {
    return line.startsWith(metric + "{") || line.startsWith(metric + " ");
  }
}
