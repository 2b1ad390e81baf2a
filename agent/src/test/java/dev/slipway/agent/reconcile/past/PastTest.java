package dev.slipway.agent.reconcile.past;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.FakeJournal;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Deployment.OnNewRevision;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.strategies.fleet.Service;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what was stable is found again, by order and by name, and decides who may disturb a
 * rollout.
 *
 * <p>Method: a journal in which 1, 2 and 3 were stable one after the other, and 4 failed.
 */
class PastTest {
  private static final Verdict SHUT =
      new Verdict.Shut("always", Optional.empty(), ZoneId.of("UTC"));

  private final Journal journal =
      new FakeJournal(new FakeJournal.Disk(), Fuse.endless(), () -> Instant.EPOCH);
  private final Past past = new Past(journal, Samples.SHOP);

  private static Delivery release(String version) {
    return Samples.delivery(version, new Service.None());
  }

  @BeforeEach
  void rollOutThreeAndFailWithTheFourth() {
    rollOut(1, "1", Ending.SUCCEEDED);
    rollOut(2, "2", Ending.SUCCEEDED);
    rollOut(3, "3", Ending.SUCCEEDED);
    rollOut(4, "4", Ending.ROLLED_BACK);
  }

  private void rollOut(int number, String version, Ending ending) {
    var rollout = new RolloutId(Samples.SHOP, number);
    journal.append(
        List.of(Samples.started(rollout, release(version)), Samples.ended(rollout, ending)));
  }

  private void quarantine(String version) {
    journal.append(new Event.Quarantined(Samples.SHOP, release(version).id(), "slow"));
  }

  private List<String> former(String... names) {
    var stables = Stables.of(journal, Samples.SHOP);
    List<Delivery> found = names.length == 0 ? stables.former() : stables.former(names[0]);
    return found.stream().map(one -> one.id().version()).toList();
  }

  @Test
  void whatWasStableIsFormerTheMostRecentFirstAndWhatIsHeldIsNot() {
    assertThat(former()).containsExactly("2", "1");

    quarantine("2");

    assertThat(former()).containsExactly("1");
    assertThat(Stables.of(journal, Samples.SHOP).names()).isEqualTo(release("1").id().toString());
  }

  @Test
  void aFormerReleaseIsNamedByVersionOrDigestOrBoth() {
    String digest = release("1").id().digest().hex();

    assertThat(former("1")).containsExactly("1");
    assertThat(former(digest)).containsExactly("1");
    assertThat(former(digest.substring(0, 7))).containsExactly("1");
    assertThat(former(release("1").id().toString())).containsExactly("1");
    assertThat(former("2@" + digest.substring(0, 12))).isEmpty();
    assertThat(former("3")).as("the present one").isEmpty();
    assertThat(former("4")).as("one that was never stable").isEmpty();
  }

  @Test
  void onlyWhatWasStableBeforeThePresentOneLiesBehind() {
    assertThat(past.liesBehind(release("1"))).isTrue();
    assertThat(past.liesBehind(release("2"))).isTrue();
    assertThat(past.liesBehind(release("3"))).isFalse();
    assertThat(past.liesBehind(release("4"))).isFalse();

    rollOut(5, "1", Ending.SUCCEEDED);

    assertThat(past.liesBehind(release("2"))).as("the revert of a revert").isFalse();
  }

  @Test
  void whatWasAdoptedLiesBehindWhatCameAfterIt() {
    Journal other = new FakeJournal(new FakeJournal.Disk(), Fuse.endless(), () -> Instant.EPOCH);
    var rollout = new RolloutId(Samples.SHOP, 8);
    other.append(
        Samples.events().stream()
            .filter(Event.RolloutStarted.class::isInstance)
            .filter(event -> ((Event.RolloutStarted) event).rollout().equals(rollout))
            .toList());
    other.append(Samples.ended(rollout, Ending.SUCCEEDED));

    assertThat(Stables.of(other, Samples.SHOP).former()).containsExactly(Samples.OLD);
    assertThat(new Past(other, Samples.SHOP).liesBehind(Samples.OLD)).isTrue();
  }

  @ParameterizedTest(name = "{0}, window open: {1}, newer commit asks for {2}: {3}")
  @CsvSource(
      textBlock =
          """
          SUPERSEDE, true,  5, turns
          SUPERSEDE, false, 5, waits
          SUPERSEDE, true,  3, turns
          SUPERSEDE, false, 3, turns
          SUPERSEDE, false, 1, turns
          SUPERSEDE, true,  4, waits
          FINISH,    true,  5, waits
          FINISH,    false, 5, waits
          FINISH,    true,  3, turns
          FINISH,    false, 3, turns
          FINISH,    true,  4, waits
          """)
  void aRunningRolloutIsDisturbedOnlyByWhatMay(
      OnNewRevision policy, boolean open, String newer, String expected) {
    quarantine("4");

    boolean waits = past.waits(release(newer), policy, open ? new Verdict.Open() : SHUT);

    assertThat(waits ? "waits" : "turns").isEqualTo(expected);
  }

  @Test
  void aPinIsOwedUntilItIsReachedAndEndsWhenSomethingElseIsAskedFor() {
    quarantine("3");
    journal.append(new Event.Pinned(Samples.SHOP, release("1").id(), "ada", "slow"));

    assertThat(past.owed()).map(Delivery::id).contains(release("1").id());
    past.unpin(release("3"));
    assertThat(journal.pin(Samples.SHOP)).isPresent();
    rollOut(5, "1", Ending.SUCCEEDED);
    assertThat(past.owed()).isEmpty();
    past.unpin(release("6"));
    assertThat(journal.pin(Samples.SHOP)).isEmpty();
  }
}
