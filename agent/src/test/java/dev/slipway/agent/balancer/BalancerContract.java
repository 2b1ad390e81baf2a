package dev.slipway.agent.balancer;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.C;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.canary;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.agent.balancer.Trials.told;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: every balancer makes the same traffic true, refuses what it cannot, and says what is so.
 *
 * <p>Method: each promise of the port once. What a balancer is not able to do by its row in the
 * table of capabilities, it must refuse with the reason and leave everything as it was.
 */
public abstract class BalancerContract<S extends Subject> {
  private static final Traffic ALL = states(SERVING, SERVING, SERVING);
  private static final Traffic B_DRAINS = states(SERVING, DRAINING, SERVING);
  private static final int TOLERANCE = 100;

  @TempDir private Path directory;
  private Optional<S> opened = Optional.empty();

  /** Starts the balancer with all its files in this directory; nobody has told it anything yet. */
  protected abstract S open(Path directory);

  @BeforeEach
  void open() {
    opened = Optional.of(open(directory));
  }

  @AfterEach
  void close() {
    opened.ifPresent(Subject::close);
  }

  /** Returns what {@link #open(Path)} made. */
  protected final S subject() {
    return opened.orElseThrow();
  }

  private boolean can(Capability capability) {
    return subject().capabilities().contains(capability);
  }

  private Answer make(Traffic wanted) {
    return subject().balancer().make(wanted, EPOCH);
  }

  private Answer.Now look() {
    return now(subject().balancer().observe());
  }

  @Test
  void itCountsIfItsRowSaysSo() {
    assertThat(subject().balancer().counted())
        .isInstanceOf(can(Capability.COUNTERS) ? Counted.Now.class : Counted.Never.class);
  }

  /** Asserts that this is refused for a reason with these words and that nothing is changed. */
  private String assertRefused(Traffic wanted, Epoch epoch) {
    var before = told(look());
    var reason = refusal(subject().balancer().make(wanted, epoch));
    assertThat(told(look())).isEqualTo(before);
    assertThat(reason).doesNotContain(subject().balancer().name() + ": ");
    return reason;
  }

  @Test
  void itCanDoWhatTheTableOfCapabilitiesSays() {
    assertThat(subject().balancer().capabilities()).isEqualTo(subject().capabilities());
  }

  @ParameterizedTest
  @CsvSource({
    "SERVING, SERVING, SERVING",
    "SERVING, SERVING, DRAINING",
    "SERVING, OUT, SERVING",
    "DRAINING, OUT, SERVING",
    "OUT, OUT, OUT",
    "DRAINING, DRAINING, DRAINING"
  })
  void theStatesThatWereAskedForAreReadBack(String a, String b, String c) {
    var wanted = states(Trials.state(a), Trials.state(b), Trials.state(c));
    for (var before : List.of(ALL, states(OUT, OUT, OUT), wanted)) {
      make(before);

      var made = now(make(wanted));

      Trials.assertStates(made, wanted);
      Trials.assertStates(look(), wanted);
    }
  }

  @Test
  void membersOfOneTrackGetEqualParts() {
    var made = now(make(ALL));

    assertThat(List.of(Trials.part(made, A), Trials.part(made, B), Trials.part(made, C)))
        .containsOnly(3_333);
    assertThat(Trials.part(now(make(B_DRAINS)), A)).isEqualTo(5_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 25, 50, 75, 99, 100})
  void unequalSharesAreReadBackWithinOnePercentagePoint(int percent) {
    make(ALL);
    if (!can(Capability.WEIGHTS) && percent % 100 != 0) {
      assertThat(assertRefused(canary(Share.percent(percent)), EPOCH)).contains("weight");
      return;
    }

    var made = now(make(canary(Share.percent(percent))));

    assertThat(told(look())).isEqualTo(told(made));
    Trials.assertStates(made, states(SERVING, SERVING, SERVING));
    Trials.assertNear(Trials.part(made, C), percent * 100, TOLERANCE);
    assertThat(Trials.part(made, A)).isEqualTo(Trials.part(made, B));
    assertThat(Trials.seen(made, C).gets()).isEqualTo(percent > 0);
  }

