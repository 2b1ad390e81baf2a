package dev.slipway.agent.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.flywaydb.core.Flyway;

/** The rows of a journal's file. Every change is one transaction that is on the disk afterwards. */
final class SqliteStore implements AutoCloseable {
  private final Path file;
  private final Connection connection;
  private final Journals.OwnerLock owner;
  private final Known known = new Known();

  private SqliteStore(Path file, Connection connection, Journals.OwnerLock owner) {
    this.file = file;
    this.connection = connection;
    this.owner = owner;
  }

  /** An event as it is stored. */
  record Row(
      long floor,
      Instant at,
      OptionalLong rollout,
      Optional<String> topic,
      String body,
      Event event) {
    static Row of(Instant at, Event event) {
      var rollout =
          event instanceof Event.OfRollout of
              ? OptionalLong.of(of.rollout().number())
              : OptionalLong.empty();
      return new Row(
          Ledger.floor(event), at, rollout, Ledger.topic(event), Wire.write(event), event);
    }
  }

  /** FULL, because WAL with NORMAL loses acknowledged commits at a power cut. */
  static String url(Path file) {
    return "jdbc:sqlite:"
        + file
        + "?journal_mode=WAL&synchronous=FULL&transaction_mode=IMMEDIATE&busy_timeout=5000";
  }

  static SqliteStore open(Path file, Journals.OwnerLock owner) throws SQLException {
    return new SqliteStore(file, DriverManager.getConnection(url(file)), owner);
  }

  /** Brings the tables up to date; call it only when {@link #newest()} is not ahead. */
  static void migrate(Path file) {
    Flyway.configure()
        .dataSource(url(file), null, null)
        .locations("classpath:dev/slipway/agent/journal")
        .loggers("slf4j")
        .load()
        .migrate();
  }

  Path file() {
    return file;
  }

  /** Returns the version of the tables, 0 in a new file. */
  int newest() throws SQLException {
    if (number("SELECT count(*) FROM sqlite_master WHERE name = 'flyway_schema_history'") == 0) {
      return 0;
    }
    return (int)
        number("SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM flyway_schema_history");
  }

  /** Returns what is wrong with the file, {@code ok} if nothing. */
  String check() throws SQLException {
    return text("PRAGMA quick_check(1)");
  }

  boolean survivesPowerCuts() throws SQLException {
    return text("PRAGMA journal_mode").equals("wal") && number("PRAGMA synchronous") == 2;
  }

  /** Returns the store's name, given at its birth. */
  String id(String born) throws SQLException {
    if (number("SELECT count(*) FROM store") == 0) {
      try (var insert = connection.prepareStatement("INSERT INTO store VALUES (?, 0)")) {
        insert.setString(1, born);
        insert.executeUpdate();
      }
    }
    return text("SELECT id FROM store");
  }

  long raiseEpoch() throws SQLException {
    try (var update = connection.prepareStatement("UPDATE store SET epoch = epoch + 1")) {
      update.executeUpdate();
    }
    return number("SELECT epoch FROM store");
  }

  // Without a floor to exceed the number is NULL, and SQLite counts on.
  private static final String INSERT =
      "INSERT INTO event (sequence, at, rollout, topic, body) VALUES (CASE WHEN ?1 >"
          + " (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event')"
          + " THEN ?1 + 1 END, ?2, ?3, ?4, ?5) RETURNING sequence";

  List<Long> insert(List<Row> rows) throws SQLException {
    List<Long> inserted =
        transaction(() -> {
          var sequences = new ArrayList<Long>();
          try (var insert = connection.prepareStatement(INSERT)) {
            for (Row row : rows) {
              bind(insert, row);
              try (var key = insert.executeQuery()) {
                key.next();
                sequences.add(key.getLong(1));
              }
            }
          }
          return sequences;
        });
    rows.forEach(row -> known.keep(row.body, row.event));
    return inserted;
  }

  private static void bind(PreparedStatement insert, Row row) throws SQLException {
    insert.setLong(1, row.floor);
    insert.setString(2, row.at.toString());
    if (row.rollout.isPresent()) {
      insert.setLong(3, row.rollout.getAsLong());
    } else {
      insert.setNull(3, Types.INTEGER);
    }
    insert.setString(4, row.topic.orElse(null));
    insert.setString(5, row.body);
  }

  List<Entry> ofRollout(long number) throws SQLException {
    return entries("WHERE rollout = ? ORDER BY sequence", number, Integer.MAX_VALUE);
  }

  List<Entry> after(long sequence, int limit) throws SQLException {
    return entries("WHERE sequence > ? ORDER BY sequence", sequence, limit);
  }

  private List<Entry> entries(String which, long parameter, int limit) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT sequence, at, body FROM event " + which + " LIMIT ?")) {
      select.setLong(1, parameter);
      select.setInt(2, limit);
      try (var rows = select.executeQuery()) {
        var entries = new ArrayList<Entry>();
        while (rows.next()) {
          entries.add(entry(rows));
        }
        return entries;
      }
    }
  }

  private Entry entry(ResultSet row) throws SQLException {
    return new Entry(row.getLong(1), Instant.parse(row.getString(2)), known.read(row.getString(3)));
  }

  /** A summary takes the place of the rollout's last event, so that the order stays. */
  int prune(Ledger.Pruning pruning) throws SQLException {
    return transaction(() -> {
      int gone =
          update(
              "DELETE FROM event WHERE topic IS NOT NULL AND sequence NOT IN"
                  + " (SELECT max(sequence) FROM event WHERE topic IS NOT NULL GROUP BY topic)");
      for (Summary summary : pruning.toSummaries()) {
        long number = summary.rollout().number();
        gone +=
            update(
                "DELETE FROM event WHERE rollout = ?1 AND sequence <>"
                    + " (SELECT max(sequence) FROM event WHERE rollout = ?1)",
                number);
        try (var update =
            connection.prepareStatement("UPDATE event SET body = ? WHERE rollout = ?")) {
          update.setString(1, Wire.write(new Event.RolloutSummarised(summary)));
          update.setLong(2, number);
          update.executeUpdate();
        }
      }
      for (RolloutId rollout : pruning.toNothing()) {
        gone += update("DELETE FROM event WHERE rollout = ?", rollout.number());
      }
      return gone;
    });
  }

  private int update(String sql, long... parameters) throws SQLException {
    try (var update = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        update.setLong(i + 1, parameters[i]);
      }
      return update.executeUpdate();
    }
  }

  private <T> T transaction(Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private long number(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private String text(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new JournalBrokenException("%s: cannot be closed".formatted(file), e);
    } finally {
      owner.close();
    }
  }

  /**
   * Events by their text, those that were written or read last: a rollout that goes on is read at
   * every step, and at each question how it stands.
   */
  private static final class Known {
    private static final int CHARACTERS_MAX = 4_000_000;

    private final LinkedHashMap<String, Event> events = new LinkedHashMap<>(64, 0.75f, true);
    private long characters;

    Event read(String text) {
      Event known = events.get(text);
      if (known != null) {
        return known;
      }
      Event event = Wire.read(text);
      keep(text, event);
      return event;
    }

    void keep(String text, Event event) {
      if (events.put(text, event) == null) {
        characters += text.length();
      }
      while (characters > CHARACTERS_MAX) {
        characters -= events.pollFirstEntry().getKey().length();
      }
    }
  }

  /** What a transaction does. */
  private interface Work<T> {
    T run() throws SQLException;
  }
}
