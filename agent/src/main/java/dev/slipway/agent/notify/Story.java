package dev.slipway.agent.notify;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.NoticeAnswered;
import dev.slipway.agent.journal.Event.NoticeTried;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Receiver.Occasion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal knows of one rollout and of who was told of it. */
final class Story {
  private final String store;
  private final List<Notice> notices = new ArrayList<>();
  private final Map<To, Tally> told = new HashMap<>();
  private int gates;
  private Optional<RolloutStarted> started = Optional.empty();

  private record To(Occasion occasion, String receiver) {}

  /**
   * How many notices of a kind are done, since each receiver is told one after the other.
   *
   * @param underway whether one more was being sent
   */
  private record Tally(int done, boolean underway) {
    private static final Tally NONE = new Tally(0, false);
  }

  /** How far a notice has come. */
  enum Told {
    NOT_YET,
    /** It was being sent when the agent ended, and may have arrived. */
    PERHAPS,
    DONE
  }

  Story(String store, List<Entry> entries) {
    this.store = store;
    entries.forEach(this::add);
  }

  private void add(Entry entry) {
    switch (entry.event()) {
      case RolloutStarted event -> {
        started = Optional.of(event);
        notices.add(Notice.of(store, entry.at(), event));
      }
      case RolloutEnded event ->
          started.ifPresent(start -> notices.add(Notice.of(store, entry.at(), start, event)));
      case NoticeTried(var _, var occasion, var receiver) ->
          told.merge(
              new To(occasion, receiver),
              new Tally(0, true),
              (before, _) -> new Tally(before.done(), true));
      case NoticeAnswered(var _, var occasion, var receiver, var receipt, var _) ->
          told.merge(
              new To(occasion, receiver),
              new Tally(receipt == Receipt.FAILED ? 0 : 1, false),
              (before, one) -> new Tally(before.done() + one.done(), false));
      case Event.StepStarted(var _, var position) ->
          started
              .flatMap(start -> Notice.Gate.of(start, position, gates))
              .ifPresent(gate -> {
                gates++;
                notices.add(Notice.of(store, entry.at(), started.orElseThrow(), gate));
              });
      case Event _ -> {}
    }
  }

  /** Returns everything that there was to tell, the oldest first. */
  List<Notice> notices() {
    return List.copyOf(notices);
  }

  Told told(Notice notice, Receiver receiver) {
    Tally tally = told.getOrDefault(new To(notice.occasion(), receiver.name()), Tally.NONE);
    if (notice.number() < tally.done()) {
      return Told.DONE;
    }
    return notice.number() == tally.done() && tally.underway() ? Told.PERHAPS : Told.NOT_YET;
  }
}
