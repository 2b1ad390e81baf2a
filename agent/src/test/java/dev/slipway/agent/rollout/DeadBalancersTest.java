package dev.slipway.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import java.util.List;
import org.junit.jupiter.api.Nested;
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

  /**
   * Goal: balancers that disagree while nothing is rolled out are brought to what is stable, and
   * nobody is sent to what is not proven.
   *
   * <p>Method: a person sets one of two apart, and the agent that is to mend it is killed at every
   * moment.
   */
  @Nested
  class Split {
    private static final Instance GREEN = new Instance("web1", "web", "green");
    private static final Instance BLUE = new Instance("web1", "web", "blue");

    private static List<String> unite(World of) {
      return of.agent().rollouts.unite(of.deployment(World.OLD), World.OLD);
    }

    private static List<Event> told(World of) {
      return of.agent().journal.after(0, 999).stream()
          .map(Entry::event)
          .filter(event ->
              event instanceof Event.BalancersSplit || event instanceof Event.BalancersUnited)
          .toList();
    }

    /** Returns a world of two slots, where one balancer sends to another release than it should. */
    private static World apart() {
      var of = new World(Cast.web(2, Cast.TWO_SLOTS), 2, BlueGreen.DEFAULT);
      of.settle(World.OLD);
      of.hosts.runs(GREEN, World.NEW.release());
      of.balancers.getLast().isSet(GREEN, MemberState.SERVING);
      of.balancers.getLast().isSet(BLUE, MemberState.OUT);
      return of;
    }

    private static void assertOld(World of) {
      for (FakeBalancer balancer : of.balancers) {
        assertThat(balancer.sends(GREEN)).as(balancer.name()).isFalse();
        assertThat(balancer.gets(BLUE)).as(balancer.name()).isTrue();
      }
      assertThat(of.isAll(World.OLD)).isTrue();
      assertThat(of.wrongs()).isEmpty();
    }

    @Test
    void aMemberThatOneOfThemDrainedServesOnAllAgain() {
      dying().isSet(world.web(2), MemberState.DRAINING);

      assertThat(unite(world)).isEmpty();

      assertThat(world.isAll(World.OLD)).isTrue();
      assertThat(told(world))
          .containsExactly(
              new Event.BalancersSplit(
                  World.SHOP, World.OLD.id(), List.of("front2: web2 is DRAINING, wanted SERVING")),
              new Event.BalancersUnited(World.SHOP, World.OLD.id()));
      assertThat(world.hosts.acts()).isEmpty();
    }

    @Test
    void oneThatSendsToAnotherReleaseIsBroughtBackToTheStableOne() {
      World of = apart();

      assertThat(unite(of)).isEmpty();

      assertOld(of);
      assertThat(of.hosts.acts()).isEmpty();
    }

    @Test
    void killedAtAnyMomentTheNextLifeBringsThemToAgree() {
      var fuse = Fuse.endless();
      united(apart(), fuse);
      assertThat(fuse.burnt()).isGreaterThan(5);

      for (int moment = 0; moment <= fuse.burnt(); moment++) {
        World of = apart();
        united(of, new Fuse(moment));

        assertThat(unite(of)).isEmpty();

        assertOld(of);
        assertThat(of.agent().journal.open()).isEmpty();
      }
    }

    private static void united(World of, Fuse fuse) {
      try {
        of.agent(fuse).rollouts.unite(of.deployment(World.OLD), World.OLD);
      } catch (Fuse.Killed _) {
        // the next life goes on
      }
    }

    @Test
    void whereTheyAgreeNobodyIsToldAnything() {
      assertThat(unite(world)).isEmpty();

      assertThat(told(world)).isEmpty();
      assertThat(world.balancers).allMatch(balancer -> balancer.lives().isEmpty());
    }

    @Test
    void whileOneDoesNotAnswerNobodyIsToldAndItIsMendedWhenItReturns() {
      dying().isSet(world.web(2), MemberState.OUT);
      dying().goesAway("connection refused");

      assertThat(unite(world)).containsExactly("front2: connection refused");
      assertThat(world.balancers).allMatch(balancer -> balancer.lives().isEmpty());

      dying().returns();
      assertThat(unite(world)).isEmpty();
      assertThat(world.isAll(World.OLD)).isTrue();
    }

    @Test
    void oneThatIsOutOfOrderOnItsHostIsTakenFromTheOneThatStillHasIt() {
      world.hosts.stopsByItself(world.web(2));
      dying().isSet(world.web(2), MemberState.OUT);

      assertThat(unite(world)).isEmpty();

      assertThat(world.balancers).noneMatch(balancer -> balancer.sends(world.web(2)));
      assertThat(world.wrongs()).isEmpty();
    }

    @Test
    void whatNothingProvesAndNobodyCanStandInForIsLeftAndNamed() {
      world.hosts.runs(world.web(2), World.NEW.release());
      dying().isSet(world.web(2), MemberState.OUT);

      assertThat(unite(world))
          .containsExactly("web2 is not proven, and the others cannot stand in for it");

      assertThat(world.balancers).allMatch(balancer -> balancer.lives().isEmpty());
      assertThat(told(world)).isEmpty();
    }

    @Test
    void aServerThatOneOfThemLacksIsNamed() {
      dying().knowsNot(world.web(3));

      assertThat(unite(world))
          .containsExactly("balancer front2 has no server for web3; add it to its configuration");
    }

    @Test
    void aWayBackNeverSendsOneBalancerWhereOnlyTheOtherWouldGo() {
      var of = new World(Cast.web(2, Cast.TWO_SLOTS), 2, BlueGreen.DEFAULT);
      of.settle(World.OLD);
      var agent = of.agent();
      var refusing = of.balancers.getLast();
      agent.whenBegins("switch", 0, () -> refusing.isTakenOver(new Epoch("another", 1)));
      agent.when(
          event -> event instanceof Event.Turned,
          () -> {
            of.hosts.stopsByItself(GREEN);
            refusing.isTakenOver(agent.journal.epoch());
          });

      assertThat(ended(agent.start(World.NEW)).ending()).isEqualTo(Ending.ROLLED_BACK);

      assertOld(of);
    }
  }
}
