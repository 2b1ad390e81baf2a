package dev.slipway.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.Rolling;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: every journal remembers the same and concludes the same from it.
 *
 * <p>Method: each promise of the port once, on the journal as it is and after closing and opening
 * it again.
 */
public abstract class JournalContract {
  /** The clock that journals under test are opened with. */
  protected static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-01T10:00:00Z"));

  private static final Journal.Retention TWO_OF_FOUR = new Journal.Retention(2, 4);

  /** Opens the journal; the second call opens the same one again, after it was closed. */
  protected abstract Journal open();

  private static RolloutId run(Journal journal, Target target, Delivery what, Ending ending) {
    RolloutId rollout = journal.next(target);
    journal.append(Samples.started(rollout, what));
    journal.append(Samples.ended(rollout, ending));
    return rollout;
  }

  private static List<Event> eventsOf(Journal journal, RolloutId rollout) {
    return journal.events(rollout).stream().map(Entry::event).toList();
  }

  @Test
  void whatWasWrittenIsReadAgainInItsOrder() {
    var written = Samples.events().stream().filter(event -> !isRollout(event)).toList();
    try (var journal = open()) {
      written.forEach(journal::append);
    }

    try (var journal = open()) {
      assertThat(journal.after(0, 1000).stream().map(Entry::event).toList()).isEqualTo(written);
      assertThat(journal.after(0, 1000))
          .extracting(Entry::sequence)
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(journal.after(journal.after(0, 2).getLast().sequence(), 1))
          .extracting(Entry::event)
          .containsExactly(written.get(2));
    }
  }

  private static boolean isRollout(Event event) {
    return event instanceof Event.OfRollout;
  }

  @Test
  void theEpochRisesAtEachOpeningAndTheStoreStays() {
    try (var journal = open()) {
      assertThat(journal.epoch().counter()).isEqualTo(1);
    }
    String store;
    try (var journal = open()) {
      store = journal.epoch().store();
      assertThat(journal.epoch().counter()).isEqualTo(2);
    }
    try (var journal = open()) {
      assertThat(journal.epoch().store()).isEqualTo(store);
    }
  }

  @Test
  void aRolloutIsOpenFromItsStartToItsEnd() {
    RolloutId rollout;
    try (var journal = open()) {
      rollout = journal.next(Samples.SHOP);
      journal.append(Samples.started(rollout, Samples.NEW));
    }

    try (var journal = open()) {
      assertThat(journal.open()).containsExactly(rollout);
      journal.append(Samples.ended(rollout, Ending.ROLLED_BACK));
      assertThat(journal.open()).isEmpty();
      assertThat(eventsOf(journal, rollout))
          .containsExactly(
              Samples.started(rollout, Samples.NEW), Samples.ended(rollout, Ending.ROLLED_BACK));
    }
  }

  @Test
  void noNumberOfARolloutIsGivenTwice() {
    RolloutId first;
    try (var journal = open()) {
      first = run(journal, Samples.SHOP, Samples.OLD, Ending.SUCCEEDED);
      assertThat(journal.next(Samples.BLOG).number()).isGreaterThan(first.number());
    }

    try (var journal = open()) {
      assertThat(journal.next(Samples.SHOP).number()).isGreaterThan(first.number());
    }
  }

  @Test
  void onlyASuccessOrADeclarationMakesAReleaseStable() {
    try (var journal = open()) {
      assertThat(journal.stable(Samples.SHOP)).isEmpty();
      run(journal, Samples.SHOP, Samples.OLD, Ending.SUCCEEDED);
      run(journal, Samples.SHOP, Samples.NEW, Ending.ROLLED_BACK);
      run(journal, Samples.SHOP, Samples.NEW, Ending.NEEDS_HELP);
      assertThat(journal.stable(Samples.SHOP)).contains(Samples.OLD);
      assertThat(journal.stable(Samples.BLOG)).isEmpty();
      journal.append(new Event.StableDeclared(Samples.BLOG, Samples.NEW, "adopted"));
    }

    try (var journal = open()) {
      assertThat(journal.stable(Samples.SHOP)).contains(Samples.OLD);
      assertThat(journal.stable(Samples.BLOG)).contains(Samples.NEW);
      assertThat(journal.delivery(Samples.SHOP, Samples.NEW.id())).contains(Samples.NEW);
    }
  }

