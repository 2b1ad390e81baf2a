package dev.slipway.agent.reconcile.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Quarantine;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.decision.Decision.Direction;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: what comes next follows from the facts alone.
 *
 * <p>Method: a table of situations, each with the decision that an operator would expect.
 */
class DecisionTest {
  private static final Verdict OPEN = new Verdict.Open();
  private static final Direction FORWARD = Direction.FORWARD;
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Target SHOP = new Target("config", "production", "shop");
  private static final Delivery OLD = delivery("1");
  private static final Delivery NEW = delivery("2");

  private static Delivery delivery(String version) {
    var release =
        new Release(
            "shop",
            version,
            Digest.of(version),
            Map.of(),
            Map.of("shop", new Service.None()),
            List.of(),
            List.of());
    var source = new ArtifactSource.File("/srv/shop.tar", Digest.of("archive " + version));
    return new Delivery(release, source, "main", "0123456789abcdef" + version);
  }

  private static Summary ended(Delivery delivery, Ending ending, Instant at, String... incomplete) {
    return new Summary(
        new RolloutId(SHOP, 1),
        delivery,
        "a commit",
        at.minusSeconds(10),
        at,
        ending,
        "because",
        List.of(incomplete),
        0);
  }

  private static Decision decide(Delivery wanted, Optional<Delivery> stable, Summary... history) {
    return Decision.of(
        new Decision.Facts(
            wanted,
            stable,
            List.of(),
            List.of(history),
            Decision.Ground.SAME,
            List.of(),
            Optional.empty(),
            OPEN,
            FORWARD,
            NOW),
        Tempo.DEFAULT);
  }

  @Test
  void theFirstReleaseIsRolledOut() {
    assertThat(decide(NEW, Optional.empty())).isEqualTo(new Decision.Roll("commit 0123456789"));
  }

  @Test
  void anotherReleaseThanTheStableOneIsRolledOut() {
    assertThat(decide(NEW, Optional.of(OLD), ended(OLD, Ending.SUCCEEDED, NOW)))
        .isInstanceOf(Decision.Roll.class);
  }

  @Test
  void theStableReleaseIsOnlyWatched() {
    assertThat(decide(NEW, Optional.of(NEW), ended(NEW, Ending.SUCCEEDED, NOW)))
        .isEqualTo(new Decision.Watch());
  }

  @Test
  void aQuarantinedReleaseIsHeldEvenIfItIsStable() {
    var held = new Quarantine(NEW.id(), "it was unhealthy", NOW);
    var facts =
        new Decision.Facts(
            NEW,
            Optional.of(NEW),
            List.of(held),
            List.of(),
            Decision.Ground.SAME,
            List.of(),
            Optional.empty(),
            OPEN,
            FORWARD,
            NOW);

    assertThat(Decision.of(facts, Tempo.DEFAULT)).isInstanceOf(Decision.Hold.class);
  }

  @Test
  void aFailureThatIsNotTheReleasesFaultIsTriedAgainAfterAWait() {
    Summary failed = ended(NEW, Ending.ROLLED_BACK, NOW.minusSeconds(2));

    assertThat(decide(NEW, Optional.of(OLD), failed))
        .isInstanceOfSatisfying(
            Decision.Later.class,
            later -> assertThat(later.delay()).isEqualTo(Duration.ofSeconds(3)));
    assertThat(decide(NEW, Optional.of(OLD), ended(NEW, Ending.ROLLED_BACK, NOW.minusSeconds(6))))
        .isEqualTo(new Decision.Roll("try 2 of 5"));
  }

  @Test
  void triesAreBounded() {
    Summary failed = ended(NEW, Ending.ROLLED_BACK, NOW.minusSeconds(3600));

    assertThat(decide(NEW, Optional.of(OLD), failed, failed, failed, failed, failed))
        .isInstanceOfSatisfying(
            Decision.Hold.class,
            hold -> {
              assertThat(hold.condition().reason()).isEqualTo("RetriesExhausted");
              assertThat(hold.meanwhile()).isEqualTo(Decision.Meanwhile.UNITE);
            });
  }

  @Test
  void failuresOfAnotherReleaseDoNotCount() {
    Summary other = ended(OLD, Ending.ROLLED_BACK, NOW);

    assertThat(decide(NEW, Optional.empty(), other, other, other, other, other, other))
        .isEqualTo(new Decision.Roll("commit 0123456789"));
  }

  @Test
  void afterAFailedWayBackNothingIsTriedButAnotherReleaseIs() {
    Summary stuck = ended(NEW, Ending.NEEDS_HELP, NOW.minusSeconds(3600));

    assertThat(decide(NEW, Optional.of(OLD), stuck))
        .isInstanceOfSatisfying(
            Decision.Hold.class,
            hold -> assertThat(hold.meanwhile()).isEqualTo(Decision.Meanwhile.LOOK));
    assertThat(decide(delivery("3"), Optional.of(OLD), stuck)).isInstanceOf(Decision.Roll.class);
  }

