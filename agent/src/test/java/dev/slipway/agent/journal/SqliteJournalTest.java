package dev.slipway.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the journal's file is one agent's alone, survives, and is refused with a remedy otherwise.
 *
 * <p>Method: the shared contract, and files that were made unusable in every way that we know.
 */
class SqliteJournalTest extends JournalContract {
  @TempDir private Path directory;

  @Override
  protected Journal open() {
    return switch (Journals.open(directory, CLOCK)) {
      case Journals.Opened.Ready(var journal) -> journal;
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
    };
  }

  private String refusal() {
    return switch (Journals.open(directory, CLOCK)) {
      case Journals.Opened.Ready(var journal) -> {
        journal.close();
        throw new AssertionError("it was opened");
      }
      case Journals.Opened.Refused(var reason) -> reason;
    };
  }

  private void sql(String statement) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("journal.db"));
        var change = connection.createStatement()) {
      change.execute(statement);
    }
  }

  @Test
  void fault10ASecondAgentIsRefusedAndToldWhoTheFirstIs() {
    try (var _ = open()) {
      assertThat(refusal())
          .contains("process id " + ProcessHandle.current().pid())
          .contains(directory.toString());
    }
    open().close();
  }

  @Test
  void aJournalOfANewerAgentIsRefused() throws SQLException {
    open().close();
    sql("UPDATE flyway_schema_history SET version = '99'");

    assertThat(refusal()).contains("schema 99", "newer agent", "upgrade");
  }

  @Test
  void anEventOfANewerAgentIsRefused() throws SQLException {
    open().close();
    sql("INSERT INTO event (at, body) VALUES ('2026-11-01T10:00:00Z', '{\"is\":\"flown/1\"}')");

    assertThat(refusal()).contains("flown/1", "journal.db");
  }

  @Test
  void aDamagedFileIsRefusedWithARemedy() throws IOException {
    try (var journal = open()) {
      for (int i = 0; i < 100; i++) {
        journal.append(Samples.events());
      }
    }
    try (var file = new RandomAccessFile(directory.resolve("journal.db").toFile(), "rw")) {
      for (long page = 2; page < file.length() / 4096; page++) {
        file.seek(page * 4096);
        file.write(new byte[64]);
      }
    }

    assertThat(refusal()).contains("journal.db", "put back a copy", "slipway/status");
  }

  @Test
  void whatIsAskedAgainIsNotParsedAgain() {
    try (var journal = open()) {
      RolloutId rollout = journal.next(Samples.SHOP);
      journal.append(Samples.started(rollout, Samples.NEW));
      Event first = journal.events(rollout).getFirst().event();
      journal.append(Samples.ended(rollout, Ending.SUCCEEDED));

      assertThat(journal.events(rollout))
          .extracting(Entry::event)
          .containsExactly(first, Samples.ended(rollout, Ending.SUCCEEDED));
      assertThat(journal.events(rollout).getFirst().event()).isSameAs(first);
    }
  }

  @Test
  void somethingElseThanAJournalIsRefused() throws IOException {
    Files.writeString(
        directory.resolve("journal.db"), "these are not the bytes you want".repeat(99));

    assertThat(refusal()).contains("journal.db", "move it away");
  }

  @Test
  void aJournalThatCannotBeOpenedIsNotSaidToBeDamaged() throws IOException {
    Files.createDirectory(directory.resolve("journal.db"));

    assertThat(refusal())
        .contains("journal.db", "disk is full", "leave it where it is")
        .doesNotContain("move it away");
  }

  @Test
  void afterAFailedWriteNothingIsTriedAgain() throws SQLException {
    try (var journal = open()) {
      sql("DROP TABLE event");
      var event = new Event.TipAccepted("config", "main", "aaa");

      assertThatThrownBy(() -> journal.append(event))
          .isInstanceOf(JournalBrokenException.class)
          .hasMessageContaining("journal.db");
      assertThatThrownBy(() -> journal.append(event))
          .isInstanceOf(JournalBrokenException.class)
          .hasMessageContaining("failed before");
    }
  }

  @Test
  void allEventsOfOneCallAreWrittenOrNone() {
    try (var journal = open()) {
      var entries = journal.append(Samples.events().subList(0, 2));

      assertThat(entries).extracting(Entry::event).isEqualTo(Samples.events().subList(0, 2));
    }
  }
}
