package dev.slipway.agent.source;

import dev.slipway.strategies.gate.Approver;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** Knows the name of every file of a commit, and reads contents when they are asked for. */
final class GitTree implements Tree {
  private static final int DEPTH_MAX = 64;

  private final Clone clone;
  private final RemoteSpec.Limits limits;
  private final String commit;
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final Map<String, ObjectId> directories = new HashMap<>();
  private Optional<String> refusal = Optional.empty();
  private Optional<RevCommit> parsed = Optional.empty();

  private sealed interface Entry {
    record File(ObjectId id, Mode mode) implements Entry {}

    record Odd(String what) implements Entry {}
  }

  private GitTree(Clone clone, RemoteSpec.Limits limits, String commit) {
    this.clone = clone;
    this.limits = limits;
    this.commit = commit;
  }

  /**
   * Reads the directories of a commit.
   *
   * @throws IOException if anything of the commit is missing or damaged
   */
  static GitTree of(Clone clone, RemoteSpec.Limits limits, ObjectId commit) throws IOException {
    var tree = new GitTree(clone, limits, commit.name());
    try (var objects = new VerifiedObjects(clone.repository())) {
      var parsed = RevCommit.parse(objects.commit(commit));
      tree.parsed = Optional.of(parsed);
      tree.index(objects, "", parsed.getTree(), 0);
    }
    return tree;
  }

  /** Returns why nothing may be read from this commit, empty if it keeps the limits. */
  Optional<String> refusal() {
    return refusal;
  }

  @Override
  public String commit() {
    return commit;
  }

  @Override
  public List<String> list(String directory) {
    var prefix = directory.isEmpty() ? "" : directory + "/";
    return entries.tailMap(prefix).keySet().stream()
        .takeWhile(path -> path.startsWith(prefix))
        .toList();
  }

  /** Nothing may be read from a commit that keeps no limits, wherever else its files lie. */
  @Override
  public Optional<String> identity(String directory) {
    return refusal.isPresent()
        ? Optional.empty()
        : Optional.ofNullable(directories.get(directory)).map(ObjectId::name);
  }

  @Override
  public Optional<String> trailer(String key) {
    return parsed.stream()
        .flatMap(found -> found.getFooterLines(key).stream())
        .reduce((_, last) -> last);
  }

  @Override
  public List<Approver> people() {
    return parsed.stream()
        .flatMap(found -> Stream.of(found.getAuthorIdent(), found.getCommitterIdent()))
        .filter(who -> !(who.getName() + who.getEmailAddress()).isBlank())
        .map(who -> new Approver(who.getName(), who.getEmailAddress()))
        .toList();
  }

  @Override
  public Read read(String path) {
    if (refusal.isPresent()) {
      return new Read.Refused(refusal.get());
    }
    return switch (entries.get(path)) {
      case null -> absent(path);
      case Entry.Odd(var what) -> new Read.Refused("it is %s, not a regular file".formatted(what));
      case Entry.File(var id, var mode) -> file(id, mode);
    };
  }

  private Read absent(String path) {
    if (!list(path).isEmpty()) {
      return new Read.Refused("it is a directory, not a regular file");
    }
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (entries.get(path.substring(0, slash)) instanceof Entry.Odd(var what)) {
        return new Read.Refused("%s is %s".formatted(path.substring(0, slash), what));
      }
    }
    return new Read.Missing();
  }

  private Read file(ObjectId id, Mode mode) {
    try (var objects = new VerifiedObjects(clone.repository())) {
      long size = objects.blobSize(id);
      if (size > limits.fileBytes()) {
        return new Read.Refused(
            "it has %d bytes; at most %d are read".formatted(size, limits.fileBytes()));
      }
      return new Read.Found(new Blob(objects.blob(id, limits.fileBytes())), mode);
    } catch (IOException e) {
      clone.suspect();
      return new Read.Refused(
          "the agent's copy of it is damaged; the next poll fetches it again: " + e.getMessage());
    }
  }

  private void index(VerifiedObjects objects, String prefix, ObjectId tree, int depth)
      throws IOException {
    if (depth > DEPTH_MAX) {
      refusal = Optional.of("has directories deeper than %d".formatted(DEPTH_MAX));
    }
    var parser = new CanonicalTreeParser();
    for (parser.reset(objects.tree(tree)); !parser.eof() && refusal.isEmpty(); parser.next(1)) {
      var path = prefix + parser.getEntryPathString();
      var mode = parser.getEntryFileMode();
      if (FileMode.TREE.equals(mode)) {
        directories.put(path, parser.getEntryObjectId());
        index(objects, path + "/", parser.getEntryObjectId(), depth + 1);
      } else {
        add(objects, path, mode, parser.getEntryObjectId());
      }
    }
  }

  private void add(VerifiedObjects objects, String path, FileMode mode, ObjectId id)
      throws IOException {
    if (entries.size() >= limits.filesPerTree()) {
      refusal = Optional.of("has more than %d files".formatted(limits.filesPerTree()));
      return;
    }
    var entry = entry(mode, id);
    if (entry instanceof Entry.File) {
      objects.requireBlob(id);
    }
    entries.put(path, entry);
  }

  private static Entry entry(FileMode mode, ObjectId id) {
    if (FileMode.SYMLINK.equals(mode)) {
      return new Entry.Odd("a symbolic link");
    }
    if (FileMode.GITLINK.equals(mode)) {
      return new Entry.Odd("a submodule");
    }
    boolean executable = FileMode.EXECUTABLE_FILE.equals(mode);
    return new Entry.File(id, executable ? Mode.EXECUTABLE : Mode.PLAIN);
  }
}
