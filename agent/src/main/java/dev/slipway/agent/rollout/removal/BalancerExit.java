package dev.slipway.agent.rollout.removal;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Takes members out of balancers for good: drained first, then left until they are idle, then out.
 * Members that stay keep the state that they are in.
 */
final class BalancerExit {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Predicate<Instance> leaving;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Signal end;
  private final List<String> left = new ArrayList<>();

  /**
   * Makes an exit.
   *
   * @param leaving who goes
   * @param end cuts it short; what is done stays done
   */
  BalancerExit(Predicate<Instance> leaving, Epoch epoch, Waiter waiter, Signal end) {
    this.leaving = leaving;
    this.epoch = epoch;
    this.waiter = waiter;
    this.end = end;
  }

  /** Takes them out of every balancer of these roles; returns what could not be done, and why. */
  List<String> leave(List<Role> roles, Ground ground) {
    return roles.stream()
        .flatMap(role -> ground.balancers(role).stream().flatMap(one -> leave(role, one).stream()))
        .toList();
  }

  private List<String> leave(Role role, Balancer balancer) {
    left.clear();
    Optional<Observed> drained =
        look(balancer).flatMap(seen -> told(balancer, seen, this::draining));
    drained.ifPresent(_ -> awaitIdle(role, balancer));
    if (left.isEmpty()) {
      drained
          .flatMap(seen -> told(balancer, seen, this::out))
          .ifPresent(seen -> quit(balancer, seen));
    }
    return List.copyOf(left);
  }

  private MemberState draining(Instance instance, MemberState state) {
    return leaving.test(instance) && state == MemberState.SERVING ? MemberState.DRAINING : state;
  }

  private MemberState out(Instance instance, MemberState state) {
    return leaving.test(instance) ? MemberState.OUT : state;
  }

  /** Nobody's route is closed, and a route that has members is told again without the others. */
  private void quit(Balancer balancer, Observed seen) {
    Map<Instance, MemberState> staying = new TreeMap<>();
    seen.members().forEach((instance, member) -> staying.put(instance, member.state()));
    staying.keySet().removeIf(leaving);
    note(
        balancer,
        staying.isEmpty() ? balancer.leave(epoch) : balancer.make(Traffic.stable(staying), epoch));
  }

  private Optional<Observed> look(Balancer balancer) {
    return note(balancer, balancer.observe());
  }

  /** Tells a balancer only of members that it has, and only what is not so already. */
  private Optional<Observed> told(
      Balancer balancer, Observed seen, BiFunction<Instance, MemberState, MemberState> change) {
    var states = new TreeMap<Instance, MemberState>();
    seen.members()
        .forEach(
            (instance, member) -> states.put(instance, change.apply(instance, member.state())));
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
              || seen.get().members().entrySet().stream()
                  .filter(one -> leaving.test(one.getKey()))
                  .allMatch(one -> one.getValue().sessions().orElse(1) == 0);
      if (isIdle) {
        return;
      }
      waiter.await(LOOK, end);
    }
  }
}
