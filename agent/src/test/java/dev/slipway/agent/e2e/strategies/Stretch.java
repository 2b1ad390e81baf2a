package dev.slipway.agent.e2e.strategies;

import static java.util.Objects.requireNonNull;

import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The time that a step of a rollout took, as its journal has it.
 *
 * @param lane the lane that the step is of
 * @param step its number there, from 0
 */
record Stretch(String lane, int step, Instant begun, Instant ended) {
  private static final int HISTORY = 20;

  /** Stops the agent, and reads the longest step of each lane of its last rollout. */
  static List<Stretch> ofLast(World world) {
    return longest(ofAll(world).getLast());
  }

  /** Stops the agent, and reads every step of each of its rollouts, the first one first. */
  static List<List<Stretch>> ofAll(World world) {
    world.stopAgent();
    return switch (Journals.open(world.state(), Waiter.wallClock())) {
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
      case Journals.Opened.Ready(var journal) -> {
        try (journal) {
          yield journal.history(World.SHOP, HISTORY).reversed().stream()
              .map(summary -> all(journal.events(summary.rollout())))
              .toList();
        }
      }
    };
  }

  private static List<Stretch> all(List<Entry> entries) {
    Map<Position, Instant> begun = new HashMap<>();
    List<Stretch> all = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.event() instanceof Event.StepStarted(_, var position)) {
        begun.put(position, entry.at());
      }
      if (entry.event() instanceof Event.StepEnded(_, var position, _)) {
        all.add(
            new Stretch(
                position.lane(),
                position.index(),
                requireNonNull(begun.get(position)),
                entry.at()));
      }
    }
    return all;
  }

  private static List<Stretch> longest(List<Stretch> all) {
    Map<String, Stretch> byLane = new LinkedHashMap<>();
    for (Stretch one : all) {
      byLane.merge(one.lane(), one, (a, b) -> a.took().compareTo(b.took()) < 0 ? b : a);
    }
    return List.copyOf(byLane.values());
  }

  private Duration took() {
    return Duration.between(begun, ended);
  }
}
