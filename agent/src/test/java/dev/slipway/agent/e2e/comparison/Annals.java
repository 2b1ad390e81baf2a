package dev.slipway.agent.e2e.comparison;

import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.journal.Outcome;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Release;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the journal says about a race: which rollout began when, and when it was to go back.
 *
 * @param deployment what the last rollout was about
 * @param release what is stable in the end
 */
record Annals(List<Entry> entries, Epoch epoch, Deployment deployment, Release release) {
  private static final int PAGE = 1_000;

  /** Stops the agent and reads everything. */
  static Annals of(World world) {
    world.stopAgent();
    return switch (Journals.open(world.state(), Waiter.wallClock())) {
      case Journals.Opened.Refused(var reason) -> throw new AssertionError(reason);
      case Journals.Opened.Ready(var journal) -> {
        try (journal) {
          yield read(journal);
        }
      }
    };
  }

  private static Annals read(Journal journal) {
    var all = new ArrayList<Entry>();
    List<Entry> page = journal.after(0, PAGE);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = journal.after(all.getLast().sequence(), PAGE);
    }
    Event.RolloutStarted last = starts(all).getLast();
    return new Annals(
        List.copyOf(all),
        journal.epoch(),
        last.deployment(),
        journal.stable(World.SHOP).orElseThrow().release());
  }

  private static List<Event.RolloutStarted> starts(List<Entry> entries) {
    return entries.stream()
        .map(Entry::event)
        .filter(Event.RolloutStarted.class::isInstance)
        .map(Event.RolloutStarted.class::cast)
        .toList();
  }

  /** Returns when the first rollout of a version began and ended. */
  Span rollout(String version) {
    RolloutId rollout =
        starts(entries).stream()
            .filter(start -> start.delivery().release().version().equals(version))
            .findFirst()
            .orElseThrow()
            .rollout();
    Instant begun =
        first(event ->
                event instanceof Event.RolloutStarted start && start.rollout().equals(rollout))
            .orElseThrow();
    return new Span(
        begun,
        first(event -> event instanceof Event.RolloutEnded end && end.rollout().equals(rollout))
            .orElseThrow());
  }

  /** Returns when a person's wish to go back was heard, if one was. */
  Optional<Instant> abort() {
    return first(Event.AbortAsked.class::isInstance);
  }

  /** Returns when the last rollout began. */
  Instant lastBegun() {
    RolloutId last = starts(entries).getLast().rollout();
    return first(
            event -> event instanceof Event.RolloutStarted start && start.rollout().equals(last))
        .orElseThrow();
  }

  private Optional<Instant> first(Predicate<Event> wanted) {
    return entries.stream().filter(entry -> wanted.test(entry.event())).findFirst().map(Entry::at);
  }

  /**
   * Returns, for each rollout that was cut in its pause by a newer commit, the time from then until
   * its successor's switch of all requests was shown by the balancers.
   */
  List<Span> switchesBack() {
    var spans = new ArrayList<Span>();
    for (Event.RolloutStarted start : starts(entries)) {
      start
          .supersedes()
          .flatMap(former -> first(event -> isCut(event, former)))
          .flatMap(cut ->
              first(event -> isSwitched(event, start.rollout())).map(end -> new Span(cut, end)))
          .ifPresent(spans::add);
    }
    return spans;
  }

  private static boolean isCut(Event event, RolloutId rollout) {
    return event instanceof Event.StepEnded(var of, _, var outcome)
        && of.equals(rollout)
        && outcome instanceof Outcome.Cut;
  }

  private static boolean isSwitched(Event event, RolloutId rollout) {
    return event instanceof Event.StepEnded(var of, var position, var outcome)
        && of.equals(rollout)
        && position.lane().equals("switch")
        && position.part() == Position.Part.STEPS
        && outcome.isGood();
  }
}
