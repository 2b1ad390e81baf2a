package dev.slipway.strategies.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The terms of a gate: how many people have to approve, who may, and what happens if they do not.
 *
 * @param minApproverNum how many different people have to
 * @param approvers names or addresses of those who may; everybody may if it is empty
 * @param timeout how long they are waited for, from when the gate was first reached
 * @param byAuthor whether who made the commit counts too
 */
public record Approval(
    int minApproverNum,
    List<String> approvers,
    Duration timeout,
    OnTimeout onTimeout,
    boolean byAuthor) {
  /** One person of any kind, within a day; what a pause without an end means. */
  public static final Approval DEFAULT =
      new Approval(1, List.of(), Duration.ofHours(24), OnTimeout.ABORT, true);

  /** How many people may be asked for at most. */
  public static final int APPROVERS_MAX = 20;

  public Approval {
    approvers = List.copyOf(approvers);
    if (minApproverNum < 1 || minApproverNum > APPROVERS_MAX || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "minApproverNum %d must be 1 to %d, timeout %s above zero"
              .formatted(minApproverNum, APPROVERS_MAX, timeout));
    }
    if (!approvers.isEmpty() && approvers.size() < minApproverNum) {
      throw new IllegalArgumentException(
          "%d of %s can never approve".formatted(minApproverNum, approvers));
    }
  }

  /** What happens if too few have approved in time. */
  public enum OnTimeout {
    /** The rollout goes back; the release was not judged, so it is not held back. */
    ABORT,
    /** The rollout goes on. */
    PROCEED
  }

  /** What becomes of one person's word. */
  public enum Verdict {
    /** It counts. */
    COUNTS,
    /** The same person has approved already. */
    AGAIN,
    /** Others may approve, and this person may not. */
    NOT_LISTED,
    /** Who made the commit may not approve it. */
    AUTHOR
  }

  /**
   * Judges one more approval.
   *
   * @param authors who made what is to be approved; only looked at if they may not approve it
   * @param before who has approved already
   */
  public Verdict judge(Approver who, Set<Approver> authors, List<Approver> before) {
    if (listing(who).isEmpty() && !approvers.isEmpty()) {
      return Verdict.NOT_LISTED;
    }
    if (!byAuthor && isAmong(authors, who)) {
      return Verdict.AUTHOR;
    }
    return isAmong(before, who) ? Verdict.AGAIN : Verdict.COUNTS;
  }

  private boolean isAmong(Collection<Approver> others, Approver who) {
    return others.stream().anyMatch(other -> isOne(who, other));
  }

  /** Two names of the list are two people, and all that a name of it fits is one. */
  private boolean isOne(Approver one, Approver other) {
    Optional<String> first = listing(one);
    return one.isSameAs(other) || (first.isPresent() && first.equals(listing(other)));
  }

  private Optional<String> listing(Approver who) {
    return approvers.stream().filter(entry -> Approver.of(entry).isSameAs(who)).findFirst();
  }

  /** Returns how many different people these are. */
  public int count(List<Approver> approving) {
    var different = new ArrayList<Approver>();
    for (Approver one : approving) {
      if (!isAmong(different, one)) {
        different.add(one);
      }
    }
    return different.size();
  }

  /** Returns whether these are enough. */
  public boolean isGivenBy(List<Approver> approving) {
    return count(approving) >= minApproverNum;
  }

  /** Prints who is asked, for example {@code 2 of ada, grace, not the author}. */
  @Override
  public String toString() {
    String who = approvers.isEmpty() ? "" : " of " + String.join(", ", approvers);
    return minApproverNum + who + (byAuthor ? "" : ", not the author");
  }
}
