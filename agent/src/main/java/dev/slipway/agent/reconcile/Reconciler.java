package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.Planning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Compares what is wanted with what runs, for every application of every repository. */
public final class Reconciler implements Control, AutoCloseable {
  private static final int HISTORY = 100;

  private final Services services;
  private final Board board;
  private final Gate gate = new Gate();
  private final Map<Target, Worker> workers = new ConcurrentSkipListMap<>();
  private final Map<String, Follower> followers = new ConcurrentHashMap<>();
  private final List<Publisher> publishers = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Thread> writers = new CopyOnWriteArrayList<>();

  /**
   * Makes a reconciler; nothing happens before {@link #start()}.
   *
   * @param fatal is told when the journal broke, after which nothing may be done
   */
  public Reconciler(Services services, Consumer<JournalBrokenException> fatal) {
    this.services = services;
    this.board = new Board(services.journal(), () -> publishers.forEach(Publisher::changed), fatal);
  }

  /** Follows a repository; returns what to call at every poll, which says whether it went well. */
  public Poll follow(
      Repository spec, ConfigRepository repository, Set<String> patterns, Reader reader) {
    var follower = new Follower(spec, repository, patterns, reader, services, this::offer, board);
    followers.put(follower.name(), follower);
    var publisher =
        new Publisher(
            follower.name(),
            follower::publish,
            services.journal(),
            services.waiter(),
            services.tempo(),
            board);
    publishers.add(publisher);
    writers.add(Thread.ofVirtual().name("publish " + follower.name()).start(publisher));
    return () -> follower.poll() == Follower.Poll.GOOD;
  }

  /** A poll, which returns whether it went well. */
  public interface Poll {
    /** Polls once. */
    boolean run();
  }

  /** Takes up every rollout that the journal has open. */
  public void start() {
    services.journal().open().stream().map(RolloutId::target).forEach(this::worker);
  }

  private void offer(Wanted wanted) {
    worker(wanted.target()).offer(wanted);
  }

  private Worker worker(Target target) {
    return workers.computeIfAbsent(
        target,
        _ -> {
          var worker = new Worker(target, services, gate, board);
          threads.add(Thread.ofVirtual().name("worker " + target).start(worker));
          return worker;
        });
  }

  @Override
  public void close() {
    services.rollouts().leave();
    workers.values().forEach(Worker::close);
    join(threads);
    // Only now, so that the last status tells how the workers left everything.
    publishers.forEach(Publisher::close);
    join(writers);
  }

  private static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join(java.time.Duration.ofSeconds(20));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public List<ApplicationStatus> status() {
    return board.status();
  }

  @Override
  public List<RolloutStatus> history(Target target, int limit) {
    return new Views(services.journal()).history(target, limit);
  }

  @Override
  public Asked plan(Target target) {
    Worker worker = workers.get(target);
    if (worker == null) {
      return unknown(target);
    }
    if (!(worker.wanted().orElse(null) instanceof Wanted.Deploy(var deployment))) {
      return new Asked.Conflict("nothing is to be deployed: " + worker.wanted());
    }
    return switch (worker.prepared().orElseThrow()) {
      case Prepared.Refused(var reason) -> new Asked.Conflict(reason);
      case Prepared.Unavailable(var reason) -> new Asked.Conflict(reason);
      case Prepared.Ready(var delivery) ->
          switch (services.rollouts().observe(deployment, delivery)) {
            case Observation.Blind(var reasons) -> new Asked.Conflict(String.join("\n", reasons));
            case Observation.Seen seen ->
                switch (deployment.strategy().plan(seen.situation())) {
                  case Planning.Ready(var plan) -> new Asked.Done(plan.render());
                  case Planning.Refused(var reasons) ->
                      new Asked.Conflict(String.join("\n", reasons));
                };
          };
    };
  }

  @Override
  public Asked rollback(Target target, Person by) {
    Worker worker = workers.get(target);
    if (worker == null) {
      return unknown(target);
    }
    Journal journal = services.journal();
    if (journal.open().stream().anyMatch(open -> open.target().equals(target))) {
      return abort(target, by);
    }
    Optional<Delivery> present = journal.stable(target);
    Optional<Delivery> former = former(target, present);
    if (present.isEmpty() || former.isEmpty()) {
      return new Asked.Conflict(
          "there is no earlier release of %s to go back to".formatted(target));
    }
    String why = "rolled back by %s: %s".formatted(by.name(), by.why());
    journal.append(
        List.of(
            new Event.Quarantined(target, present.get().id(), why),
            new Event.Pinned(target, former.get().id(), by.name(), by.why())));
    worker.order(former.get());
    return new Asked.Done(
        "going back from %s to %s; let Git follow: git revert %s"
            .formatted(present.get().id(), former.get().id(), present.get().revision()));
  }

  private Optional<Delivery> former(Target target, Optional<Delivery> present) {
    return services.journal().history(target, HISTORY).stream()
        .filter(one -> one.ending() == Ending.SUCCEEDED)
        .map(Summary::delivery)
        .filter(one -> present.filter(now -> now.id().equals(one.id())).isEmpty())
        .findFirst();
  }

  @Override
  public Asked abort(Target target, Person by) {
    if (!workers.containsKey(target)) {
      return unknown(target);
    }
    return switch (services.rollouts().abort(target, by.name(), by.why())) {
      case TURNING -> new Asked.Done("going back to the last stable release");
      case NOTHING_RUNS -> new Asked.Conflict("no rollout of %s is under way".formatted(target));
    };
  }

  @Override
  public Asked retry(Target target, Person by) {
    Worker worker = workers.get(target);
    if (worker == null) {
      return unknown(target);
    }
    var lifted = new ArrayList<Event>();
    services
        .journal()
        .quarantined(target)
        .forEach(one -> lifted.add(new Event.QuarantineLifted(target, one.release(), by.name())));
    if (!lifted.isEmpty()) {
      services.journal().append(lifted);
    }
    worker.retry();
    return new Asked.Done("trying again");
  }

  @Override
  public Asked accept(String repository, String branch, Person by) {
    Follower follower = followers.get(repository);
    if (follower == null) {
      return new Asked.NotFound("there is no repository '%s'".formatted(repository));
    }
    return follower.accept(branch)
        ? new Asked.Done("the rewritten history of '%s' is accepted".formatted(branch))
        : new Asked.Conflict("the history of '%s' was not rewritten".formatted(branch));
  }

  private Asked unknown(Target target) {
    return new Asked.NotFound(
        "there is no application %s; there are: %s".formatted(target, workers.keySet()));
  }
}