  @Test
  void whatEverHadAStableReleaseIsKnownAfterARestart() {
    try (var journal = open()) {
      run(journal, Samples.SHOP, Samples.NEW, Ending.ROLLED_BACK);
      assertThat(journal.targets()).isEmpty();
      run(journal, Samples.SHOP, Samples.OLD, Ending.SUCCEEDED);
    }

    try (var journal = open()) {
      assertThat(journal.targets()).containsExactly(Samples.SHOP);
    }
  }

  @Test
  void aQuarantineLastsUntilAPersonLiftsIt() {
    try (var journal = open()) {
      journal.append(new Event.Quarantined(Samples.SHOP, Samples.NEW.id(), "ill"));
    }

    try (var journal = open()) {
      assertThat(journal.quarantined(Samples.SHOP))
          .containsExactly(new Quarantine(Samples.NEW.id(), "ill", CLOCK.instant()));
      journal.append(new Event.QuarantineLifted(Samples.SHOP, Samples.NEW.id(), "ada"));
      assertThat(journal.quarantined(Samples.SHOP)).isEmpty();
    }
  }

  @Test
  void pinsTipsAndStatusNumbersAreTheLastOnes() {
    try (var journal = open()) {
      journal.append(new Event.TipAccepted("config", "main", "aaa"));
      journal.append(new Event.TipAccepted("config", "main", "bbb"));
      journal.append(new Event.StatusPublished("config", 1));
      journal.append(new Event.StatusPublished("config", 2));
      journal.append(new Event.Pinned(Samples.SHOP, Samples.OLD.id(), "ada", "slow"));
      assertThat(journal.prune(Journal.Retention.DEFAULT)).isEqualTo(2);
    }

    try (var journal = open()) {
      assertThat(journal.tip("config", "main")).contains("bbb");
      assertThat(journal.tip("config", "other")).isEmpty();
      assertThat(journal.published("config")).isEqualTo(2);
      assertThat(journal.pin(Samples.SHOP).map(Pin::who)).contains("ada");
      journal.append(new Event.Unpinned(Samples.SHOP, "ada"));
      assertThat(journal.pin(Samples.SHOP)).isEqualTo(Optional.empty());
    }
  }

  @Test
  void whatWasForgottenIsNoTargetButKeepsItsHistory() {
    try (var journal = open()) {
      run(journal, Samples.SHOP, Samples.OLD, Ending.SUCCEEDED);
      run(journal, Samples.BLOG, Samples.OLD, Ending.SUCCEEDED);
      journal.append(new Event.Pinned(Samples.SHOP, Samples.OLD.id(), "ada", "it was slow"));
      journal.append(new Event.Forgotten(Samples.SHOP, "ada", "it moved"));
    }

    try (var journal = open()) {
      assertThat(journal.targets()).containsExactly(Samples.BLOG);
      assertThat(journal.stable(Samples.SHOP)).isEmpty();
      assertThat(journal.pin(Samples.SHOP)).isEqualTo(Optional.empty());
      assertThat(journal.history(Samples.SHOP, 10)).hasSize(1);
      run(journal, Samples.SHOP, Samples.NEW, Ending.SUCCEEDED);
      assertThat(journal.targets()).containsExactlyInAnyOrder(Samples.BLOG, Samples.SHOP);
    }
  }

