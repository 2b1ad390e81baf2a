package dev.slipway.agent.e2e.comparison;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.kinds.BalancerKinds;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.probe.Probers;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What times are measured in: one change of a balancer and one health check, which are made as the
 * agent does, while the users go on.
 *
 * @param change until a balancer that was told another state of one server has shown it
 * @param check until a host has said which process runs, and this how it does
 */
record Yardstick(Duration change, Duration check) {
  private static final int WARM_UP = 4;
  private static final int MADE = 11;

  /** Returns how many times longer something took. */
  double times(Duration time) {
    return (double) time.toNanos() / Math.max(1, change.plus(check).toNanos());
  }

  /** Measures in a world that the agent has left. */
  static Yardstick of(Annals annals) {
    try (var machines = Machines.open(annals.deployment().ssh())) {
      Duration change;
      try (var balancer = balancer(annals, machines)) {
        change = median(changes(balancer, annals.epoch()));
      }
      return new Yardstick(change, median(check(annals, machines)));
    }
  }

  private static Balancer balancer(Annals annals, Machines machines) {
    var front = annals.deployment().fronts().getFirst();
    return BalancerKinds.of(Become.NONE).open(front.balancer(), front.route(), machines).getFirst();
  }

  /** Returns what tells the balancer something else each time: one server takes turns. */
  private static Runnable changes(Balancer balancer, Epoch epoch) {
    Traffic usual = shown(balancer);
    Traffic other = other(usual);
    var next = new ArrayDeque<>(List.of(other, usual));
    return () -> {
      Traffic wanted = next.removeFirst();
      next.addLast(wanted);
      if (!(balancer.make(wanted, epoch) instanceof Answer.Now)) {
        throw new AssertionError("the balancer does not do as it is told");
      }
    };
  }

  private static Traffic shown(Balancer balancer) {
    if (!(balancer.observe() instanceof Answer.Now(var observed, _))) {
      throw new AssertionError("the balancer does not answer");
    }
    var states = new TreeMap<Instance, MemberState>();
    observed.members().forEach((instance, seen) -> states.put(instance, seen.state()));
    return Traffic.stable(states);
  }

  /** Somebody serves all the time: one of several drains, or the standby serves beside the one. */
  private static Traffic other(Traffic usual) {
    if (usual.serving().size() > 1) {
      return usual.with(usual.serving().first(), MemberState.DRAINING);
    }
    Instance standby =
        usual.members().keySet().stream()
            .filter(instance -> !usual.serving().contains(instance))
            .findFirst()
            .orElseThrow();
    return usual.with(standby, MemberState.SERVING);
  }

  private static Runnable check(Annals annals, Machines machines) {
    Fleet fleet = annals.deployment().fleet();
    Instance instance = fleet.instances(fleet.application().roles().getFirst()).getFirst();
    Host host = fleet.host(instance);
    Place place =
        new Place(
            fleet.application(),
            fleet.role(instance),
            fleet.rolesOn(host),
            host,
            annals.deployment().variables(),
            Become.NONE);
    Site site = Sites.scripted().open(machines.machine(host), place, annals.epoch());
    Slot slot = running(fleet, instance, site);
    Prober prober = Probers.open();
    return () -> {
      boolean isRunning = site.process(slot, annals.release()) instanceof ProcessSighting.Running;
      Checked checked =
          prober.check(
              fleet.role(instance).health(),
              machines.machine(host),
              host,
              slot,
              place.variables(slot, annals.release()));
      if (!isRunning || !(checked instanceof Checked.Good)) {
        throw new AssertionError("%s is not healthy: %s".formatted(instance, checked));
      }
    };
  }

  /** Returns the slot of the first host that something runs in. */
  private static Slot running(Fleet fleet, Instance first, Site site) {
    if (!(site.look() instanceof Sighting.Seen(var slots, _, _))) {
      throw new AssertionError("the host cannot be asked");
    }
    return fleet.instances(fleet.role(first)).stream()
        .filter(instance -> instance.host().equals(first.host()))
        .filter(instance ->
            Optional.ofNullable(slots.get(instance.slot()))
                .filter(seen -> seen.process() instanceof ProcessSighting.Running)
                .isPresent())
        .map(fleet::slot)
        .findFirst()
        .orElseThrow();
  }

  private static Duration median(Runnable ask) {
    IntStream.range(0, WARM_UP).forEach(_ -> ask.run());
    List<Duration> times =
        IntStream.range(0, MADE)
            .mapToObj(_ -> {
              long begun = System.nanoTime();
              ask.run();
              return Duration.ofNanos(System.nanoTime() - begun);
            })
            .sorted()
            .toList();
    return times.get(MADE / 2);
  }
}
