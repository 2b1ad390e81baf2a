package dev.slipway.agent.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/** A repository followed with JGit. */
final class JGitRepository implements ConfigRepository {
  private static final String HEADS = "refs/heads/";
  private static final int BETWEEN_MAX = 100;

  private final RemoteSpec spec;
  private final Clone clone;
  private final Remote remote;
  private final StatusPublisher publisher;
  private final Restoring restoring;
  private final Map<ObjectId, Optional<String>> refusals = new HashMap<>();

  JGitRepository(
      RemoteSpec spec, Clone clone, Remote remote, StatusPublisher publisher, Restoring restoring) {
    this.spec = spec;
    this.clone = clone;
    this.remote = remote;
    this.publisher = publisher;
    this.restoring = restoring;
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public Polled poll(Set<String> branchPatterns) {
    var patterns = branchPatterns.stream().map(BranchPattern::new).toList();
    try {
      var there = wanted(patterns);
      if (there.size() > spec.limits().branches()) {
        return new Polled.Unavailable(
            "%s: %d branches match; at most %d are followed"
                .formatted(name(), there.size(), spec.limits().branches()));
      }
      return mirrored(there);
    } catch (IOException e) {
      return new Polled.Unavailable(remote.reason(e));
    }
  }

  @Override
  public Tree tree(String commit) {
    try {
      return GitTree.of(clone, spec.limits(), ObjectId.fromString(commit));
    } catch (IOException e) {
      distrust();
      throw new UncheckedIOException("commit %s cannot be read".formatted(commit), e);
    }
  }

  @Override
  public Relation relation(String earlier, String later) {
    if (earlier.equals(later)) {
      return Relation.SAME;
    }
    try (var walk = new RevWalk(clone.repository())) {
      walk.setRetainBody(false);
      var old = ObjectId.fromString(earlier);
      // History that was rewritten is not fetched again into a new clone.
      if (!walk.getObjectReader().has(old)) {
        return Relation.FORGOTTEN;
      }
      boolean descends =
          walk.isMergedInto(walk.parseCommit(old), walk.parseCommit(ObjectId.fromString(later)));
      return descends ? Relation.DESCENDANT : Relation.REWOUND;
    } catch (IOException e) {
      distrust();
      throw new UncheckedIOException("history before %s cannot be read".formatted(later), e);
    }
  }

  @Override
  public List<String> between(String earlier, String later) {
    try (var walk = new RevWalk(clone.repository())) {
      walk.setRetainBody(false);
      walk.markStart(walk.parseCommit(ObjectId.fromString(later)));
      walk.markUninteresting(walk.parseCommit(ObjectId.fromString(earlier)));
      var commits = new ArrayList<String>();
      for (var next = walk.next(); next != null && commits.size() < BETWEEN_MAX; ) {
        commits.add(next.name());
        next = walk.next();
      }
      return commits.reversed();
    } catch (IOException e) {
      distrust();
      throw new UncheckedIOException("history before %s cannot be read".formatted(later), e);
    }
  }

  @Override
  public List<String> commits(String prefix) {
    try (var walk = new RevWalk(clone.repository())) {
      var reader = walk.getObjectReader();
      var found = new ArrayList<String>();
      for (ObjectId id : reader.resolve(AbbreviatedObjectId.fromString(prefix))) {
        // A whole name is resolved to itself, whether or not there is such an object.
        if (reader.has(id) && reader.open(id).getType() == Constants.OBJ_COMMIT) {
          found.add(id.name());
        }
      }
      return found;
    } catch (IOException e) {
      distrust();
      throw new UncheckedIOException("commit %s cannot be looked for".formatted(prefix), e);
    }
  }

  @Override
  public Published publish(StatusUpdate update) {
    try {
      return publisher.publish(update);
    } catch (IOException e) {
      distrust();
      return new Published.Rejected(remote.reason(e));
    }
  }

  @Override
  public Restored restore(Restoration wish) {
    try {
      return restoring.restore(wish);
    } catch (IOException e) {
      distrust();
      return new Restored.Rejected(remote.reason(e));
    }
  }

  @Override
  public Status readStatus() {
    try {
      var tip = publisher.fetchedStatus();
      if (tip.isEmpty()) {
        return new Status.None();
      }
      var tree = GitTree.of(clone, spec.limits(), tip.get());
      return new Status.Found(tree, highestSequence(tree));
    } catch (IOException e) {
      distrust();
      return new Status.Unavailable(remote.reason(e));
    }
  }

  @Override
  public void close() {
    clone.close();
  }

  /** After a failure that may be the server's or the disk's: only the disk's is ours to mend. */
  private void distrust() {
    if (!clone.isSound()) {
      clone.suspect();
    }
  }

  private static long highestSequence(Tree tree) {
    long highest = 0;
    for (var path : tree.list(StatusBranch.SEQUENCES)) {
      if (tree.read(path) instanceof Tree.Read.Found(var blob, var _)) {
        highest = Math.max(highest, StatusBranch.sequence(blob));
      }
    }
    return highest;
  }

  private Map<String, ObjectId> wanted(List<BranchPattern> patterns) throws IOException {
    var prefixes = new LinkedHashSet<String>();
    patterns.forEach(pattern -> prefixes.add(HEADS + pattern.prefix()));
    var branches = new HashMap<String, ObjectId>();
    if (prefixes.isEmpty()) {
      return branches;
    }
    remote
        .list(clone.repository(), prefixes)
        .forEach((ref, tip) -> {
          var branch = ref.substring(HEADS.length());
          if (patterns.stream().anyMatch(pattern -> pattern.matches(branch))) {
            branches.put(branch, tip);
          }
        });
    return branches;
  }

  /** A clone that cannot be read is thrown away and fetched again, once. */
  private Polled mirrored(Map<String, ObjectId> there) throws IOException {
    if (!clone.isSuspect()) {
      try {
        return mirror(there);
      } catch (IOException e) {
        if (clone.isSound()) {
          throw e;
        }
      }
    }
    refusals.clear();
    clone.rebuild();
    return mirror(there);
  }

  private Polled mirror(Map<String, ObjectId> there) throws IOException {
    var here = clone.branches();
    for (var branch : here.keySet()) {
      if (!there.containsKey(branch)) {
        clone.forgetBranch(branch);
      }
    }
    var changed =
        there.entrySet().stream()
            .filter(tip -> !tip.getValue().equals(here.get(tip.getKey())))
            .map(tip -> Clone.specOf(tip.getKey()))
            .toList();
    if (!changed.isEmpty()) {
      remote.fetch(clone.repository(), changed);
      clone.tidy();
    }
    return tips();
  }

  /** Names only commits of which every directory could be read. */
  private Polled tips() throws IOException {
    var here = clone.branches();
    var commits = new HashMap<String, String>();
    var refused = new HashMap<String, String>();
    for (var branch : here.entrySet()) {
      var tip = branch.getValue();
      var refusal = refusals.get(tip);
      if (refusal == null) {
        refusal = GitTree.of(clone, spec.limits(), tip).refusal();
        refusals.put(tip, refusal);
      }
      refusal.ifPresentOrElse(
          reason -> refused.put(branch.getKey(), reason),
          () -> commits.put(branch.getKey(), tip.name()));
    }
    refusals.keySet().retainAll(here.values());
    return new Polled.Tips(commits, refused);
  }
}