  @Test
  void whatAPreviewHasIsItsOwnUntilItIsRemoved() {
    var target = new Target("config", "preview.feature-a", "shop");
    var ports = Map.of("shop/current", 9000);
    try (var journal = open()) {
      journal.append(new Event.TipAccepted("config", "feature/a", "c0ffee"));
      journal.append(new Event.PreviewAllotted(target, "feature/a", ports));
      journal.append(new Event.PortForeign(target, 9001, "dev1"));
      journal.prune(Journal.Retention.DEFAULT);
    }
    try (var journal = open()) {
      assertThat(journal.previews()).containsExactly(new Preview(target, "feature/a", ports));
      assertThat(journal.foreignPorts()).containsExactly(9001);
      assertThat(journal.pushed("config", "feature/a")).isPresent();
      var removal =
          new Event.RemovalStarted(target, Samples.deployment(Rolling.DEFAULT), "it was deleted");
      journal.append(removal);
      assertThat(journal.removals()).containsExactly(removal);
      journal.append(new Event.PreviewRemoved(target, Optional.of("feature/a")));
    }
    try (var journal = open()) {
      assertThat(journal.previews()).isEmpty();
      assertThat(journal.foreignPorts()).isEmpty();
      assertThat(journal.removals()).isEmpty();
      assertThat(journal.tip("config", "feature/a")).isEmpty();
    }
  }

  @Test
  void hostsThatLeftAreKnownUntilTheyAreClearedOrAllIsForgotten() {
    var target = Samples.SHOP;
    var deployment = Samples.deployment(Rolling.DEFAULT);
    try (var journal = open()) {
      journal.append(new Event.HostsLeft(target, deployment, List.of("web3", "web4", "web5")));
      journal.prune(Journal.Retention.DEFAULT);
    }
    try (var journal = open()) {
      assertThat(journal.left(target)).containsOnlyKeys("web3", "web4", "web5");
      assertThat(journal.left(target).get("web4")).isEqualTo(deployment);
      assertThat(journal.left(Samples.BLOG)).isEmpty();
      journal.append(new Event.HostsCleared(target, List.of("web3", "web5"), "stopped"));
    }
    try (var journal = open()) {
      assertThat(journal.left(target)).containsOnlyKeys("web4");
      assertThat(journal.cleared(target)).containsOnlyKeys("web3", "web5");
      journal.append(new Event.HostsReturned(target, List.of("web3", "web4")));
    }
    try (var journal = open()) {
      assertThat(journal.left(target)).isEmpty();
      assertThat(journal.cleared(target)).containsOnlyKeys("web5");
      journal.append(new Event.HostsLeft(target, deployment, List.of("web4")));
      journal.append(new Event.Forgotten(target, "ada", "it moved"));
      assertThat(journal.left(target)).isEmpty();
      assertThat(journal.cleared(target)).isEmpty();
    }
  }

  @Test
  void oldRolloutsAreCutToSummariesAndThenForgotten() {
    var rollouts = new ArrayList<RolloutId>();
    try (var journal = open()) {
      for (int i = 0; i < 6; i++) {
        rollouts.add(
            run(journal, Samples.SHOP, Samples.OLD, i == 0 ? Ending.SUCCEEDED : Ending.ABORTED));
      }
      assertThat(journal.prune(TWO_OF_FOUR)).isPositive();
      assertThat(journal.prune(TWO_OF_FOUR)).isZero();
    }

    try (var journal = open()) {
      assertThat(journal.history(Samples.SHOP, 10))
          .extracting(Summary::rollout)
          .containsExactly(
              rollouts.get(5), rollouts.get(4), rollouts.get(3), rollouts.get(2), rollouts.get(0));
      assertThat(eventsOf(journal, rollouts.get(1))).isEmpty();
      assertThat(eventsOf(journal, rollouts.get(2)))
          .hasOnlyElementsOfType(Event.RolloutSummarised.class);
      assertThat(eventsOf(journal, rollouts.get(4))).hasSize(2);
      assertThat(journal.stable(Samples.SHOP)).contains(Samples.OLD);
    }
  }

