package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.failure;
import static dev.slipway.agent.host.site.Acts.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.strategies.fleet.Occupant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: an application's place on a host keeps the promises of {@link dev.slipway.agent.host.Site},
 * whatever it is made of.
 *
 * <p>Method: each promise once, and after every act what is seen of the place.
 */
public abstract class SiteContract extends SiteScene {
  @Test
  void aPlaceThatWasNeverUsedIsEmpty() {
    var seen = seen();

    assertThat(seen.slots()).containsOnlyKeys("current", "blue");
    assertThat(seen.slots().values())
        .allSatisfy(slot -> {
          assertThat(slot.occupant()).isEqualTo(new Occupant.None());
          assertThat(slot.environment()).isEqualTo(SiteEnvironment.NONE);
          assertThat(slot.process()).isInstanceOf(ProcessSighting.Stopped.class);
        });
    assertThat(seen.releases()).isEmpty();
    assertThat(site().freeBytes().orElseThrow()).isPositive();
    assertThat(seen.epoch()).isEmpty();
    assertThat(site().process(CURRENT, release("1"))).isInstanceOf(ProcessSighting.Stopped.class);
  }

  @Test
  void aStagedReleaseLiesThereAndNothingPointsAtIt() {
    assertThat(assertDone(site().stage(release("1"), artifact("1"))).bytesSent()).isPositive();

    assertThat(seen().releases()).containsExactly(release("1").directory());
    assertThat(current().occupant()).isEqualTo(new Occupant.None());
  }

  @Test
  void aReleaseThatLiesThereIsNotSentAgain() {
    stage("1");

    assertThat(assertDone(site().stage(release("1"), unreadable("1"))).bytesSent()).isZero();
  }

  @Test
  void theSameFilesWithOtherVariablesAreNotSentAgain() {
    stage("1");
    var other = release("1", Map.of("GREETING", "bye"));

    assertThat(assertDone(site().stage(other, unreadable("1"))).bytesSent()).isZero();
  }

  @Test
  void filesThatAreNotThoseOfTheReleaseAreRefusedAndForgotten() {
    assertThat(refusal(site().stage(release("1"), artifact("2")))).contains("not those");

    assertThat(seen().releases()).isEmpty();
    assertThat(refusal(site().activate(CURRENT, release("1")))).contains("not staged");
    deploy("1");
  }

  @Test
  void anUploadThatBreaksOffIsUnknownAndStagesNothing() {
    assertThat(site().stage(release("1"), unreadable("1"))).isInstanceOf(Act.Unknown.class);

    assertThat(seen().releases()).isEmpty();
    deploy("1");
  }

  @Test
  void aReleaseThatIsNotStagedIsNotActivated() {
    deploy("1");

    assertThat(refusal(site().activate(CURRENT, release("2")))).contains("not staged");

    assertThat(current().occupant()).isEqualTo(new Occupant.Known(release("1").id()));
    assertThat(running().origin()).isEqualTo(Origin.RECORDED);
  }

