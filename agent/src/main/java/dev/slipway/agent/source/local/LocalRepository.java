package dev.slipway.agent.source.local;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.isolation.Isolation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A bare repository on this machine that is written to without a work tree and without Git. */
public final class LocalRepository implements AutoCloseable {
  private final Repository repository;

  private LocalRepository(Repository repository) {
    this.repository = repository;
  }

  /**
   * Makes an empty bare repository whose default branch is {@code main}.
   *
   * @throws UncheckedIOException if the directory cannot be written
   */
  public static LocalRepository create(Path bare) {
    try {
      var repository = new FileRepository(builder(bare).setup());
      repository.create(true);
      var head = repository.updateRef(Constants.HEAD);
      head.link(Constants.R_HEADS + "main");
      return new LocalRepository(repository);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be made".formatted(bare), e);
    }
  }

  private static FileRepositoryBuilder builder(Path bare) {
    return new FileRepositoryBuilder().setFS(Isolation.files()).setGitDir(bare.toFile()).setBare();
  }

  /** A file to commit. */
  public record File(Blob blob, Tree.Mode mode) {}

  /**
   * Commits files on top of a branch, beside those that are there; returns the commit.
   *
   * @throws UncheckedIOException if the repository cannot be written
   */
  public String commit(String branch, String message, Instant when, Map<String, File> files) {
    try (ObjectInserter objects = repository.newObjectInserter()) {
      ObjectId tip = tip(branch);
      ObjectId tree = index(tip, files, objects).writeTree(objects);
      return commit(branch, message, when, tip, tree, objects);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be committed to".formatted(repository), e);
    }
  }

  /**
   * Begins a branch at a commit.
   *
   * @throws UncheckedIOException if the repository cannot be written
   */
  public void branch(String branch, String commit) {
    try {
      move(branch, ObjectId.zeroId(), ObjectId.fromString(commit));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be branched in".formatted(repository), e);
    }
  }

  /**
   * Commits the files of an earlier commit on top of a branch, as a revert of all since does.
   *
   * @throws UncheckedIOException if the repository cannot be written
   */
  public String revertTo(String branch, String earlier, String message, Instant when) {
    try (ObjectInserter objects = repository.newObjectInserter();
        var walk = new RevWalk(repository)) {
      RevCommit former = walk.parseCommit(ObjectId.fromString(earlier));
      return commit(branch, message, when, tip(branch), former.getTree(), objects);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be committed to".formatted(repository), e);
    }
  }

  @Override
  public void close() {
    repository.close();
  }

  private ObjectId tip(String branch) throws IOException {
    ObjectId found = repository.resolve(Constants.R_HEADS + branch);
    return found == null ? ObjectId.zeroId() : found;
  }

  private DirCache index(ObjectId tip, Map<String, File> files, ObjectInserter objects)
      throws IOException {
    var index = DirCache.newInCore();
    if (!tip.equals(ObjectId.zeroId())) {
      DirCacheBuilder present = index.builder();
      try (var walk = new RevWalk(repository);
          var reader = repository.newObjectReader()) {
        present.addTree(new byte[0], 0, reader, walk.parseCommit(tip).getTree());
      }
      present.finish();
    }
    DirCacheEditor editor = index.editor();
    for (var file : files.entrySet()) {
      ObjectId blob = objects.insert(Constants.OBJ_BLOB, file.getValue().blob().bytes());
      editor.add(
          new DirCacheEditor.PathEdit(file.getKey()) {
            @Override
            public void apply(DirCacheEntry entry) {
              entry.setObjectId(blob);
              entry.setFileMode(mode(file.getValue().mode()));
            }
          });
    }
    editor.finish();
    return index;
  }

  private static FileMode mode(Tree.Mode mode) {
    return switch (mode) {
      case PLAIN -> FileMode.REGULAR_FILE;
      case EXECUTABLE -> FileMode.EXECUTABLE_FILE;
    };
  }

  private String commit(
      String branch,
      String message,
      Instant when,
      ObjectId tip,
      ObjectId tree,
      ObjectInserter objects)
      throws IOException {
    var author = new PersonIdent("Slipway", "slipway@localhost", when, ZoneOffset.UTC);
    var commit = new CommitBuilder();
    commit.setTreeId(tree);
    if (!tip.equals(ObjectId.zeroId())) {
      commit.setParentId(tip);
    }
    commit.setAuthor(author);
    commit.setCommitter(author);
    commit.setMessage(message);
    ObjectId made = objects.insert(commit);
    objects.flush();
    move(branch, tip, made);
    return made.name();
  }

  private void move(String branch, ObjectId tip, ObjectId to) throws IOException {
    RefUpdate update = repository.updateRef(Constants.R_HEADS + branch);
    update.setExpectedOldObjectId(tip);
    update.setNewObjectId(to);
    RefUpdate.Result result = update.update();
    if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.FAST_FORWARD) {
      throw new IOException("%s was not moved: %s".formatted(branch, result));
    }
  }
}