  @Test
  void theMarksOfSecretsThatWereLastUsedAreRememberedAndNoOlderOnes() {
    try (var journal = open()) {
      assertThat(journal.secretMarks(Samples.SHOP)).isEmpty();
      journal.append(new Event.SecretsSettled(Samples.SHOP, Map.of("TOKEN", "a")));
      journal.append(new Event.SecretsSettled(Samples.SHOP, Map.of("TOKEN", "b")));
      assertThat(journal.prune(Journal.Retention.DEFAULT)).isPositive();
    }

    try (var journal = open()) {
      assertThat(journal.secretMarks(Samples.SHOP)).isEqualTo(Map.of("TOKEN", "b"));
      assertThat(journal.after(0, 10)).hasSize(1);
    }
  }

  @Test
  void theLivesThatBalancersWereLastSettledInAreRememberedAndNoOlderOnes() {
    try (var journal = open()) {
      assertThat(journal.generations(Samples.SHOP)).isEmpty();
      journal.append(new Event.BalancersSettled(Samples.SHOP, Map.of("front", "1", "back", "7")));
      journal.append(new Event.BalancersSettled(Samples.SHOP, Map.of("front", "2")));
      assertThat(journal.prune(Journal.Retention.DEFAULT)).isPositive();
    }

    try (var journal = open()) {
      assertThat(journal.generations(Samples.SHOP)).isEqualTo(Map.of("front", "2"));
      assertThat(journal.after(0, 10)).hasSize(1);
    }
  }

  @Test
  void afterALossEveryNumberIsHigherThanThoseThatWereSeen() {
    Target target = Samples.SHOP;
    try (var journal = open()) {
      assertThat(journal.append(new Event.JournalLost("config", 700, 40)).sequence())
          .isGreaterThan(700);
      assertThat(journal.append(new Event.JournalLost("other", 3, 2)).sequence())
          .isGreaterThan(701);
      assertThat(journal.next(target).number()).isGreaterThan(40);
    }

    try (var journal = open()) {
      assertThat(journal.append(new Event.StatusPublished("config", 1)).sequence())
          .isGreaterThan(702);
      assertThat(journal.next(target).number()).isGreaterThan(40);
    }
  }

  @Test
  void whatIsRecentIsOpenOrEndedSince() {
    Instant now = CLOCK.instant();
    RolloutId ended;
    RolloutId open;
    try (var journal = open()) {
      ended = run(journal, Samples.SHOP, Samples.NEW, Ending.ROLLED_BACK);
      open = journal.next(Samples.BLOG);
      journal.append(Samples.started(open, Samples.NEW));
      assertThat(journal.recent(now)).containsExactly(ended, open);
    }

    try (var journal = open()) {
      assertThat(journal.recent(now)).containsExactly(ended, open);
      assertThat(journal.recent(now.plusSeconds(1))).containsExactly(open);
    }
  }

  @Test
  void aListenerHearsWhatIsDurableUntilItGoes() {
    var heard = new ArrayList<Event>();
    var event = new Event.TipAccepted("config", "main", "aaa");
    try (var journal = open()) {
      try (var _ = journal.subscribe(entry -> heard.add(entry.event()))) {
        journal.append(event);
      }
      journal.append(event);
    }

    assertThat(heard).containsExactly(event);
  }

  @Test
  void whatWasAdoptedIsRememberedAlthoughSomethingElseIsStableSince() {
    var adopted =
        new Delivery(Samples.OLD.release(), new ArtifactSource.OnHosts("by-hand"), "main", "c0");
    try (var journal = open()) {
      journal.append(new Event.StableDeclared(Samples.SHOP, adopted, "adopted by ada"));
      journal.append(new Event.StableDeclared(Samples.SHOP, Samples.NEW, "it was there"));
    }

    try (var journal = open()) {
      assertThat(journal.stable(Samples.SHOP)).contains(Samples.NEW);
      assertThat(journal.adopted(Samples.SHOP)).contains(adopted);
      assertThat(journal.adopted(Samples.BLOG)).isEmpty();
      journal.append(new Event.Forgotten(Samples.SHOP, "ada", "it moved"));
      assertThat(journal.adopted(Samples.SHOP)).isEmpty();
    }
  }
}
