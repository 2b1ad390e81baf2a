package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.rollout.gate.Vote;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Approver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: nothing passes a gate but enough people who may, a time-out that says so, or a way back,
 * which has none.
 *
 * <p>Method: two hosts with two slots each. People vote, and agents die, while the switch waits.
 */
@Timeout(60)
class GateTest {
  private static final String GATE = "promotion";
  private static final Approver AUTHOR = Approver.of("Linus <linus@example.com>");
  private static final Instance GREEN = new Instance("web1", "web", "green");

  private static World asking(Approval terms) {
    return World.withSpareSlots(
        2,
        new BlueGreen(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Optional.of(terms),
            Optional.empty(),
            Optional.empty()));
  }

  private static Approval of(int minimum, OnTimeout onTimeout, boolean byAuthor, String... who) {
    return new Approval(minimum, List.of(who), Duration.ofHours(4), onTimeout, byAuthor);
  }

  private static Voted vote(World.Agent agent, String who, Reach reach) {
    var vote = new Vote(Approver.of(who), "approve", "it looks good", Optional.empty(), reach);
    return agent.rollouts.vote(World.SHOP, vote, _ -> Set.of(AUTHOR));
  }

  private static Voted approve(World.Agent agent, String who) {
    return vote(agent, who, Reach.GATES);
  }

  /** Lets people vote when the gate is reached; returns what they are told. */
  private static List<Voted> whenReached(World.Agent agent, String... people) {
    var told = new ArrayList<Voted>();
    agent.whenBegins(GATE, 0, () -> List.of(people).forEach(who -> told.add(approve(agent, who))));
    return told;
  }

  private static void assertAll(World world, Delivery everywhere, Ending... endings) {
    assertThat(world.isAll(everywhere)).as(world.hosts.occupants().toString()).isTrue();
    assertThat(world.agent().journal.history(World.SHOP, 9))
        .extracting(Summary::ending)
        .containsExactly(endings);
    assertThat(world.wrongs()).isEmpty();
    assertThat(world.leastServing()).isEqualTo(2);
  }

  /** Returns what came of the gate, as often as it ended. */
  private static List<String> gate(World world) {
    return world.disk.entries().stream()
        .map(Entry::event)
        .filter(Event.StepEnded.class::isInstance)
        .map(Event.StepEnded.class::cast)
        .filter(ended -> ended.position().lane().equals(GATE))
        .map(Event.StepEnded::outcome)
        .map(Outcome::detail)
        .toList();
  }

  private static List<String> reasons(World world) {
    return world.agent().journal.history(World.SHOP, 9).stream().map(Summary::reason).toList();
  }

  @Test
  void oneApprovalLetsItGoOn() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    List<Voted> told = whenReached(agent, "ada");

    agent.start(World.NEW);

    assertThat(told).containsExactly(new Voted.Counted("ada approves 'promotion': it goes on"));
    assertThat(gate(world)).containsExactly("approved by ada");
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void withoutAnApprovalItGoesBackAndTheReleaseIsNotHeldBack() {
    var world = asking(of(1, OnTimeout.ABORT, true));
    var agent = world.agent();
    Duration start = agent.time.uptime();

    agent.start(World.NEW);

    assertThat(agent.time.uptime().minus(start))
        .isBetween(Duration.ofHours(4), Duration.ofHours(5));
    assertThat(reasons(world))
        .containsExactly("promotion: 'promotion' was approved by 0 of 1 within 4h");
    assertThat(world.agent().journal.quarantined(World.SHOP)).isEmpty();
    assertThat(world.hosts.running(GREEN)).isEmpty();
    assertAll(world, World.OLD, Ending.ROLLED_BACK);
  }

