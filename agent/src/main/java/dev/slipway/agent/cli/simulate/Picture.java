package dev.slipway.agent.cli.simulate;

import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.simulation.Account;
import dev.slipway.strategies.simulation.Account.Leg;
import dev.slipway.strategies.simulation.Account.Stretch;
import dev.slipway.strategies.simulation.Moment;
import dev.slipway.strategies.simulation.Scenario;
import dev.slipway.strategies.simulation.Toll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is drawn of a simulation, whatever it is drawn with. */
record Picture(Scenario scenario, Account account) {
  /** More rows than this, nobody reads. */
  static final int HOSTS_MAX = 40;

  /** A part of a leg, with the time that it took. */
  record Part(int leg, String name, Duration from, Duration until, String failure) {
    private Part and(Stretch stretch) {
      return new Part(
          leg,
          name,
          from,
          stretch.until().compareTo(until) > 0 ? stretch.until() : until,
          failure.isEmpty() ? stretch.failure() : failure);
    }
  }

  String title() {
    return "%s of %s in %s, %s to %s"
        .formatted(
            scenario.strategy().name(),
            scenario.fleet().application().name(),
            scenario.fleet().environment(),
            former().version(),
            target().version());
  }

  ReleaseId target() {
    return scenario.target();
  }

  ReleaseId former() {
    return scenario.stable();
  }

  Duration end() {
    return account.end();
  }

  List<Moment> moments(String role) {
    return account.moments(role);
  }

  int hosts(String role) {
    return moments(role).getFirst().hosts().size();
  }

  /** Returns how many of a role the plan of the way there promises to keep serving. */
  int promised(String role) {
    return account.legs().getFirst().promised(role);
  }

  /** Returns what the new release cost the users of a role, if requests are simulated. */
  Optional<Toll> toll(String role) {
    return scenario.demand().map(demand -> Toll.of(account, role, target(), demand));
  }

  /** Returns the names of the hosts that are drawn. */
  List<String> drawn(String role) {
    return moments(role).getFirst().hosts().keySet().stream().limit(HOSTS_MAX).toList();
  }

  /** Returns the phases of all legs, in the order in which they began. */
  List<Part> parts() {
    var parts = new ArrayList<Part>();
    for (int i = 0; i < account.legs().size(); i++) {
      Map<String, Part> own = new LinkedHashMap<>();
      Leg leg = account.legs().get(i);
      for (Stretch stretch : leg.stretches()) {
        String name = stretch.phase().isEmpty() ? "in the background" : stretch.phase();
        Part part = own.get(name);
        own.put(name, (part == null ? begun(i, name, stretch) : part).and(stretch));
      }
      parts.addAll(own.values());
    }
    return parts;
  }

  private static Part begun(int leg, String name, Stretch stretch) {
    return new Part(leg, name, stretch.from(), stretch.until(), "");
  }
}
