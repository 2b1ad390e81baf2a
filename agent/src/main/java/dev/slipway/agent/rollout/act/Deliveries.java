package dev.slipway.agent.rollout.act;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;
import java.util.Optional;
import java.util.function.Function;

/**
 * The releases that a rollout may meet: the one it brings, and every other that is known by name.
 */
public final class Deliveries {
  private final Application application;
  private final Delivery wanted;
  private final Function<ReleaseId, Optional<Delivery>> others;

  /** Makes deliveries from the wanted one and a way to find the others. */
  public Deliveries(
      Application application, Delivery wanted, Function<ReleaseId, Optional<Delivery>> others) {
    this.application = application;
    this.wanted = wanted.in(application);
    this.others = others;
  }

  /** Returns the release that the rollout brings. */
  public Delivery wanted() {
    return wanted;
  }

  /** Returns a release by its name, if it is known. */
  public Optional<Delivery> find(ReleaseId id) {
    return wanted.id().equals(id)
        ? Optional.of(wanted)
        : others.apply(id).map(delivery -> delivery.in(application));
  }

  /** Returns the hooks of a release; none of one that nobody remembers. */
  public Hooks hooksOf(ReleaseId id) {
    return find(id).map(delivery -> delivery.release().procedures().hooks()).orElse(Hooks.NONE);
  }

  /**
   * Returns the release whose service is meant in a place: the one that lies there, or the wanted
   * one where others had put something, or one that nobody remembers.
   */
  public Release serviceOf(Occupant occupant) {
    return switch (occupant) {
      case Occupant.Known(var id) -> find(id).orElse(wanted).release();
      case Occupant.Foreign _, Occupant.None _ -> wanted.release();
    };
  }
}