  @Test
  void whereSilenceIsConsentItGoesOnAfterTheTimeOut() {
    var world = asking(of(2, OnTimeout.PROCEED, true));
    var agent = world.agent();
    whenReached(agent, "ada");

    agent.start(World.NEW);

    assertThat(gate(world))
        .containsExactly("'promotion' was approved by 1 of 2 within 4h, and goes on");
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void twoOfThreeAreTwoDifferentPeopleOfThem() {
    var world = asking(of(2, OnTimeout.ABORT, true, "ada", "grace@example.com", "alan"));
    var agent = world.agent();

    List<Voted> told =
        whenReached(agent, "ada", "Ada <ada@example.com>", "eve", "Grace <Grace@example.com>");
    agent.start(World.NEW);

    assertThat(told)
        .containsExactly(
            new Voted.Counted("ada approves 'promotion': 1 of 2, 1 to go"),
            new Voted.Counted(
                "Ada <ada@example.com> has approved 'promotion' before: 1 of 2, 1 to go"),
            new Voted.Refused(
                "eve may not approve 'promotion'; these may: ada, grace@example.com, alan"),
            new Voted.Counted("Grace <Grace@example.com> approves 'promotion': it goes on"));
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void onePersonWhoApprovesTwiceIsOne() {
    var world = asking(of(2, OnTimeout.ABORT, true));
    var agent = world.agent();
    whenReached(agent, "ada", "ada", "Ada");

    agent.start(World.NEW);

    assertThat(reasons(world))
        .containsExactly("promotion: 'promotion' was approved by 1 of 2 within 4h");
    assertAll(world, World.OLD, Ending.ROLLED_BACK);
  }

  @Test
  void theAuthorIsNotAskedWhereOthersHaveToApprove() {
    var world = asking(of(1, OnTimeout.ABORT, false));
    var agent = world.agent();

    List<Voted> told = whenReached(agent, "linus@example.com", "ada");
    agent.start(World.NEW);

    assertThat(told.getFirst())
        .isInstanceOfSatisfying(
            Voted.Refused.class,
            no -> assertThat(no.reason()).contains("Linus <linus@example.com>", "by others"));
    assertThat(gate(world)).containsExactly("approved by ada");
  }

  @Test
  void whereNobodyKnowsTheAuthorNobodyApprovesByMistake() {
    var world = asking(of(1, OnTimeout.ABORT, false));
    var agent = world.agent();
    var told = new ArrayList<Voted>();
    var vote = new Vote(Approver.of("ada"), "approve", "", Optional.empty(), Reach.GATES);
    agent.whenBegins(GATE, 0, () -> told.add(agent.rollouts.vote(World.SHOP, vote, _ -> Set.of())));

    agent.start(World.NEW);

    assertThat(told).singleElement().isInstanceOf(Voted.Refused.class);
    assertAll(world, World.OLD, Ending.ROLLED_BACK);
  }

  @Test
  void anApprovalFromBeforeACrashCountsAfterIt() {
    var world = asking(of(2, OnTimeout.ABORT, true));
    var agent = world.agent();
    whenReached(agent, "ada");
    agent.when(Event.Approved.class::isInstance, agent.rollouts::leave);
    assertThat(agent.start(World.NEW)).isInstanceOf(Result.Left.class);

    var next = world.agent();
    assertThat(approve(next, "grace"))
        .as("before the rollout is taken up")
        .isEqualTo(new Voted.Counted("grace approves 'promotion': it goes on"));
    next.resume();

    assertThat(gate(world)).containsExactly("approved by ada, grace");
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void theDeadlineIsCountedFromWhenTheGateWasFirstReached() {
    var world = asking(of(1, OnTimeout.ABORT, true));
    var agent = world.agent();
    agent.whenBegins(GATE, 0, agent.rollouts::leave);
    agent.start(World.NEW);
    var next = world.agent();
    next.time.await(Duration.ofHours(3), new Signal());
    Duration resumed = next.time.uptime();

    next.resume();

    assertThat(next.time.uptime().minus(resumed)).isLessThan(Duration.ofHours(2));
    assertAll(world, World.OLD, Ending.ROLLED_BACK);
  }

  @Test
  void aRevertWhileItWaitsAsksNobody() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    agent.whenBegins(
        GATE, 0, () -> agent.rollouts.supersede(world.deployment(World.OLD), World.OLD, "revert"));

    agent.start(World.NEW);

    assertThat(gate(world)).hasSize(1).noneMatch(detail -> detail.startsWith("approved"));
    assertThat(world.hosts.running(GREEN)).isEmpty();
    assertAll(world, World.OLD, Ending.SUCCEEDED, Ending.SUPERSEDED);
  }

  @Test
  void aNewerReleaseWhileItWaitsIsAskedAboutItself() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    agent.whenBegins(
        GATE,
        0,
        () -> agent.rollouts.supersede(world.deployment(World.NEWER), World.NEWER, "push"));
    agent.when(
        event ->
            event instanceof Event.StepStarted(var rollout, var at)
                && rollout.number() > 1
                && at.lane().equals(GATE),
        () -> approve(agent, "ada"));

    agent.start(World.NEW);

    assertThat(gate(world)).last().isEqualTo("approved by ada");
    assertAll(world, World.NEWER, Ending.SUCCEEDED, Ending.SUPERSEDED);
  }

  @Test
  void whoeverAbortsWhileItWaitsIsHeardAndNoApprovalAfterIt() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    var told = new ArrayList<Voted>();
    agent.whenBegins(
        GATE,
        0,
        () -> {
          agent.rollouts.abort(World.SHOP, "ada", "not today");
          told.add(approve(agent, "grace"));
        });

    agent.start(World.NEW);

    assertThat(told)
        .containsExactly(
            new Voted.Refused("the rollout of %s ends or goes back already".formatted(World.SHOP)));
    assertAll(world, World.OLD, Ending.ABORTED);
  }