  @Test
  void aShareIsCarriedOrRefusedButNeverLost() {
    make(ALL);
    var tiny = new Share(10);
    if (make(canary(tiny)) instanceof Answer.Now made) {
      assertThat(Trials.seen(made, C).weight()).isPositive();
      Trials.assertNear(Trials.part(made, C), tiny.basisPoints(), TOLERANCE);
    } else {
      assertThat(assertRefused(canary(tiny), EPOCH)).contains("0.10%");
    }
  }

  @Test
  void aShareForATrackThatNobodyServesIsRefused() {
    make(ALL);

    assertThat(assertRefused(canary(Share.percent(10)).with(C, DRAINING), EPOCH))
        .contains("candidate");
  }

  @Test
  void aMemberThatIsNotNamedIsOut() {
    make(ALL);

    var made = now(make(Traffic.stable(Map.of(A, SERVING))));

    Trials.assertStates(made, states(SERVING, OUT, OUT));
    Trials.assertStates(look(), states(SERVING, OUT, OUT));
  }

  @Test
  void whoeverCanServeIsSeenAndNobodyElse() {
    assertThat(look().observed().members()).containsOnlyKeys(A, B, C);
    make(Traffic.stable(Map.of(A, OUT)));

    assertThat(look().observed().members()).containsOnlyKeys(A, B, C);
  }

  @Test
  void theSameAgainChangesNothing() {
    for (var wanted : List.of(ALL, B_DRAINS, states(OUT, OUT, OUT))) {
      var first = told(now(make(wanted)));

      assertThat(told(now(make(wanted)))).isEqualTo(first);
      assertThat(told(look())).isEqualTo(first);
    }
  }

  @Test
  void lookingChangesNothing() {
    var untold = told(look());
    assertThat(told(look())).isEqualTo(untold);
    var told = told(now(make(B_DRAINS)));

    assertThat(told(look())).isEqualTo(told);
    assertThat(told(look())).isEqualTo(told);
  }

