package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.plan.InstanceStep.Activate;
import dev.slipway.strategies.plan.InstanceStep.Clear;
import dev.slipway.strategies.plan.InstanceStep.Prove;
import dev.slipway.strategies.plan.InstanceStep.Relink;
import dev.slipway.strategies.plan.InstanceStep.Stage;
import dev.slipway.strategies.plan.InstanceStep.Start;
import dev.slipway.strategies.plan.InstanceStep.Stop;
import dev.slipway.strategies.plan.JudgeStep.Smoke;
import dev.slipway.strategies.plan.TrafficStep.Admit;
import dev.slipway.strategies.plan.TrafficStep.Drain;
import dev.slipway.strategies.plan.TrafficStep.Retire;
import dev.slipway.strategies.plan.WaitStep.AwaitIdle;
import dev.slipway.strategies.plan.WaitStep.Join;
import dev.slipway.strategies.plan.WaitStep.WarmUp;
import java.util.ArrayList;
import java.util.List;

/**
 * The lanes that strategies are made of: what happens on one host, and what takes it back.
 *
 * <p>Traffic leaves before anything is stopped and comes back after it is proven; where no balancer
 * stands in front, there are no steps on traffic. Roles that use the same link on a host stop
 * before it is set and start after it.
 */
public final class Lanes {
  private final Situation situation;
  private final boolean balanced;
  private final Naming naming;

  /** Makes lanes for a situation. */
  public Lanes(Situation situation) {
    this.situation = situation;
    this.balanced = situation.traffic().isPresent();
    this.naming = situation.fleet().naming();
  }

  /** Another role that uses the link of a host's active slot. */
  private record Beside(Lanes lanes, HostView host) {
    private List<Move> takeDown() {
      return lanes.takeDown(host, host.active());
    }

    private List<Move> serve() {
      return lanes.serve(host, host.active());
    }
  }

  /** Returns the background lane that brings the release to a host. */
  public Lane stage(HostView host) {
    return Lane.of(staging(host), new Stage(host.active(), situation.target()));
  }

  /** Returns a lane that waits until the release is on a host. */
  public Lane staged(HostView host) {
    return Lane.of("await " + name(host), new Join(staging(host)));
  }

