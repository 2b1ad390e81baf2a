package dev.slipway.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.reconcile.Judgement.Place;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.ReleaseStatus;
import dev.slipway.agent.status.RolloutStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: nobody is told of one commit what became of another.
 *
 * <p>Method: statuses as they are while a commit is pushed, fetched, decided about and rolled out.
 */
final class JudgementTest {
  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);
  private static final ReleaseStatus ONE = new ReleaseStatus("1", "1".repeat(64));
  private static final ReleaseStatus TWO = new ReleaseStatus("2", "2".repeat(64));
  private static final RolloutStatus FIRST = rollout(1, OLD, ONE, "succeeded");

  private static RolloutStatus rollout(int number, String commit, ReleaseStatus to, String ending) {
    boolean isOpen = ending.isEmpty();
    return new RolloutStatus(
        "config/test/shop#" + number,
        "rolling",
        commit,
        Optional.empty(),
        to.toString(),
        Instant.EPOCH,
        isOpen ? Optional.empty() : Optional.of(Instant.EPOCH),
        isOpen ? Optional.empty() : Optional.of(ending),
        "because",
        List.of(),
        0,
        0,
        0,
        "",
        Optional.empty());
  }

  /** The branch is at the new commit, and the phase was noted of this one. */
  private static ApplicationStatus status(
      String judged, Phase phase, ReleaseStatus wanted, RolloutStatus last, Condition... why) {
    return new ApplicationStatus(
        "config",
        "test",
        "shop",
        phase,
        "main",
        NEW,
        Optional.of(judged),
        Optional.of(wanted),
        Optional.of(ONE),
        List.of(),
        List.of(why),
        Optional.of(last));
  }

  private static CommitStatus judge(
      String commit, Place place, ApplicationStatus status, RolloutStatus... history) {
    return new Judgement(commit, status, List.of(history)).at(place);
  }

  private static Optional<String> ending(ApplicationStatus status, RolloutStatus... history) {
    return judge(NEW, Place.HERE, status, history).ending();
  }

  @Test
  void thePhaseOfTheCommitBeforeIsNotTakenForTheOutcome() {
    var justRead = status(OLD, Phase.HEALTHY, TWO, FIRST);

    assertThat(ending(justRead, FIRST)).isEmpty();
  }

  @Test
  void aCommitThatTheBranchHasNotComeToIsWaitedFor() {
    var before = status(NEW, Phase.HEALTHY, TWO, FIRST);

    CommitStatus later = judge("c".repeat(40), Place.AHEAD, before, FIRST);

    assertThat(later.ending()).isEmpty();
    assertThat(later.reason()).contains(NEW);
  }

  @Test
  void aRolloutUnderWayIsWaitedFor() {
    var running = rollout(2, NEW, TWO, "");

    assertThat(ending(status(NEW, Phase.PROGRESSING, TWO, running), FIRST)).isEmpty();
    assertThat(ending(status(NEW, Phase.HEALTHY, TWO, running), FIRST)).isEmpty();
  }

  @Test
  void aCommitThatAsksForNothingNewSucceeds() {
    assertThat(ending(status(NEW, Phase.HEALTHY, ONE, FIRST), FIRST)).contains("succeeded");
  }

  @Test
  void hostsThatCatchUpLaterMakeNoFailure() {
    var second = rollout(2, NEW, ONE, "succeeded");
    var missing = new Condition("Incomplete", "HostsMissing", "still to catch up: web3");

    CommitStatus judged =
        judge(NEW, Place.HERE, status(NEW, Phase.DEGRADED, ONE, second, missing), second, FIRST);

    assertThat(judged.ending()).contains("succeeded");
    assertThat(judged.reason()).contains("web3");
  }

  @Test
  void whatIsTriedAgainIsWaitedFor() {
    var failed = rollout(2, NEW, TWO, "rolled back");
    var retrying = new Condition("Failed", "Retrying", "try 1 failed");

    assertThat(ending(status(NEW, Phase.DEGRADED, TWO, failed, retrying), failed, FIRST)).isEmpty();
  }

  @Test
  void whatIsHeldBackEndedAsItsRolloutDid() {
    var held = new Condition("Quarantined", "ReleaseHeldBack", "2 is not tried again");
    for (String ending : List.of("rolled back", "aborted")) {
      var second = rollout(2, NEW, TWO, ending);
      assertThat(ending(status(NEW, Phase.HELD, TWO, second, held), second, FIRST))
          .contains(ending);
    }
  }

  @Test
  void anotherCommitThatAsksForAReleaseThatFailedHasFailedToo() {
    var held = new Condition("Quarantined", "ReleaseHeldBack", "2 is not tried again");
    var second = rollout(2, "c".repeat(40), TWO, "aborted");

    assertThat(ending(status(NEW, Phase.HELD, TWO, second, held), second, FIRST))
        .contains("aborted");
  }

  @Test
  void aReleaseThatAPersonWentBackFromCountsAsRolledBack() {
    var held = new Condition("Quarantined", "ReleaseHeldBack", "rolled back by ada");
    var second = rollout(2, NEW, TWO, "succeeded");
    var back = rollout(3, OLD, ONE, "succeeded");

    assertThat(ending(status(NEW, Phase.HELD, TWO, back, held), back, second, FIRST))
        .contains("rolled back");
  }

  @Test
  void whatCannotBeDoneSaysSo() {
    var refused = new Condition("Plan", "Refused", "it could never proceed");

    assertThat(ending(status(NEW, Phase.DEGRADED, TWO, FIRST, refused), FIRST)).contains("refused");
    assertThat(ending(status(NEW, Phase.INVALID, TWO, FIRST), FIRST)).contains("invalid");
    assertThat(ending(status(NEW, Phase.NEEDS_HELP, TWO, FIRST), FIRST)).contains("needs help");
  }

  @Test
  void filesAndHostsThatMayComeAreWaitedFor() {
    var notNow = new Condition("Plan", "NotNow", "web3 cannot be reached");
    var unavailable = new Condition("Artifact", "Unavailable", "no answer");

    assertThat(ending(status(NEW, Phase.DEGRADED, ONE, FIRST, notNow), FIRST)).isEmpty();
    assertThat(ending(status(NEW, Phase.DEGRADED, ONE, FIRST, unavailable), FIRST)).isEmpty();
  }

  @Test
  void aCommitThatALaterOneTookThePlaceOfIsSuperseded() {
    CommitStatus skipped =
        judge("c".repeat(40), Place.BEHIND, status(NEW, Phase.HEALTHY, TWO, FIRST), FIRST);

    assertThat(skipped.ending()).contains("superseded");
    assertThat(skipped.reason()).contains(NEW);
  }

  @Test
  void aCommitThatWasRolledOutKeepsItsOutcomeWhenALaterOneComes() {
    assertThat(judge(OLD, Place.BEHIND, status(NEW, Phase.HELD, TWO, FIRST), FIRST).ending())
        .contains("succeeded");
  }

  @Test
  void aRolloutThatWasSupersededIsToldBeforeTheNextOneEnds() {
    var second = rollout(2, NEW, TWO, "superseded");
    var third = rollout(3, "c".repeat(40), ONE, "");

    assertThat(ending(status(NEW, Phase.PROGRESSING, TWO, third), second, FIRST))
        .contains("superseded");
  }
}
