package dev.slipway.agent.source;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A config repository on a Git server, kept as a bare clone. One thread at a time. */
public interface ConfigRepository extends AutoCloseable {

  /** Returns the name that the agent's configuration gave it. */
  String name();

  /** Asks the server for the tips of the branches that match, and fetches what is new. */
  Polled poll(Set<String> branchPatterns);

  /**
   * Returns the files of a commit that was fetched.
   *
   * @throws java.io.UncheckedIOException if the clone does not have it, or is damaged
   */
  Tree tree(String commit);

  /** Returns how one commit relates to another that was deployed before. */
  Relation relation(String earlier, String later);

  /** Publishes files on {@code slipway/status} and notes on commits; nothing if nothing changed. */
  Published publish(StatusUpdate update);

  /** Asks the server for what is on {@code slipway/status}, when our own journal is lost. */
  Status readStatus();

  @Override
  void close();

  /** What came of a poll. */
  sealed interface Polled {
    /**
     * The branches that match, without {@code refs/heads/}; the repository may have more.
     *
     * @param commits the tips, fetched and readable
     * @param refused branches that break a limit, with the reason
     */
    record Tips(Map<String, String> commits, Map<String, String> refused) implements Polled {
      public Tips {
        commits = Map.copyOf(commits);
        refused = Map.copyOf(refused);
      }

      /** Makes tips of which none is refused. */
      public Tips(Map<String, String> commits) {
        this(commits, Map.of());
      }
    }

    /** The server cannot be asked, or refuses; what was known before stays. */
    record Unavailable(String reason) implements Polled {}
  }

  /** How a commit relates to an earlier one. */
  enum Relation {
    SAME,
    DESCENDANT,
    /** History was rewritten: the earlier commit is no ancestor of the later. */
    REWOUND
  }

  /**
   * What to publish.
   *
   * @param sequence rises with every update of this agent; an older one never overwrites a newer
   * @param files whole contents by path; paths that are not named stay as they are
   * @param removed paths that go, if they are there
   * @param notes texts by commit, for {@code refs/notes/slipway}
   */
  record StatusUpdate(
      long sequence,
      String message,
      Map<String, String> files,
      Set<String> removed,
      List<Note> notes) {
    public StatusUpdate {
      files = Map.copyOf(files);
      removed = Set.copyOf(removed);
      notes = List.copyOf(notes);
    }

    /** Makes an update that removes nothing. */
    public StatusUpdate(
        long sequence, String message, Map<String, String> files, List<Note> notes) {
      this(sequence, message, files, Set.of(), notes);
    }
  }

  /** Lines for the note on a commit; those that stand there already stay and are not repeated. */
  record Note(String commit, String text) {}

  /** What came of publishing. */
  sealed interface Published {
    /** It is on the server. */
    record Pushed(String commit) implements Published {}

    /** The server has it already. */
    record Unchanged() implements Published {}

    /** Something newer is there; nothing was written. */
    record Outdated(long foundSequence) implements Published {}

    /** The server refused, or cannot be asked, in spite of retries. */
    record Rejected(String reason) implements Published {}
  }

  /** What agents have published so far. */
  sealed interface Status {
    /**
     * It was read.
     *
     * @param sequence the highest that any agent has used
     */
    record Found(Tree files, long sequence) implements Status {}

    /** Nobody has published anything. */
    record None() implements Status {}

    /** The server cannot be asked, or refuses. */
    record Unavailable(String reason) implements Status {}
  }
}
