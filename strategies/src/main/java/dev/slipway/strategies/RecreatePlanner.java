package dev.slipway.strategies;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the plan of a big bang from one situation for each role: all of them stop, then start. */
final class RecreatePlanner {
  private static final Nobody.Park DEFAULT_PARK = new Nobody.Park(1000, Duration.ofSeconds(30));

  private final Recreate recreate;
  private final Naming naming;
  private final List<Part> parts;

  RecreatePlanner(Recreate recreate, List<Situation> situations) {
    this.recreate = recreate;
    this.naming = situations.getFirst().fleet().naming();
    this.parts = situations.stream().map(Part::new).toList();
  }

  /** One role. */
  private record Part(Situation situation, Lanes lanes, Hosts hosts, List<HostView> replaced) {
    private Part(Situation situation) {
      this(situation, new Lanes(situation), new Hosts(situation));
    }

    private Part(Situation situation, Lanes lanes, Hosts hosts) {
      this(situation, lanes, hosts, hosts.with(Work.REPLACE));
    }

    private String role() {
      return situation.role().name();
    }

    private boolean canPark() {
      return situation.traffic().isPresent()
          && situation.capabilities().contains(Capability.PARKING);
    }

    private Stream<Lane> all(BiFunction<Lanes, HostView, Lane> lane) {
      return replaced.stream().map(host -> lane.apply(lanes, host));
    }

    /** Whether there is anything that stops. */
    private boolean isDisturbed() {
      return !replaced.isEmpty() && !hosts.isFirstDeploy();
    }
  }

  Planning plan() {
    List<String> reasons = parts.stream().flatMap(this::reasons).toList();
    if (!reasons.isEmpty()) {
      return new Planning.Refused(reasons);
    }
    return new Planning.Ready(Roles.joined(parts.stream().map(this::of).toList(), phases()));
  }

  private Stream<String> reasons(Part part) {
    if (part.hosts().isGivenUp()) {
      return Stream.empty();
    }
    var reasons = new ArrayList<String>(Roles.refusals(part.situation(), part.hosts().refusals(0)));
    if (part.equals(parts.getFirst()) && recreate.park().isPresent() && !part.canPark()) {
      reasons.add(
          "'park' is asked for, but not every balancer of role '%s' can park requests"
              .formatted(part.role()));
    }
    return reasons.stream();
  }

  private Optional<Nobody.Park> park(Part part) {
    return part.canPark() ? recreate.park().or(() -> Optional.of(DEFAULT_PARK)) : Optional.empty();
  }

  /** What the plan says of a role; the phases are those of all roles together. */
  private Plan of(Part part) {
    return part.hosts()
        .plan(
            recreate,
            part.all(Lanes::stage).toList(),
            phases(),
            0,
            0,
            recreate.progressDeadline(),
            remarks(part));
  }

  private List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    add(phases, "finish what was begun", finishing());
    add(phases, "have the release everywhere", all(Lanes::staged));
    parking("park requests", park -> new Turn(park, new Nobody.Refuse())).forEach(phases::add);
    add(
        phases,
        "stop everything",
        parts.stream().filter(Part::isDisturbed).flatMap(part -> part.all(Lanes::stop)).toList());
    add(phases, "start everything", all(Lanes::start));
    parking("park no more", park -> new Turn(new Nobody.Refuse(), park)).forEach(phases::add);
    return phases;
  }

  /** What becomes of requests that nobody can serve, and what became of them before. */
  private record Turn(Nobody to, Nobody from) {}

  private static void add(List<Phase> phases, String name, List<Lane> lanes) {
    if (!lanes.isEmpty()) {
      phases.add(new Phase(name, lanes));
    }
  }

  private List<Lane> finishing() {
    return parts.stream()
        .flatMap(part -> part.hosts().with(Work.FINISH).stream().map(part.lanes()::finish))
        .toList();
  }

  private List<Lane> all(BiFunction<Lanes, HostView, Lane> lane) {
    return parts.stream().flatMap(part -> part.all(lane)).toList();
  }

  private List<Phase> parking(String name, Function<Nobody.Park, Turn> turn) {
    return parts.stream()
        .filter(Part::isDisturbed)
        .flatMap(part -> park(part).stream().map(park -> parking(part, name, turn.apply(park))))
        .toList();
  }

  private Phase parking(Part part, String what, Turn turn) {
    String name = naming.about(part.role(), what);
    var move =
        Move.of(
            new TrafficStep.WhenNobody(part.role(), turn.to()),
            new TrafficStep.WhenNobody(part.role(), turn.from()));
    return new Phase(name, List.of(new Lane(name, List.of(move))));
  }

  private List<String> remarks(Part part) {
    if (!part.isDisturbed()) {
      return List.of();
    }
    String meanwhile =
        part.situation().traffic().isEmpty()
            ? "nothing answers meanwhile"
            : park(part).isPresent()
                ? "requests are parked meanwhile"
                : "requests are refused meanwhile";
    return List.of(
        naming.about(
            part.role(),
            "downtime: everything is stopped before anything is started; " + meanwhile));
  }
}
