package dev.slipway.agent.source;

import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import dev.slipway.agent.source.StatusBranch.Tips;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.RefSpec;

/**
 * Gets status onto the server beside other writers: fetch, put ours on top, push, and again if
 * somebody was faster. Nothing is ever forced.
 */
final class StatusPublisher {
  private static final int ATTEMPTS_MAX = 5;
  private static final int FIRST_PAUSE_MS_MAX = 50;
  private static final String LOCAL_STATUS = "refs/slipway/status";
  private static final String LOCAL_NOTES = "refs/slipway/notes";
  private static final RemoteSpec.Limits TREE_LIMITS = RemoteSpec.Limits.DEFAULT;

  private final Clone clone;
  private final Remote remote;
  private final StatusBranch branch;
  private final Waiter waiter;
  private final RandomGenerator random;
  private long newest;

  StatusPublisher(
      Clone clone, Remote remote, StatusBranch branch, Waiter waiter, RandomGenerator random) {
    this.clone = clone;
    this.remote = remote;
    this.branch = branch;
    this.waiter = waiter;
    this.random = random;
  }

  Published publish(StatusUpdate update) throws IOException {
    var last = new Lost(new Tips(Optional.empty(), Optional.empty()), "");
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      var base = fetched();
      long found = Math.max(newest, sequenceIn(base));
      if (found > update.sequence()) {
        return new Published.Outdated(found);
      }
      newest = update.sequence();
      var wanted = branch.apply(clone.repository(), base, update);
      if (wanted.equals(base)) {
        return new Published.Unchanged();
      }
      var refused = remote.push(clone.repository(), pushes(base, wanted));
      if (refused.isEmpty()) {
        return new Published.Pushed(newCommit(wanted));
      }
      var lost = new Lost(base, refused.get().fact());
      if (lost.equals(last)) {
        return new Published.Rejected(refused.get().toString());
      }
      last = lost;
      pause(attempt);
    }
    return new Published.Rejected(
        "others were faster %d times in a row: %s".formatted(ATTEMPTS_MAX, last.reason()));
  }

  /** Fetches the status branch and returns its tip, empty if there is none. */
  Optional<ObjectId> fetchedStatus() throws IOException {
    return fetched().status();
  }

  /** A push that was refused; twice the same on the same base means that it always will be. */
  private record Lost(Tips base, String reason) {}

  private Tips fetched() throws IOException {
    var there = remote.list(clone.repository(), List.of(StatusBranch.STATUS, StatusBranch.NOTES));
    var specs = new ArrayList<RefSpec>();
    follow(there, StatusBranch.STATUS, LOCAL_STATUS, specs);
    follow(there, StatusBranch.NOTES, LOCAL_NOTES, specs);
    if (!specs.isEmpty()) {
      remote.fetch(clone.repository(), specs);
    }
    return new Tips(local(LOCAL_STATUS), local(LOCAL_NOTES));
  }

  private void follow(Map<String, ObjectId> there, String ref, String localRef, List<RefSpec> specs)
      throws IOException {
    var tip = Optional.ofNullable(there.get(ref));
    if (tip.isEmpty() && local(localRef).isPresent()) {
      clone.forget(localRef);
    } else if (tip.isPresent() && !tip.equals(local(localRef))) {
      specs.add(new RefSpec("+" + ref + ":" + localRef));
    }
  }

  private Optional<ObjectId> local(String ref) throws IOException {
    return Optional.ofNullable(clone.repository().exactRef(ref)).map(found -> found.getObjectId());
  }

  private long sequenceIn(Tips base) throws IOException {
    if (base.status().isEmpty()) {
      return 0;
    }
    var tree = GitTree.of(clone, TREE_LIMITS, base.status().get());
    return switch (tree.read(branch.sequencePath())) {
      case Tree.Read.Found(var blob, var _) -> StatusBranch.sequence(blob);
      case Tree.Read.Missing _ -> 0;
      // Not 0: that would let an older status overwrite a newer one.
      case Tree.Read.Refused(var reason) ->
          throw new IOException(branch.sequencePath() + ": " + reason);
    };
  }

  private static List<Remote.Push> pushes(Tips base, Tips wanted) {
    var pushes = new ArrayList<Remote.Push>();
    if (!wanted.status().equals(base.status())) {
      pushes.add(push(StatusBranch.STATUS, LOCAL_STATUS, base.status(), wanted.status()));
    }
    if (!wanted.notes().equals(base.notes())) {
      pushes.add(push(StatusBranch.NOTES, LOCAL_NOTES, base.notes(), wanted.notes()));
    }
    return pushes;
  }

  private static Remote.Push push(
      String ref, String localRef, Optional<ObjectId> from, Optional<ObjectId> to) {
    return new Remote.Push(ref, localRef, from, to.orElseThrow());
  }

  /** Notes alone may have been new; then it is they who were pushed. */
  private static String newCommit(Tips wanted) {
    return wanted.status().or(wanted::notes).orElseThrow().name();
  }

  private void pause(int attempt) {
    int most = FIRST_PAUSE_MS_MAX << attempt;
    waiter.await(Duration.ofMillis(random.nextInt(most)), new Signal());
  }
}
