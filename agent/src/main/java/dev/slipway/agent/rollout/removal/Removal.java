package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
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
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Takes a deployment away: no request is cut, nothing is stopped that a balancer may still send
 * requests to, and no file goes while anything runs.
 */
public final class Removal {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Deployment deployment;
  private final Ground ground;
  private final Deliveries deliveries;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Signal end;
  private final List<String> left = new ArrayList<>();

  /**
   * Makes a removal.
   *
   * @param end cuts it short; what is done stays done
   */
  public Removal(
      Deployment deployment,
      Ground ground,
      Deliveries deliveries,
      Epoch epoch,
      Waiter waiter,
      Signal end) {
    this.deployment = deployment;
    this.ground = ground;
    this.deliveries = deliveries;
    this.epoch = epoch;
    this.waiter = waiter;
    this.end = end;
  }

  /** Removes everything; returns what could not be, which is nothing when all is gone. */
  public List<String> run() {
    List<Runnable> acts = List.of(this::leaveBalancers, this::stop, this::removeFiles);
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

  private void leaveBalancers() {
    for (Role role : fleet().application().roles()) {
      ground.balancers(role).forEach(balancer -> leave(role, balancer));
    }
  }

  private void leave(Role role, Balancer balancer) {
    Optional<Observed> drained =
        look(balancer)
            .flatMap(seen ->
                told(
                    balancer,
                    seen,
                    state -> state == MemberState.SERVING ? MemberState.DRAINING : state));
    drained.ifPresent(_ -> awaitIdle(role, balancer));
    if (left.isEmpty()) {
      drained
          .flatMap(seen -> told(balancer, seen, _ -> MemberState.OUT))
          .ifPresent(_ -> note(balancer, balancer.leave(epoch)));
    }
  }

  private Optional<Observed> look(Balancer balancer) {
    return note(balancer, balancer.observe());
  }

  /** Tells a balancer only of members that it has, and only what is not so already. */
  private Optional<Observed> told(
      Balancer balancer, Observed seen, UnaryOperator<MemberState> change) {
    var states = new TreeMap<Instance, MemberState>();
    seen.members()
        .forEach((instance, member) -> states.put(instance, change.apply(member.state())));
    boolean isSo =
        seen.members().entrySet().stream()
            .allMatch(one -> one.getValue().state() == states.get(one.getKey()));
    return isSo ? Optional.of(seen) : note(balancer, balancer.make(Traffic.stable(states), epoch));
  }

  private Optional<Observed> note(Balancer balancer, Answer answer) {
    return switch (answer) {
      case Answer.Now(var observed, var _) -> Optional.of(observed);
      case Answer.Refused(var reason) -> leftAt(balancer.name(), reason);
      case Answer.Unreachable(var reason, var _) -> leftAt(balancer.name(), reason);
    };
  }

  private <T> Optional<T> leftAt(String where, String reason) {
    left.add(where + ": " + reason);
    return Optional.empty();
  }

  /** Sessions that outlive the time of the role's policy are cut: nobody asks for it any more. */
  private void awaitIdle(Role role, Balancer balancer) {
    Duration deadline = waiter.uptime().plus(role.drain().timeout());
    while (end.reason().isEmpty() && waiter.uptime().compareTo(deadline) < 0) {
      Optional<Observed> seen = look(balancer);
      boolean isIdle =
          seen.isEmpty()
              || seen.get().members().values().stream()
                  .allMatch(one -> one.sessions().orElse(1) == 0);
      if (isIdle) {
        return;
      }
      waiter.await(LOOK, end);
    }
  }

  private void stop() {
    for (Role role : fleet().application().roles()) {
      fleet().instances(role).forEach(instance -> stop(role, instance));
    }
  }

  private void stop(Role role, Instance instance) {
    Site site = ground.site(instance);
    switch (site.look()) {
      case Sighting.Seen(var slots, var _, var _, var _) ->
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

  private void removeFiles() {
    for (Instance one : fleet().oneOfEachHost()) {
      note(one.host(), ground.site(one).remove());
    }
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