  @Test
  void hostsThatWereLeftOutCatchUpLater() {
    Summary partial = ended(NEW, Ending.SUCCEEDED, NOW.minusSeconds(10), "web3");

    assertThat(decide(NEW, Optional.of(NEW), partial)).isInstanceOf(Decision.Later.class);
    assertThat(
            decide(
                NEW, Optional.of(NEW), ended(NEW, Ending.SUCCEEDED, NOW.minusSeconds(31), "web3")))
        .isEqualTo(new Decision.Roll("hosts catch up: web3"));
  }

  @Test
  void whatOthersBroughtIsNotReplacedBeforeAPersonHasDecided() {
    var facts =
        new Decision.Facts(
            NEW,
            Optional.empty(),
            List.of(),
            List.of(),
            Decision.Ground.CHANGED,
            List.of(new Instance("web1", "web", "current")),
            Optional.empty(),
            OPEN,
            FORWARD,
            NOW);

    assertThat(Decision.of(facts, Tempo.DEFAULT))
        .isInstanceOfSatisfying(
            Decision.Hold.class,
            held -> assertThat(held.condition().message()).contains("web1", "slipway adopt"));
  }

  @Test
  void aNewHostConvergesAlone() {
    var facts =
        new Decision.Facts(
            NEW,
            Optional.of(NEW),
            List.of(),
            List.of(),
            Decision.Ground.CHANGED,
            List.of(),
            Optional.empty(),
            OPEN,
            FORWARD,
            NOW);

    assertThat(Decision.of(facts, Tempo.DEFAULT))
        .isEqualTo(new Decision.Roll("hosts or their settings changed"));
  }

  @Test
  void theWaitBetweenTriesDoublesUpToItsLimit() {
    assertThat(Tempo.DEFAULT.backOff(1)).isEqualTo(Duration.ofSeconds(5));
    assertThat(Tempo.DEFAULT.backOff(3)).isEqualTo(Duration.ofSeconds(20));
    assertThat(Tempo.DEFAULT.backOff(30)).isEqualTo(Duration.ofMinutes(3));
  }

  private static final Instant MONDAY = Instant.parse("2026-11-30T06:00:00Z");
  private static final Verdict SHUT =
      new Verdict.Shut("deny at weekends", Optional.of(MONDAY), ZoneId.of("UTC"));

  private static Decision within(
      Verdict verdict, Direction direction, Decision.Ground ground, Delivery stable) {
    return Decision.of(
        new Decision.Facts(
            NEW,
            Optional.of(stable),
            List.of(),
            List.of(),
            ground,
            List.of(),
            Optional.empty(),
            verdict,
            direction,
            NOW),
        Tempo.DEFAULT);
  }

  @Test
  void nothingStartsWhileAWindowIsShutAndTheClockIsLookedAtAgainSoon() {
    var waits =
        new Decision.Later(
            Tempo.DEFAULT.watch(),
            new Condition(
                "Window",
                "Waits",
                "waits for the window, opens at 2026-11-30T06:00:00Z; deny at weekends"),
            Decision.Meanwhile.WATCH_OVER);

    assertThat(within(SHUT, FORWARD, Decision.Ground.SAME, OLD)).isEqualTo(waits);
    assertThat(within(SHUT, FORWARD, Decision.Ground.CHANGED, NEW)).isEqualTo(waits);
  }

  @Test
  void aWindowIsWaitedForNoLongerThanItIsShut() {
    var soon = new Verdict.Shut("", Optional.of(NOW.plusSeconds(7)), ZoneId.of("UTC"));

    assertThat(within(soon, FORWARD, Decision.Ground.SAME, OLD))
        .isInstanceOfSatisfying(
            Decision.Later.class,
            later -> assertThat(later.delay()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void aShutWindowHoldsNoWayBack() {
    assertThat(within(SHUT, Direction.BACK, Decision.Ground.SAME, OLD))
        .isInstanceOf(Decision.Roll.class);
  }

  @Test
  void anOverrideIsNamedAsTheCause() {
    assertThat(
            within(
                new Verdict.Overridden("deny at weekends", "the shop is down"),
                FORWARD,
                Decision.Ground.SAME,
                OLD))
        .isEqualTo(new Decision.Roll("commit 0123456789, overriding a window: the shop is down"));
  }

  @Test
  void aShutWindowKeepsNobodyFromWatching() {
    assertThat(within(SHUT, FORWARD, Decision.Ground.SAME, NEW)).isEqualTo(new Decision.Watch());
  }
}
