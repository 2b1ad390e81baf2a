package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.plan.InstanceStep.Activate;
import dev.slipway.strategies.plan.InstanceStep.Clear;
import dev.slipway.strategies.plan.InstanceStep.Prove;
import dev.slipway.strategies.plan.InstanceStep.Relink;
import dev.slipway.strategies.plan.InstanceStep.Stage;
import dev.slipway.strategies.plan.InstanceStep.Start;
import dev.slipway.strategies.plan.InstanceStep.Stop;
import dev.slipway.strategies.plan.TrafficStep.Admit;
import dev.slipway.strategies.plan.TrafficStep.Drain;
import dev.slipway.strategies.plan.TrafficStep.Retire;
import dev.slipway.strategies.plan.WaitStep.AwaitIdle;
import dev.slipway.strategies.plan.WaitStep.Join;
import java.util.ArrayList;
import java.util.List;

/**
 * The lanes that strategies are made of: what happens on one host, and what takes it back.
 *
 * <p>Traffic leaves before anything is stopped and comes back after it is proven; where no balancer
 * stands in front, there are no steps on traffic.
 */
public final class Lanes {
  private final Situation situation;
  private final boolean balanced;

  /** Makes lanes for a situation. */
  public Lanes(Situation situation) {
    this.situation = situation;
    this.balanced = situation.traffic().isPresent();
  }

  /** Returns the background lane that brings the release to a host. */
  public Lane stage(HostView host) {
    return Lane.of(staging(host), new Stage(host.active(), situation.target()));
  }

  /** Returns a lane that waits until the release is on a host. */
  public Lane staged(HostView host) {
    return Lane.of("await " + host.name(), new Join(staging(host)));
  }

  /** Returns the lane that replaces the active instance where it is. */
  public Lane inPlace(HostView host) {
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Join(staging(host))));
    moves.addAll(takeDown(host, host.active()));
    moves.addAll(bringUp(host, host.active()));
    return new Lane(host.name(), moves);
  }

  /** Returns the lane that starts the release in the spare slot before the active one stops. */
  public Lane surge(HostView host) {
    Instance next =
        host.spare()
            .orElseThrow(() -> new IllegalArgumentException(host.name() + " has no spare slot"));
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Join(staging(host))));
    host.leftovers().forEach(leftover -> moves.addAll(tidy(leftover)));
    moves.addAll(bringUp(host, next));
    moves.addAll(takeDown(host, host.active()));
    if (balanced) {
      moves.add(Move.of(new Retire(host.active())));
    }
    return new Lane(host.name(), moves);
  }

  /** Returns the lane for a host that runs the release already but is not quite done. */
  public Lane finish(HostView host) {
    var moves = new ArrayList<Move>();
    if (!host.admitted(host.active())) {
      moves.add(Move.of(new Prove(host.active())));
      moves.add(Move.of(new Admit(host.active())));
    }
    host.leftovers().forEach(leftover -> moves.addAll(tidy(leftover)));
    return new Lane(host.name(), moves);
  }

  /** Returns the lane that only takes the active instance down. */
  public Lane stop(HostView host) {
    return new Lane("stop " + host.name(), takeDown(host, host.active()));
  }

  /** Returns the lane that only brings the release up in the active slot. */
  public Lane start(HostView host) {
    return new Lane(host.name(), bringUp(host, host.active()));
  }

  private List<Move> takeDown(HostView host, Instance instance) {
    var moves = new ArrayList<Move>();
    if (host.inPool(instance)) {
      moves.add(
          host.admitted(instance)
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

  private List<Move> bringUp(HostView host, Instance instance) {
    var moves = new ArrayList<Move>();
    moves.add(Move.of(new Activate(instance, situation.target()), relinked(host, instance)));
    moves.add(Move.of(new Start(instance), new Stop(instance)));
    moves.add(Move.of(new Prove(instance)));
    if (balanced) {
      moves.add(
          host.inPool(instance)
              ? Move.of(new Admit(instance), new Drain(instance), idle(instance))
              : Move.of(
                  new Admit(instance), new Drain(instance), idle(instance), new Retire(instance)));
    }
    return moves;
  }

  private List<Move> tidy(Instance leftover) {
    var moves = new ArrayList<Move>();
    if (balanced) {
      moves.add(Move.of(new Drain(leftover)));
      moves.add(Move.of(idle(leftover)));
      moves.add(Move.of(new Retire(leftover)));
    }
    moves.add(Move.of(new Stop(leftover)));
    return moves;
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

  private static String staging(HostView host) {
    return "stage " + host.name();
  }
}
