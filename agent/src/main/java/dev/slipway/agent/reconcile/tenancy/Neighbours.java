package dev.slipway.agent.reconcile.tenancy;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Service;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What else is wanted on the same hosts: who was only renamed stands where it stood under its
 * former name, and must not be stopped in that.
 */
public final class Neighbours {
  private final Supplier<Stream<Deployment>> others;

  /** Makes a view of everything that is wanted at present. */
  public Neighbours(Supplier<Stream<Deployment>> others) {
    this.others = others;
  }

  /** Returns who stands where something is to be taken away, and that it has to wait for that. */
  Optional<Condition> inTheWay(Deployment leaving, Predicate<Host> where) {
    Set<String> places = places(leaving, where);
    return others
        .get()
        .filter(other -> !other.target().equals(leaving.target()))
        .flatMap(other ->
            places(other, _ -> true).stream()
                .filter(places::contains)
                .sorted()
                .limit(1)
                .map(place -> shared(other, place)))
        .findFirst();
  }

  private static Condition shared(Deployment other, String place) {
    return new Condition(
        "Prune",
        "StandsThereToo",
        "left as it is, because %s stands on its %s: if it was renamed, 'slipway forget' its former name; if not, give one of them another place"
            .formatted(other.target(), place));
  }

  private static Set<String> places(Deployment deployment, Predicate<Host> where) {
    var places = new HashSet<String>();
    var fleet = deployment.fleet();
    for (var role : fleet.application().roles()) {
      Service service = deployment.release().services().get(role.name());
      fleet.hosts(role).stream()
          .filter(where)
          .forEach(host -> {
            places.add("%s of %s".formatted(deployment.deployPath(host), host.address()));
            if (service instanceof Service.Systemd systemd
                && systemd.onActivate() == Service.OnActivate.RESTART) {
              places.add("unit %s of %s".formatted(systemd.unit(), host.address()));
            }
          });
    }
    return places;
  }
}
