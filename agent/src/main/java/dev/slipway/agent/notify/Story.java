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
  private final Map<To, Told> told = new HashMap<>();
  private Optional<RolloutStarted> started = Optional.empty();

  private record To(Occasion occasion, String receiver) {}

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
          told.put(new To(occasion, receiver), Told.PERHAPS);
      case NoticeAnswered(var _, var occasion, var receiver, var receipt, var _) ->
          told.put(
              new To(occasion, receiver), receipt == Receipt.FAILED ? Told.NOT_YET : Told.DONE);
      case Event _ -> {}
    }
  }

  /** Returns everything that there was to tell, the oldest first. */
  List<Notice> notices() {
    return List.copyOf(notices);
  }

  Told told(Notice notice, Receiver receiver) {
    return told.getOrDefault(new To(notice.occasion(), receiver.name()), Told.NOT_YET);
  }
}
