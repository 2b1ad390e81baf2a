package dev.slipway.agent.journal;

import dev.slipway.agent.host.Epoch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.api.FlywayException;
import tools.jackson.core.JacksonException;

/** Where journals come from. */
public final class Journals {
  private static final String FILE = "journal.db";
  private static final int SCHEMA = 1;
  private static final int PAGE = 1000;

  /** SQLite's codes for: no permission, busy, read-only, input or output, full, cannot open. */
  private static final Set<Integer> SYSTEM_CODES = Set.of(3, 5, 8, 10, 13, 14);

  private Journals() {}

  /** What came of opening. */
  public sealed interface Opened {
    /** It is this agent's until it is closed. */
    record Ready(Journal journal) implements Opened {}

    /** It must not be used, and why: another agent has it, a newer one made it, it is damaged. */
    record Refused(String reason) implements Opened {}
  }

  /** Opens the journal in the agent's state directory, and makes it if there is none. */
  public static Opened open(Path stateDirectory, InstantSource clock) {
    try {
      Files.createDirectories(stateDirectory);
      return switch (OwnerLock.take(stateDirectory)) {
        case OwnerLock.Asked.Got(var lock) -> owned(stateDirectory.resolve(FILE), lock, clock);
        case OwnerLock.Asked.Taken(var owner) ->
            new Opened.Refused(
                "%s: the agent with process id %s works here; stop it, or use another directory"
                    .formatted(stateDirectory, owner));
      };
    } catch (IOException e) {
      return new Opened.Refused(
          "%s: cannot be used as state directory: %s; let the agent's user write there"
              .formatted(stateDirectory, e));
    }
  }

  private static Opened owned(Path file, OwnerLock lock, InstantSource clock) {
    Opened opened = checked(file, lock, clock);
    if (opened instanceof Opened.Refused) {
      lock.close();
    }
    return opened;
  }

  private static Opened checked(Path file, OwnerLock lock, InstantSource clock) {
    try {
      var store = SqliteStore.open(file, lock);
      String problem = problem(store);
      if (!problem.isEmpty()) {
        store.close();
        return new Opened.Refused(problem);
      }
      SqliteStore.migrate(file);
      return new Opened.Ready(journal(store, clock));
    } catch (SQLException | FlywayException | JacksonException e) {
      return new Opened.Refused(
          isOfTheSystem(e) ? inaccessible(file, e.getMessage()) : damaged(file, e.getMessage()));
    }
  }

  /** Returns whether the disk or its rights are at fault, and nothing is known of the content. */
  private static boolean isOfTheSystem(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && SYSTEM_CODES.contains(sql.getErrorCode() & 0xff)) {
        return true;
      }
    }
    return false;
  }

  private static String problem(SqliteStore store) throws SQLException {
    String check = store.check();
    if (!check.equals("ok")) {
      return damaged(store.file(), check);
    }
    if (!store.survivesPowerCuts()) {
      return "%s: SQLite does not get write-ahead logging here; use a local file system"
          .formatted(store.file());
    }
    int found = store.newest();
    return found <= SCHEMA
        ? ""
        : "%s: its schema %d was made by a newer agent, this one knows up to %d; upgrade the agent"
            .formatted(store.file(), found, SCHEMA);
  }

  private static Journal journal(SqliteStore store, InstantSource clock) throws SQLException {
    var ledger = new Ledger();
    long last = 0;
    for (var page = store.after(last, PAGE); !page.isEmpty(); page = store.after(last, PAGE)) {
      page.forEach(ledger::fold);
      last = page.getLast().sequence();
    }
    String id = store.id(UUID.randomUUID().toString());
    return new SqliteJournal(store, clock, ledger, new Epoch(id, store.raiseEpoch()));
  }

  private static String inaccessible(Path file, @org.jspecify.annotations.Nullable String what) {
    return ("%s: cannot be opened: %s; see whether the disk is full or read-only, and whether the"
            + " agent's user owns the file; the journal may be sound, so leave it where it is")
        .formatted(file, what);
  }

  private static String damaged(Path file, @org.jspecify.annotations.Nullable String what) {
    return ("%s: cannot be read: %s; put back a copy of it, or move it away: what is stable is then"
            + " rebuilt from slipway/status and from the hosts")
        .formatted(file, what);
  }

  /**
   * A state directory's sign that an agent works with it; the system takes it away with the agent.
   */
  static final class OwnerLock implements AutoCloseable {
    private final FileChannel channel;

    private OwnerLock(FileChannel channel) {
      this.channel = channel;
    }

    /** What came of asking for the lock. */
    sealed interface Asked {
      /** It is ours. */
      record Got(OwnerLock lock) implements Asked {}

      /** Another agent has it, the one with this process id. */
      record Taken(String owner) implements Asked {}
    }

    static Asked take(Path directory) throws IOException {
      Path file = directory.resolve("agent.lock");
      var channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        return new Asked.Taken(Files.readString(file).strip());
      }
      channel.truncate(0);
      var owner = ByteBuffer.wrap(pid().getBytes(StandardCharsets.US_ASCII));
      while (owner.hasRemaining()) {
        channel.write(owner);
      }
      return new Asked.Got(new OwnerLock(channel));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
      try {
        return channel.tryLock() != null;
      } catch (OverlappingFileLockException _) {
        return false; // this very process has it
      }
    }

    private static String pid() {
      return ProcessHandle.current().pid() + "\n";
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new JournalBrokenException("the lock of the state directory cannot be given back", e);
      }
    }
  }
}
