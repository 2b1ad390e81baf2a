package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.strategies.gate.Approver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The steps of one rollout at which people are heard. */
public record Ballots(Journal journal, RolloutId rollout, InstantSource clock) {

  /** Starts to listen to what people say at a step, and to what they said before a crash. */
  public Ballot open(String position) {
    return new Ballot(position);
  }

  /** What people say at one step. */
  public final class Ballot implements AutoCloseable {
    private final String position;
    private final ConcurrentSkipListMap<Long, Approver> approvers = new ConcurrentSkipListMap<>();
    private final Journal.Subscription subscription;
    private Optional<Instant> since = Optional.empty();

    private Ballot(String position) {
      this.position = position;
      this.subscription = journal.subscribe(this::hear);
      journal.events(rollout).forEach(this::recall);
    }

    private void recall(Entry entry) {
      if (since.isEmpty()
          && entry.event() instanceof Event.StepStarted(_, var begun)
          && begun.toString().equals(position)) {
        since = Optional.of(entry.at());
      }
      hear(entry);
    }

    private void hear(Entry entry) {
      if (entry.event() instanceof Event.Approved approved
          && approved.rollout().equals(rollout)
          && approved.position().toString().equals(position)) {
        approvers.put(entry.sequence(), Approver.of(approved.who()));
      }
    }

    /** Returns who has said that it may go on. */
    public List<Approver> approvers() {
      return List.copyOf(approvers.values());
    }

    /** Returns how long ago the step was first begun; a clock that was put back gains no time. */
    public Duration waited() {
      Duration passed =
          since.map(begun -> Duration.between(begun, clock.instant())).orElse(Duration.ZERO);
      return passed.isNegative() ? Duration.ZERO : passed;
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
