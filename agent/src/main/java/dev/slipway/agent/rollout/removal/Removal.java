package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.act.Deliveries;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes a deployment away: no request is cut, nothing is stopped that a balancer may still send
 * requests to, and nothing goes while anything runs. Only of a preview the files go, too.
 */
public final class Removal {
  private final Deployment deployment;
  private final Predicate<Instance> leaving;
  private final Ground ground;
  private final Deliveries deliveries;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Signal end;
  private final List<String> left = new ArrayList<>();

  /**
   * Makes a removal.
   *
   * @param leaving what of it goes
   * @param end cuts it short; what is done stays done
   */
  public Removal(
      Deployment deployment,
      Predicate<Instance> leaving,
      Ground ground,
      Deliveries deliveries,
      Epoch epoch,
      Waiter waiter,
      Signal end) {
    this.deployment = deployment;
    this.leaving = leaving;
    this.ground = ground;
    this.deliveries = deliveries;
    this.epoch = epoch;
    this.waiter = waiter;
    this.end = end;
  }

  /** Takes everything away; returns what could not be, which is nothing when all is gone. */
  public List<String> run() {
    Runnable rest = deployment.target().isPreview() ? this::removeFiles : this::clear;
    List<Runnable> acts = List.of(this::leaveBalancers, this::stop, rest);
    for (Runnable act : acts) {
      act.run();
      if (end.reason().isPresent()) {
        left.add(end.reason().get());
      }
      if (!left.isEmpty()) {
        return List.copyOf(left);
      }
    }
    return List.of();
  }

  private Fleet fleet() {
    return deployment.fleet();
  }

  private Stream<Instance> leaving(Role role) {
    return fleet().instances(role).stream().filter(leaving);
  }

  private void leaveBalancers() {
    left.addAll(
        new BalancerExit(leaving, epoch, waiter, end).leave(fleet().application().roles(), ground));
  }

  private void stop() {
    for (Role role : fleet().application().roles()) {
      leaving(role).forEach(instance -> stop(role, instance));
    }
  }

  private void stop(Role role, Instance instance) {
    Site site = ground.site(instance);
    switch (site.look()) {
      case Sighting.Seen(var slots, var _, var _) ->
          occupant(slots, instance)
              .ifPresent(occupant -> stop(role, instance, site, deliveries.serviceOf(occupant)));
      case Sighting.Unreachable(var reason) -> leftAt(instance.host(), reason);
      case Sighting.IdentityRefused(var reason) -> leftAt(instance.host(), reason);
    }
  }

  private static Optional<Occupant> occupant(
      Map<String, Sighting.SlotSeen> slots, Instance instance) {
    return Optional.ofNullable(slots.get(instance.slot()))
        .map(Sighting.SlotSeen::occupant)
        .filter(occupant -> !(occupant instanceof Occupant.None));
  }

  private void stop(Role role, Instance instance, Site site, Release release) {
    boolean runs =
        release.plays(role.name()) && !(release.service(role.name()) instanceof Service.None);
    if (runs) {
      note(instance.host(), site.stop(fleet().slot(instance), release, role.stopTimeout()));
    }
  }

  /** Releases stay, so that what comes back is there at once, and so do the files of people. */
  private void clear() {
    for (Role role : fleet().application().roles()) {
      leaving(role).forEach(one -> note(one.host(), ground.site(one).clear(fleet().slot(one))));
    }
  }

  private void removeFiles() {
    fleet().oneOfEachHost().stream()
        .filter(leaving)
        .forEach(one -> note(one.host(), ground.site(one).remove()));
  }

  private void leftAt(String host, String reason) {
    left.add(host + ": " + reason);
  }

  private void note(String host, Act act) {
    switch (act) {
      case Act.Done _ -> {}
      case Act.Refused(var reason) -> leftAt(host, reason);
      case Act.Failed(var reason, var _) -> leftAt(host, reason);
      case Act.Unknown(var reason) -> leftAt(host, reason);
      case Act.Unreachable(var reason) -> leftAt(host, reason);
      case Act.IdentityRefused(var reason) -> leftAt(host, reason);
    }
  }
}
