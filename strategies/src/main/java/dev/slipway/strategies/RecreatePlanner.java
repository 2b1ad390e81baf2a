package dev.slipway.strategies;

import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes the plan of a big bang from one situation. */
final class RecreatePlanner {
  private static final Nobody.Park DEFAULT_PARK = new Nobody.Park(1000, Duration.ofSeconds(30));

  private final Recreate recreate;
  private final Situation situation;
  private final Lanes lanes;
  private final Hosts hosts;
  private final List<HostView> replaced;

  RecreatePlanner(Recreate recreate, Situation situation) {
    this.recreate = recreate;
    this.situation = situation;
    this.lanes = new Lanes(situation);
    this.hosts = new Hosts(situation);
    this.replaced = hosts.with(Work.REPLACE);
  }

  Planning plan() {
    var reasons = new ArrayList<String>(hosts.refusals(0));
    if (recreate.park().isPresent() && !canPark()) {
      reasons.add(
          "'park' is asked for, but not every balancer of role '%s' can park requests"
              .formatted(situation.role().name()));
    }
    return reasons.isEmpty() ? new Planning.Ready(ready()) : new Planning.Refused(reasons);
  }

  private boolean canPark() {
    return situation.traffic().isPresent() && situation.capabilities().contains(Capability.PARKING);
  }

  private Optional<Nobody.Park> park() {
    return canPark() ? recreate.park().or(() -> Optional.of(DEFAULT_PARK)) : Optional.empty();
  }

  private Plan ready() {
    var phases = new ArrayList<Phase>();
    List<Lane> finishing = hosts.with(Work.FINISH).stream().map(lanes::finish).toList();
    if (!finishing.isEmpty()) {
      phases.add(new Phase("finish what was begun", finishing));
    }
    if (!replaced.isEmpty()) {
      phases.addAll(bigBang());
    }
    return hosts.plan(
        recreate,
        replaced.stream().map(lanes::stage).toList(),
        phases,
        0,
        0,
        recreate.progressDeadline(),
        remarks());
  }

  private List<Phase> bigBang() {
    var phases = new ArrayList<Phase>();
    phases.add(phase("have the release everywhere", lanes::staged));
    if (!hosts.isFirstDeploy()) {
      park().ifPresent(park -> phases.add(whenNobody("park requests", park, refuse())));
      phases.add(phase("stop everything", lanes::stop));
    }
    phases.add(phase("start everything", lanes::start));
    if (!hosts.isFirstDeploy()) {
      park().ifPresent(park -> phases.add(whenNobody("park no more", refuse(), park)));
    }
    return phases;
  }

  private Nobody refuse() {
    return new Nobody.Refuse();
  }

  private static Phase whenNobody(String name, Nobody nobody, Nobody before) {
    var move = Move.of(new TrafficStep.WhenNobody(nobody), new TrafficStep.WhenNobody(before));
    return new Phase(name, List.of(new Lane(name, List.of(move))));
  }

  private Phase phase(String name, Function<HostView, Lane> lane) {
    return new Phase(name, replaced.stream().map(lane).toList());
  }

  private List<String> remarks() {
    if (replaced.isEmpty() || hosts.isFirstDeploy()) {
      return List.of();
    }
    String meanwhile =
        situation.traffic().isEmpty()
            ? "nothing answers meanwhile"
            : park().isPresent()
                ? "requests are parked meanwhile"
                : "requests are refused meanwhile";
    return List.of("downtime: everything is stopped before anything is started; " + meanwhile);
  }
}
