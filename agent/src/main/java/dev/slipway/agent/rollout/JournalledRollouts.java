package dev.slipway.agent.rollout;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.Course.CourseEnd;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.gate.Authors;
import dev.slipway.agent.rollout.gate.Vote;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.agent.rollout.gate.Voting;
import dev.slipway.agent.rollout.removal.Departed;
import dev.slipway.agent.rollout.removal.Listeners;
import dev.slipway.agent.rollout.removal.Removal;
import dev.slipway.agent.rollout.removal.Withdrawal;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.plan.Planning;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Rollouts whose every step is in the journal before and after it is done. */
final class JournalledRollouts implements Rollouts {
  private final Workshop shop;
  private final Map<Target, Running> running = new ConcurrentHashMap<>();
  private final Signal end = new Signal();
  private volatile boolean leaving;

  JournalledRollouts(Workshop shop) {
    this.shop = shop;
  }

  /** A rollout that is being planned or carried out, and what is wished of it. */
  private record Running(Optional<Event.RolloutStarted> start, Wishes wishes) {
    private Optional<RolloutId> rollout() {
      return start.map(Event.RolloutStarted::rollout);
    }

    /**
     * Other commits may ask for what is being done: the revert that a rollback makes, and the first
     * poll after a restart.
     */
    private boolean brings(Wishes.Takeover newer) {
      return start
          .filter(it -> it.delivery().id().equals(newer.delivery().id()))
          .filter(it -> it.deployment().isDoneLike(newer.deployment()))
          .isPresent();
    }
  }

  @Override
  public Result start(Deployment deployment, Delivery wanted, String cause) {
    Target target = deployment.target();
    reserveNew(target);
    try {
      return switch (shop.plan(deployment, wanted)) {
        case Workshop.Planned.Not(Result.NothingToDo nothing) -> {
          shop.adopted(deployment, wanted).ifPresent(shop.journal()::append);
          yield nothing;
        }
        case Workshop.Planned.Not(var result) -> result;
        case Workshop.Planned.Lacking(var plan, var _)
            when shop.isKnown(plan.skipped(), wanted, target) ->
            new Result.NotNow(
                List.of("still to catch up: %s".formatted(String.join(", ", plan.skipped()))));
        case Workshop.Planned.Lacking(var plan, var seen) ->
            begin(shop.start(deployment, wanted, cause, plan, Optional.empty()), seen);
        case Workshop.Planned.Ready(var plan, var seen) ->
            begin(shop.start(deployment, wanted, cause, plan, Optional.empty()), seen);
      };
    } finally {
      running.remove(target);
    }
  }

  private Result begin(Event.RolloutStarted start, Observation.Seen seen) {
    shop.journal().append(start);
    return carry(start.rollout(), Optional.of(seen));
  }

  @Override
  public Result resume(RolloutId rollout) {
    if (!shop.journal().open().contains(rollout)) {
      throw new IllegalStateException("%s is not open".formatted(rollout));
    }
    reserve(rollout.target());
    try {
      return carry(rollout, Optional.empty());
    } finally {
      running.remove(rollout.target());
    }
  }

  private void reserveNew(Target target) {
    if (shop.journal().open().stream().anyMatch(open -> open.target().equals(target))) {
      throw new IllegalStateException("a rollout of %s is open; resume it".formatted(target));
    }
    reserve(target);
  }

  private void reserve(Target target) {
    if (running.putIfAbsent(target, new Running(Optional.empty(), new Wishes())) != null) {
      throw new IllegalStateException("a rollout of %s is running".formatted(target));
    }
  }

  /** Carries out a rollout and those that take over from it. */
  private Result carry(RolloutId first, Optional<Observation.Seen> justSeen) {
    CourseEnd end = new CourseEnd.TakenOver(first, justSeen);
    while (end instanceof CourseEnd.TakenOver(var rollout, var seen)) {
      if (leaving) {
        return new Result.Left(rollout);
      }
      end = course(rollout, seen);
    }
    return ((CourseEnd.Over) end).result();
  }

