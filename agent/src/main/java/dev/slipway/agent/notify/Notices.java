package dev.slipway.agent.notify;

import dev.slipway.agent.http.Posts;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells people what becomes of rollouts, once what happened is in the journal.
 *
 * <p>A notice is written down before it is sent, and so is the answer. After a restart those that
 * nobody was told of are sent, those that failed are tried again, and those that may have arrived
 * are left: nobody is told twice.
 */
public final class Notices implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Journal journal;
  private final Courier courier;
  private final Map<RolloutId, Open> open = new HashMap<>();
  private final Map<Box, Mailbox> boxes = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Journal.Subscription subscription;

  /** A rollout that goes on, and how many gates it has reached. */
  private record Open(RolloutStarted started, int gates) {}

  /** An address: none waits for another. */
  private record Box(Receiver.Kind kind, SecretName secret) {}

  /** Tells what was left untold before, and everything from now on; to be made before any act. */
  public Notices(
      Journal journal,
      Secrets secrets,
      Posts posts,
      InstantSource clock,
      Waiter waiter,
      Patience patience) {
    this.journal = journal;
    this.courier = new Courier(journal, secrets, posts, clock, waiter, patience);
    Instant since = clock.instant().minus(patience.old());
    journal.recent(since).forEach(rollout -> takeUp(rollout, since));
    this.subscription = journal.subscribe(this::hear);
  }

  private void takeUp(RolloutId rollout, Instant since) {
    var entries = journal.events(rollout);
    var story = new Story(journal.epoch().store(), entries);
    story.notices().stream()
        .filter(notice -> notice.at().isAfter(since))
        .forEach(notice -> letters(notice).forEach(letter -> takeUp(letter, story)));
    entries.stream().map(Entry::event).forEach(this::remember);
  }

  private void takeUp(Letter letter, Story story) {
    switch (story.told(letter.notice(), letter.receiver())) {
      case NOT_YET -> send(letter);
      case PERHAPS ->
          courier.giveUp(letter, "the agent ended while it was on its way; it may have arrived");
      case DONE -> {}
    }
  }

  /** Called while the journal is locked: nothing is read, waited for or written here. */
  private synchronized void hear(Entry entry) {
    var store = journal.epoch().store();
    if (entry.event() instanceof RolloutStarted started) {
      letters(Notice.of(store, entry.at(), started)).forEach(this::send);
    }
    if (entry.event() instanceof RolloutEnded ended && open.containsKey(ended.rollout())) {
      letters(Notice.of(store, entry.at(), open.get(ended.rollout()).started(), ended))
          .forEach(this::send);
    }
    if (entry.event() instanceof Event.StepStarted step) {
      gate(step, entry.at()).ifPresent(notice -> letters(notice).forEach(this::send));
    }
    remember(entry.event());
  }

  private Optional<Notice> gate(Event.StepStarted step, Instant at) {
    return Optional.ofNullable(open.get(step.rollout()))
        .flatMap(one ->
            Notice.Gate.of(one.started(), step.position(), one.gates())
                .map(gate -> Notice.of(journal.epoch().store(), at, one.started(), gate)));
  }

  private void remember(Event event) {
    if (event instanceof Event.StepStarted step && gate(step, Instant.EPOCH).isPresent()) {
      open.computeIfPresent(step.rollout(), (_, one) -> new Open(one.started(), one.gates() + 1));
    }
    if (event instanceof RolloutStarted started && !started.deployment().receivers().isEmpty()) {
      open.put(started.rollout(), new Open(started, 0));
    }
    if (event instanceof RolloutEnded ended) {
      open.remove(ended.rollout());
    }
  }

  private static List<Letter> letters(Notice notice) {
    return notice.started().deployment().receivers().stream()
        .filter(receiver -> receiver.on().contains(notice.occasion()))
        .map(receiver -> new Letter(notice, receiver))
        .toList();
  }

  private void send(Letter letter) {
    boxes
        .computeIfAbsent(
            new Box(letter.receiver().kind(), letter.receiver().secret()), _ -> opened())
        .add(letter);
  }

  private Mailbox opened() {
    var box = new Mailbox(courier);
    threads.add(Thread.ofVirtual().name("notices").start(box));
    return box;
  }

  @Override
  public void close() {
    subscription.close();
    courier.stop();
    List<Thread> ending;
    synchronized (this) {
      boxes.values().forEach(Mailbox::close);
      ending = List.copyOf(threads);
    }
    for (Thread thread : ending) {
      try {
        thread.join(GRACE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
