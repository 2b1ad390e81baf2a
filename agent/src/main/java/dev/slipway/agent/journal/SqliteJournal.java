package dev.slipway.agent.journal;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.journal.SqliteStore.Row;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.ReleaseId;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** A journal in an SQLite file, read once when it is opened. */
final class SqliteJournal implements Journal {
  private final SqliteStore store;
  private final InstantSource clock;
  private final Ledger ledger;
  private final Epoch epoch;
  private final ReentrantLock lock = new ReentrantLock();
  private final CopyOnWriteArrayList<Consumer<Entry>> listeners = new CopyOnWriteArrayList<>();
  private boolean broken;

  SqliteJournal(SqliteStore store, InstantSource clock, Ledger ledger, Epoch epoch) {
    this.store = store;
    this.clock = clock;
    this.ledger = ledger;
    this.epoch = epoch;
  }

  @Override
  public Epoch epoch() {
    return epoch;
  }

  @Override
  public RolloutId next(Target target) {
    return locked(() -> ledger.next(target));
  }

  @Override
  public List<Entry> append(List<? extends Event> events) {
    return locked(() -> {
      var at = clock.instant();
      var rows = events.stream().map(event -> Row.of(at, event)).toList();
      List<Long> sequences = written(() -> store.insert(rows));
      var entries = new ArrayList<Entry>();
      for (int i = 0; i < events.size(); i++) {
        entries.add(new Entry(sequences.get(i), at, events.get(i)));
      }
      entries.forEach(ledger::fold);
      entries.forEach(entry -> listeners.forEach(listener -> listener.accept(entry)));
      return List.copyOf(entries);
    });
  }

  @Override
  public List<Entry> events(RolloutId rollout) {
    return written(() -> store.ofRollout(rollout.number()));
  }

  @Override
  public List<Entry> after(long sequence, int limit) {
    return written(() -> store.after(sequence, limit));
  }

  @Override
  public Subscription subscribe(Consumer<Entry> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public List<RolloutId> open() {
    return locked(ledger::open);
  }

  @Override
  public List<RolloutId> recent(Instant since) {
    return locked(() -> ledger.recent(since));
  }

  @Override
  public Set<Target> targets() {
    return locked(ledger::targets);
  }

  @Override
  public Optional<Delivery> stable(Target target) {
    return locked(() -> ledger.stable(target));
  }

  @Override
  public Optional<Delivery> adopted(Target target) {
    return locked(() -> ledger.adopted(target));
  }

  @Override
  public Optional<Delivery> delivery(Target target, ReleaseId release) {
    return locked(() -> ledger.delivery(target, release));
  }

  @Override
  public List<Quarantine> quarantined(Target target) {
    return locked(() -> ledger.quarantined(target));
  }

  @Override
  public Optional<Pin> pin(Target target) {
    return locked(() -> ledger.pin(target));
  }

  @Override
  public Map<String, String> generations(Target target) {
    return locked(() -> ledger.generations(target));
  }

  @Override
  public Map<String, String> secretMarks(Target target) {
    return locked(() -> ledger.secretMarks(target));
  }

  @Override
  public List<Summary> history(Target target, int limit) {
    return locked(() -> ledger.history(target, limit));
  }

  @Override
  public Optional<String> tip(String repository, String branch) {
    return locked(() -> ledger.tip(repository, branch));
  }

  @Override
  public Optional<Instant> pushed(String repository, String branch) {
    return locked(() -> ledger.pushed(repository, branch));
  }

  @Override
  public List<Preview> previews() {
    return locked(ledger::previews);
  }

  @Override
  public Set<Integer> foreignPorts() {
    return locked(ledger::foreignPorts);
  }

  @Override
  public Map<String, Deployment> left(Target target) {
    return locked(() -> ledger.left(target));
  }

  @Override
  public Map<String, Deployment> cleared(Target target) {
    return locked(() -> ledger.cleared(target));
  }

  @Override
  public List<Event.RemovalStarted> removals() {
    return locked(ledger::removals);
  }

  @Override
  public boolean isTried(Target target) {
    return locked(() -> ledger.isTried(target));
  }

  @Override
  public long published(String repository) {
    return locked(() -> ledger.published(repository));
  }

  @Override
  public int prune(Retention retention) {
    return locked(() -> {
      var pruning = ledger.prune(retention);
      return written(() -> store.prune(pruning));
    });
  }

  @Override
  public void close() {
    lock.lock();
    try {
      store.close();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Work on the file; the first failure is the last thing that is tried. */
  private <T> T written(Sql<T> work) {
    lock.lock();
    try {
      if (broken) {
        throw new JournalBrokenException("the journal failed before; the agent must stop");
      }
      return work.run();
    } catch (SQLException e) {
      broken = true;
      throw new JournalBrokenException(
          "%s: cannot be written or read: %s; free or repair the disk, then start the agent again"
              .formatted(store.file(), e.getMessage()),
          e);
    } finally {
      lock.unlock();
    }
  }

  /** Something that the database may refuse. */
  private interface Sql<T> {
    T run() throws SQLException;
  }
}