  private CourseEnd course(RolloutId rollout, Optional<Observation.Seen> seen) {
    var trace = Trace.of(shop.journal().events(rollout));
    var wishes = new Wishes();
    running.put(rollout.target(), new Running(Optional.of(trace.start()), wishes));
    if (leaving) {
      wishes.leave();
    }
    trace.abort().ifPresent(asked -> wishes.abort(reason(asked.who(), asked.why()), () -> {}));
    try (Ground ground = shop.grounds().open(trace.start().deployment(), shop.journal().epoch())) {
      return new Course(shop, trace.start(), wishes, ground, seen).run();
    }
  }

  @Override
  public Asked supersede(Deployment deployment, Delivery wanted, String cause) {
    Running now = running.get(deployment.target());
    if (now == null || now.rollout().isEmpty()) {
      return Asked.NOTHING_RUNS;
    }
    var newer = new Wishes.Takeover(deployment, wanted, cause);
    return now.brings(newer) ? now.wishes().stay() : now.wishes().supersede(newer);
  }

  @Override
  public Asked abort(Target target, String who, String why) {
    Running now = running.get(target);
    return now == null || now.rollout().isEmpty()
        ? Asked.NOTHING_RUNS
        : now.wishes()
            .abort(
                reason(who, why),
                () -> shop.journal().append(new Event.AbortAsked(now.rollout().get(), who, why)));
  }

  /** One vote at a time, so that nobody counts twice; what goes back already stays so. */
  @Override
  public Voted vote(Target target, Vote vote, Authors authors) {
    var voting = new Voting(shop.journal(), target, vote, authors);
    synchronized (running) {
      Running now = running.get(target);
      return now == null || now.rollout().isEmpty()
          ? voting.count()
          : now.wishes()
              .unlessTurning(voting::count)
              .orElseGet(() ->
                  new Voted.Refused(
                      "the rollout of %s ends or goes back already".formatted(target)));
    }
  }

  private static String reason(String who, String why) {
    return "%s aborted: %s".formatted(who, why);
  }

  @Override
  public void leave() {
    leaving = true;
    end.raise("the agent is shutting down");
    List.copyOf(running.values()).forEach(now -> now.wishes().leave());
  }

  @Override
  public List<String> remove(Deployment deployment) {
    reserve(deployment.target());
    try {
      return removed(deployment);
    } finally {
      running.remove(deployment.target());
    }
  }

  private List<String> removed(Deployment deployment) {
    Optional<Delivery> last = last(deployment.target());
    if (last.isEmpty()) {
      return List.of();
    }
    try (Ground ground = shop.grounds().open(deployment, shop.journal().epoch())) {
      var deliveries = shop.deliveries(deployment, last.get());
      return new Removal(
              deployment, _ -> true, ground, deliveries, shop.journal().epoch(), shop.waiter(), end)
          .run();
    }
  }

  private Optional<Delivery> last(Target target) {
    return shop.journal()
        .stable(target)
        .or(() -> shop.journal().history(target, 1).stream().map(Summary::delivery).findFirst());
  }

  @Override
  public List<String> withdraw(Deployment present, Departed departed) {
    reserve(present.target());
    try {
      return last(present.target())
          .map(last -> shop.deliveries(departed.former(), last))
          .map(deliveries ->
              new Withdrawal(
                      present,
                      departed,
                      shop.grounds(),
                      deliveries,
                      shop.journal().epoch(),
                      shop.waiter(),
                      end)
                  .run())
          .orElse(List.of());
    } finally {
      running.remove(present.target());
    }
  }

  @Override
  public List<String> unite(Deployment deployment, Delivery stable) {
    reserveNew(deployment.target());
    try (Ground ground = shop.grounds().open(deployment, shop.journal().epoch())) {
      return new Uniting(shop, deployment, stable, ground).run();
    } finally {
      running.remove(deployment.target());
    }
  }

  @Override
  public Map<Integer, String> occupied(Deployment deployment) {
    try (Ground ground = shop.grounds().open(deployment, shop.journal().epoch())) {
      return Listeners.on(deployment, ground);
    }
  }

  @Override
  public Observation observe(Deployment deployment, Delivery wanted) {
    return shop.observe(deployment, wanted);
  }

  @Override
  public Planning plan(Deployment deployment, Delivery wanted, Observation.Seen seen) {
    return shop.plan(deployment, wanted, seen);
  }

  @Override
  public Map<String, String> generations(Deployment deployment) {
    return shop.generations(deployment);
  }
}