  @Test
  void anActiveReleaseIsKnownByItsNameAndItsVariables() {
    stage("1");

    assertDone(site().activate(CURRENT, release("1")));

    assertThat(current().occupant()).isEqualTo(new Occupant.Known(release("1").id()));
    assertThat(current().environment())
        .isEqualTo(SiteEnvironment.of(release("1"), place().host(), CURRENT, Map.of()).digest());
    assertThat(current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(slot(BLUE).occupant()).isEqualTo(new Occupant.None());
  }

  @Test
  void onlyWhatIsActiveIsStarted() {
    stage("1");
    stage("2");
    assertThat(refusal(site().start(CURRENT, release("1")))).contains("activate");
    assertDone(site().activate(CURRENT, release("1")));

    assertThat(refusal(site().start(CURRENT, release("2")))).contains("activate");

    assertThat(current().process()).isInstanceOf(ProcessSighting.Stopped.class);
  }

  @Test
  void whatWasStartedRunsAndIsRecorded() {
    deploy("1");

    assertThat(running().origin()).isEqualTo(Origin.RECORDED);
    assertThat(running().restarts()).isZero();
    assertThat(site().process(CURRENT, release("1"))).isEqualTo(running());
    assertThat(slot(BLUE).process()).isInstanceOf(ProcessSighting.Stopped.class);
  }

  @Test
  void everyActMayBeRepeatedAndTheProcessStaysTheSame() {
    deploy("1");
    var before = running();

    deploy("1");

    assertThat(running()).isEqualTo(before);
  }

  @Test
  void aProcessFromBeforeTheLinkWasSetIsAnotherAndIsStartedAnew() {
    deploy("1");
    var before = running().mark();
    stage("2");

    assertDone(site().activate(CURRENT, release("2")));

    assertThat(running().origin()).isEqualTo(Origin.FORMER);
    assertThat(running().mark()).isEqualTo(before);
    assertDone(site().start(CURRENT, release("2")));
    assertThat(running().origin()).isEqualTo(Origin.RECORDED);
    assertThat(running().mark()).isNotEqualTo(before);
  }

  @Test
  void otherVariablesNeedAnotherProcess() {
    deploy("1");
    var before = running().mark();
    var other = release("1", Map.of("GREETING", "bye"));

    assertDone(site().activate(CURRENT, other));

    assertThat(current().occupant()).isEqualTo(new Occupant.Known(other.id()));
    assertThat(running().origin()).isEqualTo(Origin.FORMER);
    assertDone(site().start(CURRENT, other));
    assertThat(running().mark()).isNotEqualTo(before);
  }

  @Test
  void aReleaseThatDoesNotStartFailsAndTheFormerProcessIsGone() {
    deploy("1");
    stage(BROKEN);
    assertDone(site().activate(CURRENT, release(BROKEN)));

    assertThat(failure(site().start(CURRENT, release(BROKEN))).log()).isNotBlank();

    assertThat(current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(current().occupant()).isEqualTo(new Occupant.Known(release(BROKEN).id()));
  }

  @Test
  void stoppingEndsTheProcessAndLeavesTheLink() {
    deploy("1");
    var before = running().mark();

    assertDone(site().stop(CURRENT, release("1"), SECONDS));
    assertDone(site().stop(CURRENT, release("1"), SECONDS));

    assertThat(current().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(current().occupant()).isEqualTo(new Occupant.Known(release("1").id()));
    assertDone(site().start(CURRENT, release("1")));
    assertThat(running().mark()).isNotEqualTo(before);
  }

  @Test
  void whereNothingEverRanStoppingAndClearingAreDone() {
    assertDone(site().stop(CURRENT, release("1"), SECONDS));
    assertDone(site().clear(CURRENT));

    assertThat(current().occupant()).isEqualTo(new Occupant.None());
  }

  @Test
  void aClearedSlotIsEmpty() {
    deploy("1");
    assertDone(site().stop(CURRENT, release("1"), SECONDS));

    assertDone(site().clear(CURRENT));
    assertDone(site().clear(CURRENT));

    assertThat(current().occupant()).isEqualTo(new Occupant.None());
    assertThat(current().environment()).isEqualTo(SiteEnvironment.NONE);
    assertThat(seen().releases()).containsExactly(release("1").directory());
  }

  @Test
  void whatOthersHadLinkedIsForeignAndNobodyKnowsItsService() {
    assertDone(site().clear(CURRENT));
    var target = linkedByHand(CURRENT);

    assertThat(current().occupant()).isEqualTo(new Occupant.Foreign(target));
    assertThat(current().environment()).isEqualTo(SiteEnvironment.NONE);
    assertThat(current().process()).isInstanceOf(ProcessSighting.Unknown.class);
    assertThat(site().process(CURRENT, release("1"))).isInstanceOf(ProcessSighting.Stopped.class);
  }

  @Test
  void whatOthersHadLinkedCanBeLinkedAgain() {
    assertDone(site().clear(CURRENT));
    var target = linkedByHand(CURRENT);
    deploy("1");

    assertDone(site().relink(CURRENT, target));
    assertDone(site().relink(CURRENT, target));

    assertThat(current().occupant()).isEqualTo(new Occupant.Foreign(target));
    assertThat(current().environment()).isEqualTo(SiteEnvironment.NONE);
  }

  @Test
  void whatOthersHadLinkedIsStartedAsTheServiceOfTheReleaseThatIsNamed() {
    assertDone(site().clear(CURRENT));
    var target = linkedByHand(CURRENT);
    deploy("1");
    var before = running().mark();
    assertDone(site().stop(CURRENT, release("1"), SECONDS));
    assertDone(site().relink(CURRENT, target));

    assertDone(site().start(CURRENT, release("1")));

    assertThat(site().process(CURRENT, release("1")))
        .isInstanceOfSatisfying(
            ProcessSighting.Running.class,
            now -> {
              assertThat(now.mark()).isNotEqualTo(before);
              assertThat(now.origin()).isEqualTo(Origin.RECORDED);
            });
    assertThat(current().occupant()).isEqualTo(new Occupant.Foreign(target));
  }

  @Test
  void aTargetThatIsGoneIsNotLinked() {
    deploy("1");

    assertThat(refusal(site().relink(CURRENT, "/gone/since/long"))).contains("/gone/since/long");

    assertThat(current().occupant()).isEqualTo(new Occupant.Known(release("1").id()));
  }

  @Test
  void pruningKeepsWhatIsLinkedNamedOrNew() {
    List.of("1", "2", "3", "4", "5").forEach(this::stage);
    assertDone(site().activate(BLUE, release("1")));
    stage("6");

    assertDone(site().prune(Set.of(release("2").directory()), 2));

    assertThat(seen().releases()).isEqualTo(directories("1", "2", "6"));
    assertThat(slot(BLUE).occupant()).isEqualTo(new Occupant.Known(release("1").id()));
  }

  @Test
  void pruningKeepsTheOneThatRunsAndTheOneToGoBackTo() {
    List.of("1", "2", "3").forEach(this::deploy);

    assertDone(site().prune(Set.of(release("2").directory()), 0));

    assertThat(seen().releases()).isEqualTo(directories("2", "3"));
    assertThat(running().origin()).isEqualTo(Origin.RECORDED);
    assertDone(site().activate(CURRENT, release("2")));
  }

  @Test
  void whatWasActivatedLastIsTheNewest() {
    List.of("1", "2", "3").forEach(this::stage);
    deploy("1");
    deploy("2");
    stage("3");

    assertDone(site().prune(Set.of(), 2));

    assertThat(seen().releases()).isEqualTo(directories("1", "2"));
  }

  @Test
  void whatWasPrunedIsSentAgain() {
    stage("1");
    assertDone(site().prune(Set.of(), 0));
    assertThat(seen().releases()).isEmpty();

    assertThat(assertDone(site().stage(release("1"), artifact("1"))).bytesSent()).isPositive();
  }

  @Test
  void anOlderAgentIsRefusedWhateverItWants() {
    deploy("1");

    assertAllRefused(OLDER, "newer epoch 3");
  }

  @Test
  void anotherStoreIsRefusedWhateverItWants() {
    deploy("1");

    assertAllRefused(OTHER, "belongs to the store store-a");
  }

  private void assertAllRefused(Epoch epoch, String why) {
    var before = seen();

    for (var act : everyAct(epoch)) {
      assertThat(refusal(act.apply("1"))).contains(why);
    }

    assertThat(seen().slots()).isEqualTo(before.slots());
    assertThat(seen().releases()).isEqualTo(before.releases());
    assertThat(seen().epoch()).isEqualTo(before.epoch());
  }

  @Test
  void aNewerAgentTakesThePlaceOfTheOlder() {
    deploy("1");
    assertThat(seen().epoch()).isEqualTo("store-a 3");

    assertDone(site(NEWER).stop(CURRENT, release("1"), SECONDS));

    assertThat(seen().epoch()).isEqualTo("store-a 4");
    assertThat(refusal(site().start(CURRENT, release("1")))).contains("newer epoch 4", "has 3");
    assertDone(site(NEWER).start(CURRENT, release("1")));
  }

  @Test
  void aNewerAgentIsRememberedEvenIfItsActIsRefused() {
    stage("1");

    refusal(site(NEWER).activate(CURRENT, release("2")));

    assertThat(refusal(site().activate(CURRENT, release("1")))).contains("newer epoch 4");
  }

  @Test
  void lookingIsAllowedToEverybodyAndLeavesNoTrace() {
    deploy("1");
    var before = running();

    assertThat(seen(OTHER).epoch()).isEqualTo("store-a 3");
    assertThat(seen(OLDER).slots()).isEqualTo(seen(NEWER).slots());
    assertThat(site(OTHER).process(CURRENT, release("1"))).isEqualTo(before);

    assertDone(site().stop(CURRENT, release("1"), SECONDS));
  }

  @Test
  void anotherStoreIsObeyedOnceItHasTakenOver() {
    stage("1");

    assertDone(sites().takeOver(machine(), place(), OTHER));

    assertDone(site(OTHER).activate(CURRENT, release("1")));
    assertThat(seen().epoch()).isEqualTo("store-b 9");
    assertThat(refusal(site().clear(CURRENT))).contains("belongs to the store store-b");
  }

  @Test
  void whoIsOvertakenDuringAnUploadStagesNothing() {
    assertDone(site().clear(CURRENT));
    var slow = artifact("1");
    Artifact overtaken =
        sent(
            slow,
            out -> {
              assertDone(site(NEWER).clear(CURRENT));
              slow.writeTar(out);
            });

    assertThat(refusal(site().stage(release("1"), overtaken))).contains("newer epoch 4");

    assertThat(seen().releases()).isEmpty();
  }
}
