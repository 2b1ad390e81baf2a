package dev.slipway.agent.reconcile.past;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.GateSamples;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.Samples;
import dev.slipway.strategies.gate.Approval;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Goal: status is written when people are asked, when they answer, and when a phase is over. */
class PhaseEndsTest {
  private final AtomicInteger told = new AtomicInteger();

  private int tell(String repository, Event... events) {
    var ends = new PhaseEnds(repository, told::incrementAndGet);
    List.of(events).forEach(event -> ends.accept(new Entry(1, Instant.EPOCH, event)));
    return told.getAndSet(0);
  }

  @Test
  void aGateIsToldWhenItIsReachedAtEachApprovalAndAtItsEnd() {
    var started = GateSamples.started(Approval.DEFAULT);
    var reached = GateSamples.reached();
    var over =
        new Event.StepEnded(
            Samples.ROLLOUT, reached.position(), new Outcome.Done("approved by ada", 0));
    String repository = Samples.SHOP.repository();

    assertThat(tell(repository, started)).isZero();
    assertThat(tell(repository, started, reached)).isEqualTo(1);
    assertThat(tell(repository, started, reached, GateSamples.approved("ada"), over)).isEqualTo(3);
    assertThat(tell("other", started, reached, GateSamples.approved("ada"), over)).isZero();
  }

  @Test
  void aStepAtWhichNobodyIsAskedIsNotTold() {
    var started = Samples.started(Samples.ROLLOUT, Samples.NEW);
    String lane = started.plan().phases().getFirst().lanes().getFirst().id();
    var position = new Position(0, lane, Position.Part.STEPS, 0);

    assertThat(
            tell(
                Samples.SHOP.repository(),
                started,
                new Event.StepStarted(Samples.ROLLOUT, position)))
        .isZero();
  }
}