  /** Returns the lane that replaces the active instance where it is. */
  public Lane inPlace(HostView host) {
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Join(staging(host))));
    moves.addAll(takeDown(host));
    moves.addAll(bringUp(host));
    return new Lane(name(host), moves);
  }

  /** Returns the lane that starts the release in the spare slot before the active one stops. */
  public Lane surge(HostView host) {
    Instance next = host.next();
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Join(staging(host))));
    host.leftovers().forEach(leftover -> moves.addAll(tidy(leftover)));
    moves.add(activate(host, next));
    moves.addAll(serve(host, next));
    moves.addAll(takeDown(host, host.active()));
    if (balanced) {
      moves.add(Move.of(new Retire(host.active())));
    }
    return new Lane(name(host), moves);
  }

  /** Returns the lane that has the release proven in the idle slot, where nobody asks it yet. */
  public Lane prepare(HostView host) {
    Instance next = host.next();
    var moves = new ArrayList<Move>();
    if (host.standby().isEmpty()) {
      moves.add(Move.of(new Join(staging(host))));
      host.leftovers().forEach(leftover -> moves.addAll(tidy(leftover)));
      moves.add(activate(host, next));
    }
    moves.add(Move.of(new Start(next), new Stop(next)));
    moves.addAll(proven(next));
    return new Lane("prepare " + name(host), moves);
  }

  /**
   * Returns the lane that replaces the active instance where it is, and leaves requests to others.
   */
  public Lane convert(HostView host) {
    Instance active = host.active();
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Join(staging(host))));
    moves.addAll(takeDown(host));
    moves.add(activate(host, active));
    moves.add(Move.of(new Start(active), new Stop(active)));
    moves.addAll(proven(active));
    beside(host).forEach(other -> moves.addAll(other.serve()));
    return new Lane("convert " + name(host), moves);
  }

  /** Returns the lane that looks at a prepared slot once more, and starts what has died there. */
  public Lane proveAgain(HostView host) {
    Instance next = host.next();
    return new Lane(
        "prove %s again".formatted(name(host)),
        List.of(Move.of(new Start(next), new Stop(next)), Move.of(new Prove(next))));
  }

  /** Returns the lane that stops what was active, once it has no requests any more. */
  public Lane putAway(HostView host) {
    Instance former = host.active();
    var moves = new ArrayList<Move>();
    if (host.pooled().isPresent()) {
      moves.add(Move.of(idle(former)));
    }
    moves.add(Move.of(new Stop(former)));
    moves.add(Move.of(new Retire(former)));
    return new Lane("put away " + name(host), moves);
  }

  /** Returns the lane that lets what was active run on without requests, as a way back. */
  public Lane leave(HostView host) {
    Instance former = host.active();
    var moves = new ArrayList<Move>();
    if (host.pooled().isPresent()) {
      moves.add(Move.of(idle(former)));
    }
    moves.add(Move.of(new Retire(former)));
    return new Lane("leave " + name(host), moves);
  }

  /** Returns the lane for a host that runs the release already but is not quite done. */
  public Lane finish(HostView host) {
    var moves = new ArrayList<Move>();
    if (!situation.plays()) {
      moves.addAll(retire(host.active()));
    } else if (!host.admitted(host.active())) {
      moves.addAll(proven(host.active()));
      moves.add(Move.of(new Admit(host.active())));
    }
    host.strays().forEach(leftover -> moves.addAll(tidy(leftover)));
    return new Lane(name(host), moves);
  }

  /** Returns the lane that only takes the active instance down. */
  public Lane stop(HostView host) {
    return new Lane("stop " + name(host), takeDown(host));
  }

  /** Returns the lane that only brings the release up in the active slot. */
  public Lane start(HostView host) {
    return new Lane(name(host), bringUp(host));
  }

  /** Those beside it first: they may take long, and meanwhile it serves. */
  private List<Move> takeDown(HostView host) {
    var moves = new ArrayList<Move>();
    beside(host).forEach(other -> moves.addAll(other.takeDown()));
    moves.addAll(takeDown(host, host.active()));
    return moves;
  }

  private List<Move> bringUp(HostView host) {
    var moves = new ArrayList<Move>();
    moves.add(activate(host, host.active()));
    moves.addAll(serve(host, host.active()));
    beside(host).forEach(other -> moves.addAll(other.serve()));
    return moves;
  }

  private List<Beside> beside(HostView host) {
    return situation.beside().stream()
        .flatMap(other -> host.on(other).stream().map(there -> new Beside(new Lanes(other), there)))
        .toList();
  }

  private List<Move> takeDown(HostView host, Instance instance) {
    var moves = new ArrayList<Move>();
    if (host.inPool(instance)) {
      // A balancer may send requests to where nothing was yet: there is nothing to send back there.
      boolean isEmpty = host.state(instance).occupant() instanceof Occupant.None;
      moves.add(
          host.admitted(instance) && !isEmpty
              ? Move.of(new Drain(instance), new Admit(instance))
              : Move.of(new Drain(instance)));
      moves.add(Move.of(idle(instance)));
    }
    moves.add(
        switch (host.state(instance).condition()) {
          case HEALTHY -> Move.of(new Stop(instance), new Start(instance), new Prove(instance));
          case UNHEALTHY -> Move.of(new Stop(instance), new Start(instance));
          case STOPPED, UNREACHABLE -> Move.of(new Stop(instance));
        });
    return moves;
  }

  private Move activate(HostView host, Instance instance) {
    return Move.of(new Activate(instance, situation.target()), relinked(host, instance));
  }

  private List<Move> serve(HostView host, Instance instance) {
    if (!situation.plays()) {
      return List.of();
    }
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Start(instance), new Stop(instance)));
    moves.addAll(proven(instance));
    if (balanced) {
      moves.add(
          host.inPool(instance)
              ? Move.of(new Admit(instance), new Drain(instance), idle(instance))
              : Move.of(
                  new Admit(instance), new Drain(instance), idle(instance), new Retire(instance)));
    }
    return moves;
  }

  /** What was stable passed its trials once, and a way back is not held up by any. */
  private List<Move> proven(Instance instance) {
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Prove(instance)));
    if (situation.isNew()) {
      Trials trials = situation.role().trials();
      trials.warmup().map(warmup -> Move.of(new WarmUp(instance, warmup))).ifPresent(moves::add);
      if (!trials.smokeTests().isEmpty()) {
        moves.add(Move.of(new Smoke(instance, trials.smokeTests())));
      }
    }
    return moves;
  }

  private List<Move> tidy(Instance leftover) {
    var moves = new ArrayList<Move>();
    if (balanced) {
      moves.addAll(retire(leftover));
    }
    moves.add(Move.of(new Stop(leftover)));
    return moves;
  }

  private List<Move> retire(Instance instance) {
    return List.of(
        Move.of(new Drain(instance)), Move.of(idle(instance)), Move.of(new Retire(instance)));
  }

  private static Step relinked(HostView host, Instance instance) {
    return switch (host.state(instance).occupant()) {
      case Occupant.Known(var release) -> new Activate(instance, release);
      case Occupant.Foreign(var target) -> new Relink(instance, target);
      case Occupant.None() -> new Clear(instance);
    };
  }

  private AwaitIdle idle(Instance instance) {
    return new AwaitIdle(instance, situation.role().drain());
  }

  private String name(HostView host) {
    return naming.of(situation.role().name(), host.name());
  }

  /**
   * Returns the name of the lane that brings the release to a host: one, whatever roles are there,
   * for they have the same files.
   */
  public static String staging(HostView host) {
    return "stage " + host.name();
  }
}
