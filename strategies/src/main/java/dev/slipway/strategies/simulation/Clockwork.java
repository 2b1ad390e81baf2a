package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.Role;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The virtual clock: what time it is, who dies when, and what was so at each moment. */
final class Clockwork {
  private final World world;
  private final Deque<Fault.Dies> deaths;
  private final Map<String, List<Moment>> moments = new LinkedHashMap<>();
  private Duration now = Duration.ZERO;

  Clockwork(Scenario scenario, World world) {
    this.world = world;
    this.deaths =
        new ArrayDeque<>(
            scenario.faults().stream()
                .flatMap(
                    fault -> fault instanceof Fault.Dies dies ? Stream.of(dies) : Stream.empty())
                .sorted(Comparator.comparing(Fault.Dies::at))
                .toList());
    note();
  }

  Duration now() {
    return now;
  }

  Map<String, List<Moment>> moments() {
    return moments;
  }

  /** Goes on to a time, unless a host dies before it; returns that host. */
  Optional<String> advance(Duration until) {
    Fault.Dies next = deaths.peekFirst();
    if (next == null || next.at().compareTo(until) > 0) {
      now = until;
      return Optional.empty();
    }
    deaths.removeFirst();
    now = next.at().compareTo(now) > 0 ? next.at() : now;
    world.kill(next.host());
    return Optional.of(next.host());
  }

  /** Writes down what is so now, where it differs from what was so before. */
  void note() {
    for (Role role : world.fleet().application().roles()) {
      List<Moment> before = moments.computeIfAbsent(role.name(), _ -> new ArrayList<>());
      Moment moment = world.moment(now, role);
      if (!before.isEmpty() && before.getLast().at().equals(now)) {
        before.removeLast();
      }
      if (before.isEmpty() || !before.getLast().isLike(moment)) {
        before.add(moment);
      }
    }
  }
}
