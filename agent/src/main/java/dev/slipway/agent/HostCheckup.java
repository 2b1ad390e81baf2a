package dev.slipway.agent;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.bootstrap.Access;
import dev.slipway.agent.host.bootstrap.Bootstrap;
import dev.slipway.agent.host.bootstrap.Bootstrapped;
import dev.slipway.agent.host.bootstrap.HostNeeds;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.strategies.fleet.Reach;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Asks each host what {@code slipway bootstrap} would change there, as the user who deploys. */
final class HostCheckup {
  private final Consumer<String> good;
  private final BiConsumer<String, String> bad;

  /** Tells facts to one, and facts with their remedies to the other. */
  HostCheckup(Consumer<String> good, BiConsumer<String, String> bad) {
    this.good = good;
    this.bad = bad;
  }

  /** Asks the hosts of everything that is to be deployed. */
  void examine(List<Wanted> wanted) {
    wanted.stream()
        .filter(Wanted.Deploy.class::isInstance)
        .map(deploy -> ((Wanted.Deploy) deploy).deployment())
        .collect(
            groupingBy(
                (Deployment deployment) -> deployment.target().environment(),
                TreeMap::new,
                toList()))
        .values()
        .forEach(deployments -> HostsNeeds.of(deployments).forEach(this::host));
  }

  private void host(HostNeeds needs) {
    if (needs.host().reach() == Reach.LOCAL) {
      return;
    }
    try (var machines = Machines.open(needs.ssh())) {
      var script = Bootstrap.of(needs, Access.UNCHANGED);
      switch (Bootstrapped.check(script, machines.machine(needs.host()))) {
        case Bootstrapped.Ready ready -> told(needs, ready);
        case Bootstrapped.Failed(var reason) ->
            bad.accept(
                "what host %s needs is not known: %s".formatted(needs.host(), reason),
                "mend that first");
      }
    } catch (IllegalArgumentException e) {
      bad.accept("host %s: %s".formatted(needs.host(), e.getMessage()), "then look again");
    }
  }

  private void told(HostNeeds needs, Bootstrapped.Ready ready) {
    if (ready.isAsItShouldBe()) {
      good.accept("host %s has all that %s needs".formatted(needs.host(), needs.environment()));
    }
    for (String line : ready.said()) {
      bad.accept(
          "host %s: bootstrap %s".formatted(needs.host(), line),
          "run slipway bootstrap %s -e %s".formatted(needs.host().name(), needs.environment()));
    }
  }
}
