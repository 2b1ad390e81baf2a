package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.simulation.Account.Leg;
import dev.slipway.strategies.simulation.Account.Stretch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One plan, carried out: phase after phase, the lanes of each side by side. */
final class LegCourse {
  private final Plan plan;
  private final Doing doing;
  private final Clockwork clock;
  private final Map<String, LaneCourse> background = new LinkedHashMap<>();
  private final List<LaneCourse> failed = new ArrayList<>();
  private final Set<Instance> broken = new TreeSet<>();
  private final List<Stretch> stretches = new ArrayList<>();

  LegCourse(Plan plan, Doing doing, Clockwork clock) {
    this.plan = plan;
    this.doing = doing;
    this.clock = clock;
    plan.background().forEach(lane -> background.put(lane.id(), new LaneCourse("", lane)));
  }

  Leg run() {
    Duration from = clock.now();
    String failure = "";
    for (Phase phase : plan.phases()) {
      if (failure.isEmpty()) {
        failure = run(phase);
      }
    }
    List<Stretch> ordered =
        stretches.stream()
            .sorted(Comparator.comparing(Stretch::from).thenComparing(Stretch::until))
            .toList();
    return new Leg(plan, from, clock.now(), ordered, failure);
  }

  /** Returns the hosts on which lanes failed. */
  List<String> incomplete() {
    return failed.stream()
        .flatMap(lane -> lane.instances().stream())
        .map(Instance::host)
        .distinct()
        .sorted()
        .toList();
  }

  private String run(Phase phase) {
    List<LaneCourse> lanes =
        phase.lanes().stream()
            .filter(this::isWhole)
            .map(lane -> new LaneCourse(phase.name(), lane))
            .toList();
    while (!lanes.stream().allMatch(LaneCourse::isOver)) {
      step(lanes);
    }
    lanes.stream().filter(lane -> !lane.failure().isEmpty()).forEach(this::fail);
    return failed.size() > plan.failureLimit() || failed.stream().anyMatch(LegCourse::runsTask)
        ? failed.stream().map(LaneCourse::failure).distinct().collect(Collectors.joining("; "))
        : "";
  }

  private void fail(LaneCourse lane) {
    failed.add(lane);
    broken.addAll(lane.instances());
  }

  /** What failed was left as it had been, so that no later lane goes on with it. */
  private boolean isWhole(Lane lane) {
    return Collections.disjoint(broken, new LaneCourse("", lane).instances());
  }

  /** What follows relies on a task, so none may fail. */
  private static boolean runsTask(LaneCourse course) {
    return course.lane().steps().stream().anyMatch(InstanceStep.Run.class::isInstance);
  }

  /** Goes on to the next thing that happens. */
  private void step(List<LaneCourse> lanes) {
    List<LaneCourse> all = Stream.concat(background.values().stream(), lanes.stream()).toList();
    all.stream().filter(LaneCourse::isIdle).forEach(lane -> lane.beginNext(doing, clock.now()));
    all.forEach(this::join);
    clock.note();
    Optional<Duration> next =
        all.stream().flatMap(lane -> lane.until().stream()).min(Comparator.naturalOrder());
    if (next.isEmpty() && lanes.stream().noneMatch(lane -> lane.isOver() || lane.isIdle())) {
      throw new IllegalStateException("%s waits for ever".formatted(lanes.getFirst().lane().id()));
    }
    next.ifPresent(until -> advance(all, until));
    clock.note();
  }

  private void advance(List<LaneCourse> all, Duration until) {
    Optional<String> died = clock.advance(until);
    if (died.isPresent()) {
      all.stream()
          .filter(lane -> lane.isOn(died.get()))
          .forEach(lane -> stretches.add(lane.close(clock.now(), died.get() + " died")));
    } else {
      all.stream()
          .filter(lane -> lane.until().equals(Optional.of(until)))
          .forEach(lane -> stretches.add(lane.end(doing, clock.now())));
    }
  }

  private void join(LaneCourse lane) {
    lane.awaited()
        .map(background::get)
        .filter(LaneCourse::isOver)
        .ifPresent(other -> stretches.add(lane.close(clock.now(), other.failure())));
  }
}
