package dev.slipway.agent.source;

import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.notes.NoteMap;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/** Makes the commits that carry status, on top of what is there, without a work tree. */
final class StatusBranch {
  static final String STATUS = "refs/heads/slipway/status";
  static final String NOTES = "refs/notes/slipway";
  static final String SEQUENCES = ".slipway/sequence";

  private static final int NOTE_LINES_MAX = 100;
  private static final int NOTE_BYTES_MAX = 1 << 20;
  private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");
  // All control characters but the end of a line: they would reach somebody's terminal.
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}&&[^\n]]");

  private final StatusWriter writer;
  private final InstantSource clock;

  StatusBranch(StatusWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /** The two refs as they stand somewhere; empty where one does not exist. */
  record Tips(Optional<ObjectId> status, Optional<ObjectId> notes) {}

  /** Returns the file that holds the sequence of this writer's last update. */
  String sequencePath() {
    return SEQUENCES + "/" + writer.store();
  }

  /** Returns the number in a sequence file, or 0 if somebody else has written something there. */
  static long sequence(Blob blob) {
    var text = new String(blob.bytes(), StandardCharsets.UTF_8).strip();
    return SEQUENCE.matcher(text).matches() ? Long.parseLong(text) : 0;
  }

  /** Returns the tips with the update on top, the same tips if it changes nothing. */
  Tips apply(Repository clone, Tips base, StatusUpdate update) throws IOException {
    try (var inserter = clone.newObjectInserter();
        var walk = new RevWalk(clone)) {
      var status = status(inserter, walk, base.status(), update);
      var notes = notes(inserter, walk, base.notes(), update);
      inserter.flush();
      return new Tips(status, notes);
    }
  }

  private Optional<ObjectId> status(
      ObjectInserter inserter, RevWalk walk, Optional<ObjectId> base, StatusUpdate update)
      throws IOException {
    var index = DirCache.newInCore();
    if (base.isPresent()) {
      index = DirCache.read(walk.getObjectReader(), walk.parseCommit(base.get()).getTree());
    }
    var before = index.writeTree(inserter);
    edit(index, inserter, update);
    if (index.writeTree(inserter).equals(before)) {
      return base;
    }
    var editor = index.editor();
    editor.add(put(inserter, sequencePath(), update.sequence() + "\n"));
    editor.finish();
    var message = UNPRINTABLE.matcher(update.message()).replaceAll("?");
    return Optional.of(commit(inserter, index.writeTree(inserter), base, message));
  }

  private static void edit(DirCache index, ObjectInserter inserter, StatusUpdate update)
      throws IOException {
    var editor = index.editor();
    for (var path : update.removed()) {
      editor.add(new DirCacheEditor.DeletePath(path));
    }
    for (var file : update.files().entrySet()) {
      editor.add(put(inserter, file.getKey(), file.getValue()));
    }
    editor.finish();
  }

  private Optional<ObjectId> notes(
      ObjectInserter inserter, RevWalk walk, Optional<ObjectId> base, StatusUpdate update)
      throws IOException {
    var notes = NoteMap.newEmptyMap();
    if (base.isPresent()) {
      RevCommit tip = walk.parseCommit(base.get());
      notes = NoteMap.read(walk.getObjectReader(), tip);
    }
    boolean changed = false;
    for (var note : update.notes()) {
      var commit = ObjectId.fromString(note.commit());
      var before = before(walk.getObjectReader(), notes.get(commit));
      var after = below(before, note.text());
      changed |= !after.equals(before);
      notes.set(commit, insert(inserter, after));
    }
    if (!changed) {
      return base;
    }
    var tree = notes.writeTree(inserter);
    return Optional.of(commit(inserter, tree, base, "Notes added by Slipway"));
  }

  private static String before(ObjectReader reader, @Nullable ObjectId note) throws IOException {
    return note == null
        ? ""
        : new String(reader.open(note).getCachedBytes(NOTE_BYTES_MAX), StandardCharsets.UTF_8);
  }

  /** Adds the lines that are not there yet, so that a note that is sent twice says things once. */
  private static String below(String before, String lines) {
    var all = new LinkedHashSet<>(before.lines().toList());
    lines.lines().forEach(all::add);
    return all.stream()
        .skip(Math.max(0, all.size() - NOTE_LINES_MAX))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private ObjectId commit(
      ObjectInserter inserter, ObjectId tree, Optional<ObjectId> parent, String message)
      throws IOException {
    var author = new PersonIdent(writer.name(), writer.email(), clock.instant(), ZoneOffset.UTC);
    var commit = new CommitBuilder();
    commit.setTreeId(tree);
    parent.ifPresent(commit::setParentId);
    commit.setAuthor(author);
    commit.setCommitter(author);
    commit.setMessage(message);
    return inserter.insert(commit);
  }

  private static DirCacheEditor.PathEdit put(ObjectInserter inserter, String path, String text)
      throws IOException {
    var content = insert(inserter, text);
    return new DirCacheEditor.PathEdit(path) {
      @Override
      public void apply(DirCacheEntry entry) {
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(content);
      }
    };
  }

  private static ObjectId insert(ObjectInserter inserter, String text) throws IOException {
    return inserter.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
  }
}
