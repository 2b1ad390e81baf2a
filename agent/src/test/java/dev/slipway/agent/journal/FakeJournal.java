package dev.slipway.agent.journal;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A journal in memory that a fuse kills on both sides of every write. */
public final class FakeJournal implements Journal {
  private final Disk disk;
  private final Fuse fuse;
  private final InstantSource clock;
  private final Ledger ledger = new Ledger();
  private final Epoch epoch;
  private final CopyOnWriteArrayList<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();

  /** What survives the agent. */
  public static final class Disk {
    private final List<Entry> entries = new ArrayList<>();
    private long epoch;
    private long sequence;

    /** Returns everything that was written. */
    public synchronized List<Entry> entries() {
      return List.copyOf(entries);
    }

    private synchronized Entry write(Entry entry) {
      entries.add(entry);
      sequence = entry.sequence();
      return entry;
    }

    private synchronized long raise() {
      epoch++;
      return epoch;
    }

    private synchronized int drop(Predicate<Entry> which) {
      int before = entries.size();
      entries.removeIf(which);
      return before - entries.size();
    }
  }

  /** Opens the journal that is on a disk. */
  public FakeJournal(Disk disk, Fuse fuse, InstantSource clock) {
    this.disk = disk;
    this.fuse = fuse;
    this.clock = clock;
    this.epoch = new Epoch("test-store", disk.raise());
    disk.entries().forEach(ledger::fold);
  }

  @Override
  public Epoch epoch() {
    return epoch;
  }

  @Override
  public synchronized RolloutId next(Target target) {
    return ledger.next(target);
  }

  @Override
  public synchronized List<Entry> append(List<? extends Event> events) {
    fuse.burn();
    var written = new ArrayList<Entry>();
    for (Event event : events) {
      Event read = Wire.read(Wire.write(event));
      long sequence = Math.max(disk.sequence, Ledger.floor(read)) + 1;
      written.add(disk.write(new Entry(sequence, clock.instant(), read)));
    }
    written.forEach(ledger::fold);
    fuse.burn();
    written.forEach(entry -> listeners.forEach(listener -> listener.accept(entry)));
    return List.copyOf(written);
  }

  @Override
  public List<Entry> events(RolloutId rollout) {
    return disk.entries().stream().filter(entry -> isOf(rollout, entry)).toList();
  }

  private static boolean isOf(RolloutId rollout, Entry entry) {
    return entry.event() instanceof Event.OfRollout of && of.rollout().equals(rollout);
  }

  @Override
  public List<Entry> after(long sequence, int limit) {
    return disk.entries().stream()
        .filter(entry -> entry.sequence() > sequence)
        .limit(limit)
        .toList();
  }

  @Override
  public Subscription subscribe(Consumer<Entry> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public synchronized List<RolloutId> open() {
    return ledger.open();
  }

  @Override
  public synchronized List<RolloutId> recent(Instant since) {
    return ledger.recent(since);
  }

  @Override
  public synchronized Set<Target> targets() {
    return ledger.targets();
  }

  @Override
  public synchronized Optional<Delivery> adopted(Target target) {
    return ledger.adopted(target);
  }

  @Override
  public synchronized Optional<Delivery> stable(Target target) {
    return ledger.stable(target);
  }

  @Override
  public synchronized Optional<Delivery> delivery(Target target, ReleaseId release) {
    return ledger.delivery(target, release);
  }

  @Override
  public synchronized List<Quarantine> quarantined(Target target) {
    return ledger.quarantined(target);
  }

  @Override
  public synchronized Optional<Pin> pin(Target target) {
    return ledger.pin(target);
  }

  @Override
  public synchronized Map<String, String> secretMarks(Target target) {
    return ledger.secretMarks(target);
  }

  @Override
  public synchronized Map<String, String> generations(Target target) {
    return ledger.generations(target);
  }

  @Override
  public synchronized List<Summary> history(Target target, int limit) {
    return ledger.history(target, limit);
  }

  @Override
  public synchronized Optional<String> tip(String repository, String branch) {
    return ledger.tip(repository, branch);
  }

  @Override
  public synchronized Optional<Instant> pushed(String repository, String branch) {
    return ledger.pushed(repository, branch);
  }

  @Override
  public synchronized List<Preview> previews() {
    return ledger.previews();
  }

  @Override
  public synchronized Set<Integer> foreignPorts() {
    return ledger.foreignPorts();
  }

  @Override
  public synchronized Map<String, Deployment> left(Target target) {
    return ledger.left(target);
  }

  @Override
  public synchronized Map<String, Deployment> cleared(Target target) {
    return ledger.cleared(target);
  }

  @Override
  public synchronized List<Event.RemovalStarted> removals() {
    return ledger.removals();
  }

  @Override
  public synchronized boolean isTried(Target target) {
    return ledger.isTried(target);
  }

  @Override
  public synchronized long published(String repository) {
    return ledger.published(repository);
  }

  @Override
  public synchronized int prune(Retention retention) {
    Ledger.Pruning pruning = ledger.prune(retention);
    int gone = disk.drop(this::isOutdated);
    for (Summary summary : pruning.toSummaries()) {
      Entry last = events(summary.rollout()).getLast();
      gone += disk.drop(entry -> isOf(summary.rollout(), entry)) - 1;
      disk.entries.add(new Entry(last.sequence(), last.at(), new Event.RolloutSummarised(summary)));
      disk.entries.sort(java.util.Comparator.comparingLong(Entry::sequence));
    }
    for (RolloutId rollout : pruning.toNothing()) {
      gone += disk.drop(entry -> isOf(rollout, entry));
    }
    return gone;
  }

  private boolean isOutdated(Entry entry) {
    Optional<String> topic = Ledger.topic(entry.event());
    return topic.isPresent()
        && disk.entries.stream()
            .anyMatch(other ->
                other.sequence() > entry.sequence() && Ledger.topic(other.event()).equals(topic));
  }

  @Override
  public void close() {}
}
