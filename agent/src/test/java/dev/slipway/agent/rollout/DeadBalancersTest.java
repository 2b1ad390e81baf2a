package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.traffic.MemberState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Goal: a balancer that provably carries no traffic holds up no way back, and every way forward.
 *
 * <p>Method: whole rollouts behind two balancers, of which one dies with and without a proof.
 */
@Timeout(60)
class DeadBalancersTest {
  private static final int STOP = 3;

  private final World world = World.serving(3, 2, Rolling.DEFAULT);

  private FakeBalancer dying() {
    return world.balancers.getLast();
  }

  private static Result.Ended ended(Result result) {
    assertThat(result).isInstanceOf(Result.Ended.class);
    return (Result.Ended) result;
  }

  private void assertBack(Result.Ended result, Ending ending) {
    assertThat(result.ending()).as(result.reason()).isEqualTo(ending);
    assertThat(world.isAll(World.OLD)).as(world.hosts.occupants().toString()).isTrue();
    for (int i = 1; i <= 3; i++) {
      assertThat(world.balancers.getFirst().state(world.web(i))).isEqualTo(MemberState.SERVING);
    }
  }

  @Test
  void oneThatDiesOnTheWayIsPassedOverOnTheWayBackAndTheProofIsKept() {
    var agent = world.agent();
    agent.whenBegins("web2", STOP, dying()::dies);

    var result = ended(agent.start(World.NEW));

    assertBack(result, Ending.ROLLED_BACK);
    assertThat(agent.journal.events(result.rollout()))
        .extracting(entry -> entry.event())
        .filteredOn(Event.StepEnded.class::isInstance)
        .extracting(event -> ((Event.StepEnded) event).outcome())
        .filteredOn(Outcome.Done.class::isInstance)
        .extracting(outcome -> ((Outcome.Done) outcome).detail())
        .contains("every balancer says so; front2 carries nothing: no process of it runs");
  }

  @Test
  void oneThatOnlyDoesNotAnswerHoldsTheWayBackUp() {
    var agent = world.agent();
    agent.whenBegins("web2", STOP, () -> dying().goesAway("connection refused"));

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.NEEDS_HELP);
  }

  @Test
  void whatIsNewIsRolledOutWithoutOneThatIsDeadAndItIsToldWhenItReturns() {
    dying().dies();
    var agent = world.agent();
    agent.whenBegins("web3", STOP, dying()::returns);

    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);

    assertThat(world.isAll(World.NEW)).isTrue();
    for (int i = 1; i <= 3; i++) {
      assertThat(dying().state(world.web(i))).isEqualTo(MemberState.SERVING);
    }
  }

  @Test
  void nothingNewBeginsWhileAllAreDead() {
    world.balancers.forEach(FakeBalancer::dies);

    assertThat(world.agent().start(World.NEW)).isInstanceOf(Result.NotNow.class);
    assertThat(world.hosts.acts()).isEmpty();
  }

  @Test
  void nothingNewBeginsWhileOneOnlyDoesNotAnswer() {
    dying().goesAway("connection refused");

    assertThat(world.agent().start(World.NEW)).isInstanceOf(Result.NotNow.class);
    assertThat(world.hosts.acts()).isEmpty();
  }

  @Test
  void aRollbackThatAPersonAskedForBeginsAndEndsWithoutIt() {
    var agent = world.agent();
    assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.SUCCEEDED);
    dying().dies();
    agent.journal.append(new Event.Pinned(World.SHOP, World.OLD.id(), "Ann", "it smells"));

    assertBack(ended(agent.start(World.OLD)), Ending.SUCCEEDED);
  }

  @Test
  void oneThatReturnsOnTheWayBackIsToldWhatIsWanted() {
    var agent = world.agent();
    agent.whenBegins("web2", STOP, dying()::dies);
    agent.when(
        event -> event instanceof Event.StepStarted(_, var at) && at.leg() == 1, dying()::returns);

    assertBack(ended(agent.start(World.NEW)), Ending.ROLLED_BACK);

    for (int i = 1; i <= 3; i++) {
      assertThat(dying().state(world.web(i))).isEqualTo(MemberState.SERVING);
    }
  }

  @Test
  void allOfThemMayBeDead() {
    var agent = world.agent();
    agent.whenBegins("web2", STOP, () -> world.balancers.forEach(FakeBalancer::dies));

    var result = ended(agent.start(World.NEW));

    assertThat(result.ending()).as(result.reason()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(List.of(world.isAll(World.OLD))).containsExactly(true);
  }
}