  @Test
  void whatWasStableOnceIsNotAskedAboutAgain() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    whenReached(agent, "ada");
    agent.start(World.NEW);

    assertThat(agent.start(World.OLD)).isInstanceOf(Result.Ended.class);

    assertThat(gate(world)).as("the second time").hasSize(2);
  }

  @Test
  void whatDiedWhileItWaitedIsStartedAndProvenBeforeTheSwitch() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    agent.whenBegins(
        GATE,
        0,
        () -> {
          world.hosts.stopsByItself(GREEN);
          approve(agent, "ada");
        });

    agent.start(World.NEW);

    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void promoteEndsAPauseAndApprovalDoesNot() {
    var world = asking(Approval.DEFAULT);
    var agent = world.agent();
    whenReached(agent, "ada");
    var told = new ArrayList<Voted>();
    agent.whenBegins(
        "keep the former slots warm",
        0,
        () -> {
          told.add(approve(agent, "ada"));
          told.add(vote(agent, "ada", Reach.PAUSES_TOO));
        });
    Duration start = agent.time.uptime();

    agent.start(World.NEW);

    assertThat(told.getFirst()).isInstanceOf(Voted.Refused.class);
    assertThat(told.getLast()).isEqualTo(new Voted.Counted("ada ends the pause"));
    assertThat(agent.time.uptime().minus(start)).isLessThan(Duration.ofMinutes(5));
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void aVoteThatNamesAnotherReleaseDoesNotCount() {
    var world = asking(of(1, OnTimeout.ABORT, true));
    var agent = world.agent();
    var told = new ArrayList<Voted>();
    agent.whenBegins(
        GATE,
        0,
        () -> {
          for (String about : List.of("3", "#9", "2")) {
            told.add(
                agent.rollouts.vote(
                    World.SHOP,
                    new Vote(Approver.of("ada"), "commit", "", Optional.of(about), Reach.GATES),
                    _ -> Set.of()));
          }
        });

    agent.start(World.NEW);

    assertThat(told.subList(0, 2)).allMatch(Voted.Refused.class::isInstance);
    assertThat(told.getLast()).isInstanceOf(Voted.Counted.class);
    assertAll(world, World.NEW, Ending.SUCCEEDED);
  }

  @Test
  void anAgentThatDiesAtAnyMomentNeitherForgetsNorInventsAnApproval() {
    var whole = Fuse.endless();
    runAsking(whole);
    for (int moment = 0; moment < whole.burnt(); moment++) {
      World world = runAsking(new Fuse(moment));
      boolean isGiven =
          world.disk.entries().stream().anyMatch(entry -> entry.event() instanceof Event.Approved);

      var next = world.agent();
      Optional<Result> result = next.resume();

      boolean isSwitched = result.isPresent() && world.isAll(World.NEW);
      assertThat(isSwitched).as("killed at %d", moment).isEqualTo(result.isPresent() && isGiven);
      assertThat(world.wrongs()).isEmpty();
    }
  }

  private static World runAsking(Fuse fuse) {
    var soon = new Approval(1, List.of(), Duration.ofMinutes(1), OnTimeout.ABORT, true);
    var world = asking(soon);
    try {
      var agent = world.agent(fuse);
      whenReached(agent, "ada");
      agent.start(World.NEW);
    } catch (Fuse.Killed e) {
      world.look();
    }
    return world;
  }
}
