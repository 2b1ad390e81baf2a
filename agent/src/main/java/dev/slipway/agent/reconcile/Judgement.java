package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Control.Asked;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.RolloutStatus;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells what became of a commit, from what is known of its application.
 *
 * <p>That the branch has come to a commit is known before its rollout begins, and then the phase is
 * still that of the commit before. So a phase counts only for the commit that it was noted of.
 *
 * @param history the rollouts that ended, the newest first
 */
record Judgement(String commit, ApplicationStatus status, List<RolloutStatus> history) {
  Judgement {
    history = List.copyOf(history);
  }

  /** Where a commit is in the history of the branch, seen from the one that is decided about. */
  enum Place {
    /** The branch has not come to it, as far as the application knows. */
    AHEAD,
    /** It is the one that is decided about. */
    HERE,
    /** A later one is. */
    BEHIND
  }

  /** Finds the commit that a person means, and tells what became of it. */
  static Asked of(String prefix, Follower follower, Worker worker, List<RolloutStatus> history) {
    try {
      List<String> found = follower.commits(prefix);
      return switch (found.size()) {
        case 0 -> unknown(prefix, "no branch that is followed has it yet");
        case 1 -> new Asked.Judged(judge(found.getFirst(), follower, worker, history));
        default ->
            new Asked.Conflict(
                "'%s' could be any of: %s; say more of the name"
                    .formatted(prefix, String.join(", ", found)));
      };
    } catch (UncheckedIOException e) {
      return unknown(prefix, "the repository cannot be read now: " + e.getMessage());
    }
  }

  private static Asked unknown(String commit, String reason) {
    return new Asked.Judged(new CommitStatus(commit, Optional.empty(), reason));
  }

  private static CommitStatus judge(
      String commit, Follower follower, Worker worker, List<RolloutStatus> history) {
    boolean read = follower.hasRead(commit);
    if (read && worker.wanted().orElse(null) instanceof Wanted.Missing(var _, var reason)) {
      return new CommitStatus(commit, Optional.of("not asked for"), reason);
    }
    var judgement = new Judgement(commit, worker.status(), history);
    String present = judgement.status().revision();
    if (commit.equals(present)) {
      return judgement.at(Place.HERE);
    }
    boolean isBehind = !present.isEmpty() && follower.leads(commit, present);
    return judgement.at(isBehind ? Place.BEHIND : Place.AHEAD);
  }

  CommitStatus at(Place place) {
    Optional<RolloutStatus> own =
        history.stream().filter(one -> one.revision().equals(commit)).findFirst();
    boolean runs =
        status.rollout().filter(one -> one.revision().equals(commit) && isOpen(one)).isPresent();
    if (runs) {
      return pending("its rollout is under way");
    }
    return switch (place) {
      case AHEAD ->
          own.filter(Judgement::isSuperseded)
              .map(this::told)
              .orElseGet(() -> pending("the branch is at %s".formatted(branch())));
      case BEHIND ->
          own.map(this::told)
              .orElseGet(() ->
                  ended(Ending.SUPERSEDED, "'%s' took its place".formatted(status.revision())));
      case HERE -> own.filter(Judgement::isSuperseded).map(this::told).orElseGet(this::decided);
    };
  }

  private CommitStatus decided() {
    if (!status.judged().equals(Optional.of(commit))) {
      return pending("nothing is decided about it yet");
    }
    return switch (status.phase()) {
      case HEALTHY -> ended(Ending.SUCCEEDED, "what it asks for runs everywhere");
      case NEEDS_HELP -> ended(Ending.NEEDS_HELP, conditions());
      case INVALID -> new CommitStatus(commit, Optional.of("invalid"), conditions());
      case HELD -> has("Preview", "LimitReached") ? pending(conditions()) : heldBack();
      case ABSENT -> new CommitStatus(commit, Optional.of("not asked for"), conditions());
      case DEGRADED -> degraded();
      case PROGRESSING, UNKNOWN, SOURCE_MISSING -> pending(conditions());
    };
  }

  /** A release that failed is not tried again, whichever commit asks for it. */
  private CommitStatus heldBack() {
    String wanted = status.wanted().map(String::valueOf).orElse("");
    String ending =
        history.stream()
            .filter(one -> one.to().equals(wanted) || one.revision().equals(commit))
            .flatMap(one -> one.ending().stream())
            .filter(one -> !one.equals(Views.text(Ending.SUCCEEDED)))
            .findFirst()
            .orElse(Views.text(Ending.ROLLED_BACK));
    return new CommitStatus(commit, Optional.of(ending), conditions());
  }

  private CommitStatus degraded() {
    if (has("Plan", "Refused")) {
      return new CommitStatus(commit, Optional.of("refused"), conditions());
    }
    boolean comesLater = has("Plan", "NotNow") || has("Artifact", "Unavailable");
    boolean isStable = status.wanted().isPresent() && status.wanted().equals(status.stable());
    return isStable && !comesLater ? ended(Ending.SUCCEEDED, conditions()) : pending(conditions());
  }

  private boolean has(String type, String reason) {
    return status.conditions().stream()
        .anyMatch(one -> one.type().equals(type) && one.reason().equals(reason));
  }

  private CommitStatus told(RolloutStatus rollout) {
    return new CommitStatus(commit, rollout.ending(), rollout.reason());
  }

  private CommitStatus ended(Ending ending, String reason) {
    return new CommitStatus(commit, Optional.of(Views.text(ending)), reason);
  }

  private CommitStatus pending(String reason) {
    return new CommitStatus(commit, Optional.empty(), reason);
  }

  private String conditions() {
    return status.conditions().isEmpty()
        ? "the application is " + status.phase()
        : status.conditions().stream().map(Condition::message).collect(Collectors.joining("; "));
  }

  private String branch() {
    return status.revision().isEmpty() ? "no commit yet" : status.revision();
  }

  private static boolean isOpen(RolloutStatus rollout) {
    return rollout.ended().isEmpty();
  }

  private static boolean isSuperseded(RolloutStatus rollout) {
    return rollout.ending().equals(Optional.of(Views.text(Ending.SUPERSEDED)));
  }
}
