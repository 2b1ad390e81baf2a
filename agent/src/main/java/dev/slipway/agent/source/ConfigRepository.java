package dev.slipway.agent.source;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Returns the newest commits that came after an earlier one, the oldest first. */
  List<String> between(String earlier, String later);

  /** Returns the commits that were fetched whose names begin so, at least four hex digits. */
  List<String> commits(String prefix);

  /** Publishes files on {@code slipway/status} and notes on commits; nothing if nothing changed. */
  Published publish(StatusUpdate update);

  /** Puts files of a branch back as they were, in a revert commit on its tip, and pushes it. */
  Restored restore(Restoration wish);

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
    REWOUND,
    /** The same, and the clone has the earlier commit no more, so it cannot be read. */
    FORGOTTEN
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

  /**
   * What to put back.
   *
   * @param undone the commit that is to have no effect any more
   * @param former the commit whose files were right
   * @param paths files or directories; everything else stays as it is
   * @param author the person who asked for it
   * @param reason stands in the message
   */
  record Restoration(
      String branch,
      String undone,
      String former,
      Set<String> paths,
      Author author,
      String reason) {
    public Restoration {
      paths = Set.copyOf(paths);
    }
  }

  /** What came of putting files back. */
  sealed interface Restored {
    /** The revert commit is on the server. */
    record Pushed(String commit) implements Restored {}

    /** The branch holds nothing that was to be undone. */
    record Unneeded() implements Restored {}

    /** The same places were changed again since; nothing was pushed. */
    record Conflict(List<String> paths) implements Restored {
      public Conflict {
        paths = List.copyOf(paths);
      }
    }

    /** The server refused, or cannot be asked, in spite of retries. */
    record Rejected(String reason) implements Restored {}
  }

  /** A person as Git names them. */
  record Author(String name, String email) {
    private static final Pattern ADDRESSED = Pattern.compile("([^<>]+?) *<([^<> ]+@[^<> ]+)>");
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[<>\\p{Cntrl}]");

    public Author {
      if (name.isBlank() || NOT_IN_A_NAME.matcher(name + email).find()) {
        throw new IllegalArgumentException(
            "'%s' with e-mail '%s' is no author".formatted(name, email));
      }
    }

    /** Reads {@code NAME <EMAIL>}; whoever gives no address gets one of this machine. */
    public static Author of(String who) {
      Matcher addressed = ADDRESSED.matcher(who);
      if (addressed.matches() && !NOT_IN_A_NAME.matcher(addressed.group(1)).find()) {
        return new Author(addressed.group(1), addressed.group(2));
      }
      String clean = NOT_IN_A_NAME.matcher(who).replaceAll("?").strip();
      String name = clean.isEmpty() ? "somebody" : clean;
      return new Author(name, name.replaceAll("[^A-Za-z0-9.-]+", ".") + "@localhost");
    }
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
