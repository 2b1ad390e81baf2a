package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.slipway.agent.http.Calls.Called;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Summary;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Canary.Stage;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Webhook;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.Amount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: services of others hold a rollout up, or take it back, exactly where they may, and never on
 * a way back.
 *
 * <p>Method: two hosts with two slots each, and services in memory that answer as a test says.
 */
@Timeout(60)
class WebhooksTest {
  private static final Duration STAGE = Duration.ofMinutes(5);
  private static final Canary CANARY =
      new Canary(
          List.of(
              new Stage.SetWeight(25),
              new Stage.Pause(STAGE),
              new Stage.SetWeight(50),
              new Stage.Pause(STAGE)),
          Optional.empty(),
          Optional.empty(),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  private static Webhook webhook(Moment type, OnTimeout onTimeout) {
    return new Webhook(
        "check",
        type,
        "https://checks.example.com/shop",
        Duration.ofSeconds(10),
        2,
        Duration.ofSeconds(10),
        Duration.ofHours(4),
        onTimeout,
        Map.of("cmd", "test"),
        Optional.empty());
  }

  private static World world(Strategy own, Moment type) {
    return world(own, webhook(type, OnTimeout.ABORT));
  }

  private static World world(Strategy own, Webhook... webhooks) {
    return World.withSpareSlots(2, new Strategy.Attended(own, List.of(webhooks)));
  }

  private static void assertAll(World world, Delivery everywhere, Ending ending) {
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(ending);
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isEqualTo(2);
  }

  private static String reason(World world) {
    return world.agent().journal.history(World.SHOP, 1).getFirst().reason();
  }

  private static boolean isHeldBack(World world) {
    return !world.agent().journal.quarantined(World.SHOP).isEmpty();
  }

  /** Returns the lanes of the way there whose steps began, each once, in their order. */
  private static List<String> begun(World world) {
    return world.disk.entries().stream()
        .map(Entry::event)
        .filter(Event.StepStarted.class::isInstance)
        .map(Event.StepStarted.class::cast)
        .filter(started -> started.position().leg() == 0)
        .map(started -> started.position().lane())
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void whoeverAnswersWellHoldsUpNothingUnlessGoingBackIsAsked(Moment type) {
    var world = world(CANARY, type);
    if (type == Moment.ROLLBACK) {
      world.hosts.services.answers("check", 404);
    }

    world.agent().start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
    assertThat(world.hosts.services.calls("check")).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONFIRM_ROLLOUT", "CONFIRM_TRAFFIC_INCREASE", "CONFIRM_PROMOTION"})
  void aGateIsAskedAgainUntilItOpens(Moment type) {
    var world = world(CANARY, type);
    world.hosts.services.answers("check", call -> new Called.Answered(call < 30 ? 403 : 200));
    var agent = world.agent();
    Duration start = agent.time.uptime();

    agent.start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
    assertThat(agent.time.uptime().minus(start)).isGreaterThan(Duration.ofMinutes(15));
  }

  @Test
  void aGateThatNeverOpensTakesTheReleaseBackUnjudged() {
    var world = world(CANARY, Moment.CONFIRM_PROMOTION);
    world.hosts.services.answers("check", 500);

    world.agent().start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world))
        .contains("webhook 'check' (confirm-promotion) did not confirm within 4h: answers 500");
    assertThat(isHeldBack(world)).isFalse();
  }

  @Test
  void aCandidateThatDiesBeforeAGateOpensIsNotWaitedFor() {
    var world = world(CANARY, Moment.CONFIRM_PROMOTION);
    world.hosts.services.answers(
        "check",
        call -> {
          if (call == 3) {
            world.hosts.stopsByItself(new Instance("web1", "web", "green"));
          }
          return new Called.Answered(403);
        });

    world.agent().start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("web1/green does not run");
    assertThat(isHeldBack(world)).isTrue();
  }

  @Test
  void aGateWhoseSilenceIsConsentGoesOn() {
    var world = world(BlueGreen.DEFAULT, webhook(Moment.CONFIRM_PROMOTION, OnTimeout.PROCEED));
    world.hosts.services.answers("check", _ -> new Called.Unanswered("nobody is there"));

    world.agent().start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void theTimeOfAGateGoesOnWhileTheAgentIsDead() {
    var world = world(BlueGreen.DEFAULT, Moment.CONFIRM_PROMOTION);
    world.hosts.services.answers("check", 403);
    var agent = world.agent();
    agent.when(
        event ->
            event instanceof Event.StepStarted(_, var at) && at.lane().startsWith("webhook check"),
        agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);
    int calls = world.hosts.services.calls("check").size();

    world.agent().resume();

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(world.hosts.services.calls("check").size()).isGreaterThan(calls);
  }

  @Test
  void anAbortWinsOverAGateAtOnce() {
    var world = world(CANARY, Moment.CONFIRM_PROMOTION);
    var agent = world.agent();
    world.hosts.services.answers(
        "check",
        call -> {
          if (call == 3) {
            agent.rollouts.abort(World.SHOP, "ada", "not today");
          }
          return new Called.Answered(403);
        });

    agent.start(World.NEW);

    assertAll(world, World.OLD, Ending.ABORTED);
    assertThat(world.hosts.services.calls("check")).hasSize(4);
  }

  @Test
  void aReleaseThatFailsBeforeItsFirstRequestNeverGetsOne() {
    var world = world(CANARY, Moment.PRE_ROLLOUT);
    world.hosts.services.answers("check", 500);

    world.agent().start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("webhook 'check' (pre-rollout) answers 500, 3 times");
    assertThat(begun(world)).noneMatch(lane -> lane.startsWith("stage 1"));
    assertThat(isHeldBack(world)).isTrue();
  }

  @Test
  void whatCannotBeAskedGoesBackAndIsNotHeldAgainstTheRelease() {
    var world = world(CANARY, Moment.PRE_ROLLOUT);
    world.hosts.services.answers("check", _ -> new Called.Unanswered("nobody is there"));

    world.agent().start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(isHeldBack(world)).isFalse();
  }

  @Test
  void aCheckThatFailsMeanwhileEndsItsStage() {
    var world = world(CANARY, Moment.ROLLOUT);
    world.hosts.services.answers("check", call -> new Called.Answered(call < 5 ? 200 : 500));
    var agent = world.agent();
    Duration start = agent.time.uptime();

    agent.start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(agent.time.uptime().minus(start)).isLessThan(STAGE);
    assertThat(begun(world)).contains("stage 1: 25%").doesNotContain("stage 2: 50%");
    assertThat(isHeldBack(world)).isTrue();
  }

  @Test
  void oneBadAnswerInBetweenEndsNothing() {
    var world = world(CANARY, Moment.ROLLOUT);
    world.hosts.services.answers("check", call -> new Called.Answered(call % 3 == 2 ? 200 : 500));

    world.agent().start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
    assertThat(world.hosts.services.calls("check").size()).isGreaterThanOrEqualTo(60);
  }

  @Test
  void whoAsksToGoBackInAStageIsObeyedAtOnce() {
    var world = world(CANARY, Moment.ROLLBACK);
    world.hosts.services.answers("check", call -> new Called.Answered(call < 40 ? 404 : 200));
    var agent = world.agent();
    Duration start = agent.time.uptime();

    agent.start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
    assertThat(reason(world)).contains("webhook 'check' (rollback) asks to go back");
    assertThat(begun(world)).contains("stage 2: 50%");
    assertThat(agent.time.uptime().minus(start)).isLessThan(STAGE.multipliedBy(2));
  }

  @Test
  void whoAsksToGoBackWhileTheFormerSlotsAreWarmIsObeyed() {
    var world = world(BlueGreen.DEFAULT, Moment.ROLLBACK);
    world.hosts.services.answers("check", 200);

    world.agent().start(World.NEW);

    assertAll(world, World.OLD, Ending.ROLLED_BACK);
  }

  @ParameterizedTest
  @EnumSource(names = {"POST_ROLLOUT", "EVENT"})
  void whoIsOnlyToldHoldsUpNothing(Moment type) {
    var world = world(CANARY, type);
    world.hosts.services.answers("check", _ -> new Called.Unanswered("nobody is there"));

    world.agent().start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void aBatchThatFailsMayNotHideACheckThatFailed() {
    var rolling =
        new Rolling(
            List.of(),
            Optional.empty(),
            new Amount.Count(0),
            5,
            Rolling.Order.INVENTORY,
            STAGE,
            Duration.ofMinutes(10));
    var world =
        World.serving(
            3, new Strategy.Attended(rolling, List.of(webhook(Moment.ROLLBACK, OnTimeout.ABORT))));
    world.hosts.services.answers("check", 200);

    world.agent().start(World.NEW);

    assertThat(world.isAll(World.OLD)).isTrue();
    assertThat(reason(world)).contains("asks to go back");
  }

  @Test
  void nobodyIsAskedOnTheWayBackOrAboutTheFirstRelease() {
    var world = world(CANARY, Moment.CONFIRM_ROLLOUT);
    world.agent().start(World.NEW);
    world.agent().start(world.version("3"));
    world.hosts.services.answers("check", 403);
    int calls = world.hosts.services.calls("check").size();

    world.agent().start(World.NEW);

    assertThat(calls).isEqualTo(2);
    assertThat(world.isAll(World.NEW)).isTrue();
    assertThat(world.hosts.services.calls("check")).hasSize(calls);
    var fresh =
        World.fresh(
            2,
            1,
            new Strategy.Attended(
                CANARY, List.of(webhook(Moment.CONFIRM_ROLLOUT, OnTimeout.ABORT))));
    fresh.agent().start(World.NEW);
    assertThat(fresh.isAll(World.NEW)).isTrue();
    assertThat(fresh.hosts.services.calls("check")).isEmpty();
  }

  @Test
  void aCallSaysWhatIsRolledOutWhereAndIsTheSameAfterACrash() {
    var world = world(BlueGreen.DEFAULT, Moment.PRE_ROLLOUT);
    world.hosts.services.answers("check", 200);

    world.agent().start(World.NEW);

    var message = world.hosts.services.calls("check").getFirst();
    assertThat(message.body())
        .containsExactly(
            entry("name", "shop"),
            entry("namespace", "production"),
            entry("phase", "Progressing"),
            entry("checksum", World.NEW.id().digest().hex()),
            entry("metadata", Map.of("cmd", "test")));
    assertThat(message.headers()).containsKeys("Slipway-Rollout", "Slipway-Step");
  }
}
