package dev.slipway.agent.reconcile;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.gates.Votes;
import dev.slipway.agent.reconcile.past.Crossing;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.reconcile.past.Stables;
import dev.slipway.agent.reconcile.tenancy.Neighbours;
import dev.slipway.agent.reconcile.turns.Gate;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what is wanted with what runs, for every application of every repository. */
public final class Reconciler implements Control, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int HISTORY = 50;

  private final Services services;
  private final Votes votes;
  private final Takeovers takeovers;
  private final Board board;
  private final Gate gate = new Gate();
  private final Neighbours neighbours = new Neighbours(this::wanted);
  private final Retreats retreats = new Retreats();
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
  public Reconciler(
      Services services, Takeovers takeovers, Consumer<JournalBrokenException> fatal) {
    this.services = services;
    this.votes = new Votes(services.rollouts());
    this.takeovers = takeovers;
    this.board = new Board(services.journal(), () -> publishers.forEach(Publisher::changed), fatal);
  }

  /** Follows a repository; returns what to call at every poll, which says whether it went well. */
  public Poll follow(
      Repository spec, ConfigRepository repository, Set<String> patterns, Reader reader) {
    var follower =
        new Follower(spec, repository, patterns, reader, services, this::offer, votes, board);
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

  /** How hosts and balancers are made to obey this agent, whatever agent they obeyed before. */
  public interface Takeovers {
    /** Takes over everything that a deployment stands on; returns what came of it, by name. */
    Map<String, Act> of(Deployment deployment);
  }

  /** A poll, which returns whether it went well. */
  public interface Poll {
    /** Polls once. */
    boolean run();
  }

  /** Takes up every rollout that the journal has open. */
  public void start() {
    services.journal().open().stream().map(RolloutId::target).forEach(this::worker);
    services.journal().removals().stream().map(Event.RemovalStarted::target).forEach(this::worker);
  }

  private void gone(Target target, Worker worker) {
    worker.close();
    workers.remove(target, worker);
    board.forget(target);
  }

  private Stream<Deployment> wanted() {
    return workers.values().stream()
        .flatMap(worker -> worker.deploy().stream())
        .map(Wanted.Deploy::deployment);
  }

  private void offer(Wanted wanted) {
    worker(wanted.target()).offer(wanted);
  }

  private Worker worker(Target target) {
    return workers.computeIfAbsent(
        target,
        _ -> {
          var worker =
              new Worker(target, services, gate, board, neighbours, one -> gone(target, one));
          board.remember(target);
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
  public List<RepositoryStatus> repositories() {
    return board.repositories();
  }

  @Override
  public List<RolloutStatus> history(Target target, int limit) {
    return new Views(services.journal()).history(target, limit);
  }

  @Override
  public Asked plan(Target target) {
    Worker worker = workers.get(target);
    return worker == null ? unknown(target) : new DryRun(services).plan(worker);
  }

  @Override
  public Asked commit(Target target, String prefix) {
    Worker worker = workers.get(target);
    Follower follower = followers.get(target.repository());
    if (worker == null || follower == null) {
      return unknown(target);
    }
    return Judgement.of(prefix, follower, worker, history(target, HISTORY));
  }

  @Override
  public Asked rollback(Target target, Optional<String> to, Irreversible tasks, Person by) {
    Worker worker = workers.get(target);
    if (worker == null) {
      return unknown(target);
    }
    var stables = Stables.of(services.journal(), target);
    Optional<RolloutStarted> running = running(target);
    if (running.isPresent()) {
      return to.isEmpty()
          ? turnBack(running.get(), by)
          : new Asked.Conflict(
              "a rollout of %s is under way; 'slipway abort' it first".formatted(target));
    }
    List<Delivery> found = to.map(stables::former).orElseGet(stables::former);
    boolean isClear = to.isEmpty() || found.size() == 1;
    return found.isEmpty() || !isClear
        ? new Asked.Conflict(
            "%s of %s to go back to; there are: %s"
                .formatted(
                    to.map(name -> "there is not exactly one release '%s'".formatted(name))
                        .orElse("there is no earlier release"),
                    target,
                    stables.names()))
        : goBack(worker, target, found.getFirst(), tasks, by);
  }

  /** What the branch asks for at present is held too, whether or not it runs already. */
  private Asked goBack(
      Worker worker, Target target, Delivery former, Irreversible tasks, Person by) {
    Journal journal = services.journal();
    Optional<Delivery> present = journal.stable(target);
    if (present.isEmpty()) {
      return new Asked.Conflict("nothing of %s was ever stable".formatted(target));
    }
    Optional<String> crossed = new Crossing(journal, target).on(former);
    if (crossed.isPresent() && tasks == Irreversible.HEED) {
      return new Asked.Conflict(
          "%s; go back all the same with --cross-irreversible".formatted(crossed.get()));
    }
    String why = "rolled back by %s: %s".formatted(by.name(), by.why());
    var events = new ArrayList<Event>();
    Stream.concat(present.stream(), worker.asked().stream())
        .map(Delivery::id)
        .filter(one -> !one.equals(former.id()))
        .distinct()
        .forEach(one -> events.add(new Event.Quarantined(target, one, why)));
    events.add(new Event.Pinned(target, former.id(), by.name(), by.why()));
    journal.append(events);
    Optional<Delivery> other = worker.asked().filter(one -> !one.id().equals(present.get().id()));
    retreats.note(target, other.orElse(present.get()), former);
    worker.order(former);
    return new Asked.Done(
        "going back from %s to %s, and held there until the branch asks for another release"
            .formatted(present.get().id(), former.id()));
  }

  /** A rollout that is under way is aborted, unless it is itself what a person asked for. */
  private Asked turnBack(RolloutStarted running, Person by) {
    Target target = running.target();
    boolean isWayBack =
        services.journal().pin(target).stream()
            .anyMatch(pin -> pin.release().equals(running.delivery().id()));
    if (isWayBack) {
      return new Asked.Done("already going back to " + running.delivery().id());
    }
    Asked asked = abort(target, by);
    running.stable().ifPresent(stable -> retreats.note(target, running.delivery(), stable));
    return asked;
  }

  private Optional<RolloutStarted> running(Target target) {
    return new Past(services.journal(), target).running();
  }

  @Override
  public Asked revert(Target target, Person by) {
    Follower follower = followers.get(target.repository());
    return follower == null ? unknown(target) : retreats.follow(target, by, follower);
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
  public Asked vote(Target target, Reach reach, Person by) {
    Follower follower = followers.get(target.repository());
    return follower == null || !workers.containsKey(target)
        ? unknown(target)
        : Asked.of(votes.asked(target, by.name(), by.why(), reach, follower::authors));
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
  public Asked adopt(Target target, Person by) {
    Worker worker = workers.get(target);
    return worker == null ? unknown(target) : new Adopting(services).adopt(target, worker, by);
  }

  @Override
  public Asked forget(Target target, Optional<String> host, Person by) {
    Worker worker = workers.get(target);
    Follower follower = followers.get(target.repository());
    return worker == null || follower == null
        ? unknown(target)
        : host.map(one -> forget(worker, one, by))
            .orElseGet(() -> forget(worker, follower, target, by));
  }

  private Asked forget(Worker worker, Follower follower, Target target, Person by) {
    if (running(target).isPresent()) {
      return new Asked.Conflict("a rollout of %s is under way".formatted(target));
    }
    String left = Views.left(board.status(target));
    return switch (follower.release(target, () -> drop(worker, target, by))) {
      case Follower.Released.Gone() ->
          new Asked.Done("%s is forgotten%n%s".formatted(target, left));
      case Follower.Released.Kept(var reason) ->
          new Asked.Conflict(
              "%s is not forgotten: %s; take it out of there first".formatted(target, reason));
    };
  }

  private static Asked forget(Worker worker, String host, Person by) {
    return worker.forget(host, by)
        ? new Asked.Done("%s is forgotten".formatted(host))
        : new Asked.Conflict("%s was not taken out, or is cleared".formatted(host));
  }

  private void drop(Worker worker, Target target, Person by) {
    services.journal().append(new Event.Forgotten(target, by.name(), by.why()));
    gone(target, worker);
    LOG.info("{}: forgotten by {} ({})", target, by.name(), by.why());
  }

  @Override
  public Asked takeover(Target target, Person by) {
    Worker worker = workers.get(target);
    if (worker == null) {
      return unknown(target);
    }
    Optional<Deployment> deployment = worker.deployment();
    if (deployment.isEmpty()) {
      return new Asked.Conflict("nobody knows what %s stands on".formatted(target));
    }
    Map<String, Act> acts = takeovers.of(deployment.get());
    LOG.warn("{}: taken over by {} ({}): {}", target, by.name(), by.why(), acts);
    List<String> left =
        acts.entrySet().stream()
            .filter(act -> !(act.getValue() instanceof Act.Done))
            .map(act -> act.getKey() + ": " + act.getValue().text())
            .toList();
    worker.retry();
    return left.isEmpty()
        ? new Asked.Done("%s is taken over: %s".formatted(target, acts.keySet()))
        : new Asked.Conflict(
            "%s is not taken over everywhere; ask again when this is mended:%n%s"
                .formatted(target, String.join("\n", left)));
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
