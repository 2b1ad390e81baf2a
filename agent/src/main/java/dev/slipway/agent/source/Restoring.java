package dev.slipway.agent.source;

import dev.slipway.agent.source.ConfigRepository.Restoration;
import dev.slipway.agent.source.ConfigRepository.Restored;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.merge.MergeStrategy;
import org.eclipse.jgit.merge.ResolveMerger;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Makes revert commits on the tip of a branch and pushes them, without a work tree.
 *
 * <p>As {@code git revert} does it, the way back is merged into what the branch holds now, so that
 * what others have pushed since stays. Unlike there, only the paths that are named go back: a
 * commit may have changed other applications too.
 */
final class Restoring {
  private static final int ATTEMPTS_MAX = 5;
  private static final int FIRST_PAUSE_MS_MAX = 50;
  // All control characters but the end of a line: they would reach somebody's terminal.
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}&&[^\n]]");

  private final Clone clone;
  private final Remote remote;
  private final StatusWriter writer;
  private final InstantSource clock;
  private final Waiter waiter;
  private final RandomGenerator random;

  Restoring(
      Clone clone,
      Remote remote,
      StatusWriter writer,
      InstantSource clock,
      Waiter waiter,
      RandomGenerator random) {
    this.clone = clone;
    this.remote = remote;
    this.writer = writer;
    this.clock = clock;
    this.waiter = waiter;
    this.random = random;
  }

  Restored restore(Restoration wish) throws IOException {
    var last = new Lost(ObjectId.zeroId(), "");
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Optional<ObjectId> tip = fetched(wish.branch());
      if (tip.isEmpty()) {
        return new Restored.Rejected("there is no branch '%s' any more".formatted(wish.branch()));
      }
      switch (onTop(tip.get(), wish)) {
        case Made.Nothing() -> {
          return new Restored.Unneeded();
        }
        case Made.Conflict(var paths) -> {
          return new Restored.Conflict(paths);
        }
        case Made.Commit(var commit) -> {
          Optional<Remote.Refusal> refused = push(wish.branch(), tip.get(), commit);
          if (refused.isEmpty()) {
            return new Restored.Pushed(commit.name());
          }
          var lost = new Lost(tip.get(), refused.get().fact());
          if (lost.equals(last)) {
            return new Restored.Rejected(refused.get().toString());
          }
          last = lost;
        }
      }
      pause(attempt);
    }
    return new Restored.Rejected(
        "others were faster %d times in a row: %s".formatted(ATTEMPTS_MAX, last.reason()));
  }

  /** A push that was refused; twice the same on the same tip means that it always will be. */
  private record Lost(ObjectId tip, String reason) {}

  private sealed interface Made {
    record Commit(ObjectId id) implements Made {}

    record Nothing() implements Made {}

    record Conflict(List<String> paths) implements Made {}
  }

  private Optional<ObjectId> fetched(String branch) throws IOException {
    String ref = "refs/heads/" + branch;
    if (!remote.list(clone.repository(), List.of(ref)).containsKey(ref)) {
      return Optional.empty();
    }
    remote.fetch(clone.repository(), List.of(Clone.specOf(branch)));
    return Optional.ofNullable(clone.branches().get(branch));
  }

  private Optional<Remote.Refusal> push(String branch, ObjectId tip, ObjectId commit)
      throws IOException {
    String tracking = Clone.specOf(branch).getDestination();
    var move = new Remote.Push("refs/heads/" + branch, tracking, Optional.of(tip), commit);
    return remote.push(clone.repository(), List.of(move));
  }

  private Made onTop(ObjectId tip, Restoration wish) throws IOException {
    try (var inserter = clone.repository().newObjectInserter();
        var walk = new RevWalk(clone.repository())) {
      RevCommit bad = walk.parseCommit(ObjectId.fromString(wish.undone()));
      RevCommit good = walk.parseCommit(ObjectId.fromString(wish.former()));
      RevCommit present = walk.parseCommit(tip);
      ObjectId back = treeWith(walk, bad, good, wish.paths(), inserter);
      inserter.flush();
      var merger = (ResolveMerger) MergeStrategy.RESOLVE.newMerger(clone.repository(), true);
      merger.setBase(bad.getTree());
      if (!merger.merge(present.getTree(), back)) {
        return new Made.Conflict(merger.getUnmergedPaths());
      }
      if (merger.getResultTreeId().equals(present.getTree())) {
        return new Made.Nothing();
      }
      ObjectId commit = inserter.insert(commit(merger.getResultTreeId(), tip, bad, wish));
      inserter.flush();
      return new Made.Commit(commit);
    }
  }

  /** Returns the files of one commit, with those below some paths taken from another. */
  private static ObjectId treeWith(
      RevWalk walk, RevCommit most, RevCommit some, Set<String> paths, ObjectInserter inserter)
      throws IOException {
    var mixed = DirCache.newInCore();
    DirCacheBuilder files = mixed.builder();
    add(files, DirCache.read(walk.getObjectReader(), most.getTree()), paths, false);
    add(files, DirCache.read(walk.getObjectReader(), some.getTree()), paths, true);
    files.finish();
    return mixed.writeTree(inserter);
  }

  private static void add(DirCacheBuilder files, DirCache from, Set<String> paths, boolean below) {
    for (int i = 0; i < from.getEntryCount(); i++) {
      DirCacheEntry entry = from.getEntry(i);
      String path = entry.getPathString() + "/";
      if (paths.stream().anyMatch(one -> path.startsWith(one + "/")) == below) {
        files.add(entry);
      }
    }
  }

  private CommitBuilder commit(ObjectId tree, ObjectId tip, RevCommit bad, Restoration wish) {
    var now = clock.instant();
    var commit = new CommitBuilder();
    commit.setTreeId(tree);
    commit.setParentId(tip);
    commit.setAuthor(
        new PersonIdent(wish.author().name(), wish.author().email(), now, ZoneOffset.UTC));
    commit.setCommitter(new PersonIdent(writer.name(), writer.email(), now, ZoneOffset.UTC));
    String message =
        """
        Revert "%s"

        %s

        This reverts commit %s.
        """
            .formatted(bad.getShortMessage(), wish.reason(), bad.name());
    commit.setMessage(UNPRINTABLE.matcher(message).replaceAll("?"));
    return commit;
  }

  private void pause(int attempt) {
    int most = FIRST_PAUSE_MS_MAX << attempt;
    waiter.await(Duration.ofMillis(random.nextInt(most)), new Signal());
  }
}