  @Test
  void manyThreadsMayAskAndTell() throws Exception {
    var balancer = subject().balancer();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Answer>>();
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> balancer.make(B_DRAINS, EPOCH)));
        answers.add(threads.submit(balancer::observe));
      }
      for (var answer : answers) {
        assertThat(answer.get()).isInstanceOf(Answer.Now.class);
      }
    }
    Trials.assertStates(look(), B_DRAINS);
  }

  @Test
  void fault57AMemberThatItDoesNotKnowIsRefusedByNameWithNothingHalfDone() {
    make(ALL);
    assertThat(subject().strangers()).isNotEmpty();
    for (Instance stranger : subject().strangers()) {
      var wanted = Map.of(A, DRAINING, B, SERVING, C, SERVING, stranger, SERVING);

      assertThat(assertRefused(Traffic.stable(wanted), EPOCH)).contains(stranger.host());
    }
  }

  @Test
  void aRuleIsCarriedOrRefusedWithTheReason() {
    var rule = new Rule(new Rule.Match.Header("X-Canary", "1"), Traffic.STABLE);
    carriedOrRefused(
        Capability.MATCH,
        new Traffic(
            B_DRAINS.tracks(),
            B_DRAINS.members(),
            List.of(rule),
            Optional.empty(),
            new Nobody.Refuse()),
        "match rules");
  }

  @Test
  void aMirrorIsCarriedOrRefusedWithTheReason() {
    var mirror = new Mirror(Traffic.STABLE, Share.percent(10));
    carriedOrRefused(
        Capability.MIRROR,
        new Traffic(
            B_DRAINS.tracks(),
            B_DRAINS.members(),
            List.of(),
            Optional.of(mirror),
            new Nobody.Refuse()),
        "mirror");
  }

  @Test
  void parkingIsCarriedOrRefusedWithTheReason() {
    carriedOrRefused(
        Capability.PARKING, B_DRAINS.with(new Nobody.Park(9, Duration.ofSeconds(5))), "park");
  }

  private void carriedOrRefused(Capability capability, Traffic wanted, String reason) {
    make(ALL);
    if (can(capability)) {
      Trials.assertStates(now(make(wanted)), B_DRAINS);
    } else {
      assertThat(assertRefused(wanted, EPOCH)).contains(reason);
    }
  }

  @Test
  void anOlderAgentChangesNothingOnceANewerOneWasThere() {
    var balancer = subject().balancer();
    now(balancer.make(ALL, new Epoch("store", 2)));
    now(balancer.make(B_DRAINS, new Epoch("store", 11)));

    assertThat(assertRefused(ALL, new Epoch("store", 9))).contains("epoch", "9", "11");
    Trials.assertStates(now(balancer.make(ALL, new Epoch("store", 11))), ALL);
  }

  @Test
  void anAgentWithAnotherStoreChangesNothingUntilItIsTakenOver() {
    var balancer = subject().balancer();
    now(balancer.make(B_DRAINS, new Epoch("store", 3)));
    var other = new Epoch("other", 9);
    assertThat(assertRefused(ALL, other)).contains("store", "other", "slipway takeover");

    subject().isTakenOver(other);

    Trials.assertStates(look(), B_DRAINS);
    Trials.assertStates(now(balancer.make(ALL, other)), ALL);
    assertThat(assertRefused(B_DRAINS, new Epoch("store", 99))).contains("slipway takeover");
  }

  @Test
  void whoMayChangeItIsNotForgottenInARestart() {
    now(subject().balancer().make(ALL, new Epoch("store", 2)));
    subject().restarts();

    assertThat(assertRefused(B_DRAINS, EPOCH)).contains("epoch");
    assertThat(assertRefused(B_DRAINS, new Epoch("other", 9))).contains("slipway takeover");
  }

  @Test
  void requestsInFlightAreCountedWhileAMemberDrains() {
    make(states(SERVING, DRAINING, DRAINING));
    var open = subject().begin();
    if (!can(Capability.DRAIN_COUNTS)) {
      assertThat(Trials.seen(look(), A).sessions()).isEmpty();
      open.end();
      return;
    }
    await().until(() -> Trials.seen(look(), A).sessions().equals(OptionalInt.of(1)));

    var drained = now(make(states(DRAINING, SERVING, SERVING)));
    assertThat(Trials.seen(drained, A).sessions()).hasValue(1);
    assertThat(Trials.seen(drained, B).sessions()).hasValue(0);
    open.end();

    await().until(() -> Trials.seen(look(), A).sessions().equals(OptionalInt.of(0)));
    Trials.assertStates(look(), states(DRAINING, SERVING, SERVING));
  }

  @Test
  void aMemberThatFellIsSeenToGetNothingThoughItIsStillWanted() {
    make(ALL);
    if (!can(Capability.WITNESS)) {
      assertThat(Trials.seen(look(), A).witness()).isEqualTo(Witness.NONE);
      return;
    }
    await().until(() -> Trials.seen(look(), A).witness() == Witness.UP);
    subject().falls(A);

    await().until(() -> Trials.seen(look(), A).witness() == Witness.DOWN);
    Seen fallen = Trials.seen(look(), A);
    assertThat(fallen.gets()).isFalse();
    assertThat(fallen.state()).isEqualTo(SERVING);
    assertThat(Trials.seen(look(), B).gets()).isTrue();
  }

  @Test
  void fault54ABalancerThatIsGoneIsUnreachableAndNeitherServingNorRefusing() {
    make(ALL);
    subject().goesAway();

    for (var answer : List.of(subject().balancer().observe(), make(B_DRAINS))) {
      assertThat(answer)
          .isInstanceOfSatisfying(
              Answer.Unreachable.class,
              gone ->
                  assertThat(gone.reason())
                      .isNotBlank()
                      .doesNotContain(subject().balancer().name() + ": "));
    }
    subject().restarts();
    Trials.assertStates(now(make(B_DRAINS)), B_DRAINS);
  }

  @Test
  void fault55ARestartIsNoticedAndTheTrafficCanBeMadeTrueAgain() {
    var told = now(make(B_DRAINS));
    subject().restarts();

    var after = look();

    assertThat(after.generation()).isNotEqualTo(told.generation());
    assertThat(look().generation()).isEqualTo(after.generation());
    Trials.assertStates(
        after,
        switch (subject().memory()) {
          case KEEPS -> B_DRAINS;
          case FORGETS -> ALL;
        });
    var again = now(make(B_DRAINS));
    Trials.assertStates(again, B_DRAINS);
    assertThat(again.generation()).isEqualTo(after.generation());
  }
}
