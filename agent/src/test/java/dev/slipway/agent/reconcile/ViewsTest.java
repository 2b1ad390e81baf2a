package dev.slipway.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.GateSamples;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Position.Part;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.reconcile.gates.Reached;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what people see of a rollout is what its events say, while it runs, after it, and when only
 * its summary is left.
 *
 * <p>Method: events are appended to a real journal and looked at.
 */
final class ViewsTest {
  @TempDir Path directory;
  private Journal journal;
  private Views views;

  @BeforeEach
  void open() {
    journal =
        switch (Journals.open(directory, () -> Instant.parse("2026-11-01T10:00:00Z"))) {
          case Journals.Opened.Ready(var ready) -> ready;
          case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
        };
    views = new Views(journal);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  @Test
  void aRolloutUnderWayTellsItsStepAndHowManyAreDone() {
    RolloutId rollout = begin();
    step(rollout, 0, new Outcome.Held("was so already"));
    step(rollout, 1, new Outcome.Done("drained", 100));
    journal.append(new Event.StepStarted(rollout, at(3, Part.STEPS)));

    RolloutStatus seen = latest();

    assertThat(seen.stepsDone()).isEqualTo(2);
    assertThat(seen.stepsTotal()).isEqualTo(16);
    assertThat(seen.bytesSent()).isEqualTo(100);
    assertThat(seen.reason()).startsWith("stop ");
    assertThat(seen.ended()).isEmpty();
    assertThat(seen.to()).isEqualTo(Samples.NEW.id().toString());
  }

  @Test
  void aGateThatIsReachedTellsWhoIsAskedUntilWhenAndWhoHasApproved() {
    var terms = new Approval(2, List.of(), Duration.ofHours(4), Approval.OnTimeout.ABORT, false);
    journal.append(GateSamples.started(terms));
    assertThat(Reached.gates(journal, Samples.SHOP)).as("before it is reached").isEmpty();
    journal.append(GateSamples.reached());
    journal.append(GateSamples.approved("ada"));

    assertThat(Reached.gates(journal, Samples.SHOP))
        .extracting(dev.slipway.agent.status.Condition::message)
        .containsExactly(
            "'promotion' waits for 2, not the author, until 2026-11-01T14:00:00Z, then abort;"
                + " approved by ada; 'slipway approve config/production/shop' lets it go on");
    assertThat(latest().reason())
        .isEqualTo(
            "await approval 'promotion' by 2, not the author, at most 4h, then abort, and ada"
                + " approved");
    journal.append(Samples.ended(Samples.ROLLOUT, Ending.ABORTED));
    assertThat(Reached.gates(journal, Samples.SHOP)).isEmpty();
  }

  @Test
  void aPauseTellsInWhichStageItIs() {
    Event.RolloutStarted gate = GateSamples.started(Approval.DEFAULT);
    String stage = "stage 1: 5%";
    var pause = Lane.of(stage, new WaitStep.Pause(Duration.ofMinutes(5)));
    journal.append(
        new Event.RolloutStarted(
            gate.rollout(),
            gate.deployment(),
            gate.delivery(),
            gate.stable(),
            gate.plan().with(List.of(new Phase(stage, List.of(pause)))),
            gate.cause(),
            gate.supersedes()));
    journal.append(new Event.StepStarted(gate.rollout(), new Position(0, stage, Part.STEPS, 0)));

    assertThat(latest().reason()).isEqualTo("stage 1: 5%: pause 5m");
  }

  @Test
  void theWayBackIsCountedFromTheStart() {
    RolloutId rollout = begin();
    step(rollout, 0, new Outcome.Held("was so already"));
    journal.append(
        new Event.Turned(
            rollout,
            1,
            Event.Why.BAD,
            "web1 is ill",
            "",
            Samples.started(rollout, Samples.OLD).plan()));

    assertThat(latest().stepsDone()).isZero();
    assertThat(latest().reason()).isEqualTo("going back: web1 is ill");
  }

  @Test
  void whenNothingIsLeftToGoBackFromTheWayOutIsCounted() {
    RolloutId rollout = begin();
    step(rollout, 0, new Outcome.Held("was so already"));
    step(rollout, 1, new Outcome.Done("drained", 0));
    Plan out = Samples.started(rollout, Samples.OLD).plan();
    Plan back =
        new Plan(
            out.title(),
            Samples.OLD.id(),
            Optional.empty(),
            out.roles(),
            List.of(),
            List.of(),
            out.failureLimit(),
            List.of(),
            out.progressDeadline(),
            List.of());
    journal.append(new Event.Turned(rollout, 1, Event.Why.BAD, "web1 is ill", "", back));
    journal.append(Samples.ended(rollout, Ending.ROLLED_BACK));

    RolloutStatus seen = views.history(Samples.SHOP, 1).getFirst();

    assertThat(seen.stepsDone()).isEqualTo(2);
    assertThat(seen.stepsTotal()).isEqualTo(16);
    assertThat(seen.ending()).contains("rolled back");
  }

  @Test
  void whatRestoresALaneIsNoStepOfThePlan() {
    RolloutId rollout = begin();
    Position restoring = at(14, Part.RESTORE);
    journal.append(new Event.StepStarted(rollout, restoring));
    journal.append(new Event.StepEnded(rollout, restoring, new Outcome.Done("drained", 0)));

    assertThat(latest().stepsDone()).isZero();
    assertThat(latest().reason()).isEqualTo("restoring web1");
  }

  @Test
  void anEndedRolloutTellsHowAndWhy() {
    RolloutId rollout = begin();
    journal.append(Samples.ended(rollout, Ending.ROLLED_BACK));

    RolloutStatus seen = latest();

    assertThat(seen.ending()).isEqualTo(Optional.of("rolled back"));
    assertThat(seen.reason()).isEqualTo("because");
    assertThat(seen.log()).isEqualTo("last words");
    assertThat(seen.incomplete()).containsExactly("web9");
    assertThat(seen.strategy()).isEqualTo("rolling");
  }

  @Test
  void theNewestComesFirstAndOneUnderWayBeforeAll() {
    RolloutId first = begin();
    journal.append(Samples.ended(first, Ending.SUCCEEDED));
    RolloutId second = begin();
    journal.append(Samples.ended(second, Ending.ABORTED));
    assertThat(views.history(Samples.SHOP, 10))
        .extracting(RolloutStatus::id)
        .containsExactly(second.toString(), first.toString());
    assertThat(latest().id()).isEqualTo(second.toString());

    RolloutId third = begin();

    assertThat(latest().id()).isEqualTo(third.toString());
    assertThat(views.history(Samples.SHOP, 1))
        .extracting(RolloutStatus::id)
        .containsExactly(second.toString());
  }

  @Test
  void ofAPrunedRolloutTheSummaryIsLeft() {
    RolloutId rollout = begin();
    step(rollout, 1, new Outcome.Done("drained", 100));
    journal.append(Samples.ended(rollout, Ending.SUCCEEDED));
    journal.prune(new Journal.Retention(0, 10));

    RolloutStatus seen = views.history(Samples.SHOP, 1).getFirst();

    assertThat(seen.id()).isEqualTo(rollout.toString());
    assertThat(seen.ending()).isEqualTo(Optional.of("succeeded"));
    assertThat(seen.bytesSent()).isEqualTo(100);
    assertThat(seen.stepsTotal()).isZero();
  }

  @Test
  void otherApplicationsAreNotMixedIn() {
    begin();

    assertThat(views.latest(Samples.BLOG)).isEmpty();
    assertThat(views.history(Samples.BLOG, 10)).isEmpty();
  }

  @Test
  void weightsAreShownAsPercentagesWhateverTheBalancersScale() {
    var deployment = Samples.started(journal.next(Samples.SHOP), Samples.NEW).deployment();
    var role = deployment.fleet().application().judged();
    var states = new TreeMap<Instance, InstanceState>();
    var members = new TreeMap<Instance, Observed.Seen>();
    for (Instance instance : deployment.fleet().instances(role)) {
      states.put(
          instance, new InstanceState(new Occupant.None(), Condition.HEALTHY, Environment.CURRENT));
      members.put(
          instance,
          new Observed.Seen(10_000, MemberState.SERVING, Witness.NONE, OptionalInt.empty()));
    }
    var situation =
        new Situation(
            deployment.fleet(),
            role,
            Samples.NEW.id(),
            Optional.empty(),
            states,
            Optional.empty(),
            Set.of(),
            OptionalInt.empty(),
            Situation.Direction.FORWARD,
            true,
            List.of());
    int percent = (int) Math.round(100.0 / members.size());

    assertThat(Views.instances(seen(situation, Map.of("front", new Observed(members)))))
        .isNotEmpty()
        .allMatch(instance -> instance.weight() == percent);
    assertThat(Views.instances(seen(situation, Map.of())))
        .allMatch(instance -> instance.weight() == -1);
  }

  private static Observation.Seen seen(Situation situation, Map<String, Observed> balancers) {
    return new Observation.Seen(
        List.of(new Observation.OfRole(situation, balancers)), Map.of(), Map.of(), List.of());
  }

  private RolloutStatus latest() {
    return views.latest(Samples.SHOP).orElseThrow();
  }

  private RolloutId begin() {
    RolloutId rollout = journal.next(Samples.SHOP);
    journal.append(Samples.started(rollout, Samples.NEW));
    return rollout;
  }

  private void step(RolloutId rollout, int index, Outcome outcome) {
    Position position = at(index, Part.STEPS);
    journal.append(new Event.StepStarted(rollout, position));
    journal.append(new Event.StepEnded(rollout, position, outcome));
  }

  private static Position at(int index, Part part) {
    return new Position(0, "web1", part, index);
  }
}
