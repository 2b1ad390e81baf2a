package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Makes the plan of a switch from one slot to the other.
 *
 * <p>Which slot is idle is observed on each host. One that holds the target already, because it was
 * left warm, is only proven: so the way back to it is a switch.
 */
final class BlueGreenPlanner {
  private final BlueGreen blueGreen;
  private final Situation situation;
  private final Optional<Rehearsal> rehearsal;
  private final Lanes lanes;
  private final Hosts hosts;
  private final Naming naming;
  private final List<HostView> replaced;

  /**
   * Plans a switch.
   *
   * @param rehearsal what comes between the proof of the idle slots and the switch
   */
  BlueGreenPlanner(BlueGreen blueGreen, Situation situation, Optional<Rehearsal> rehearsal) {
    this.blueGreen = blueGreen;
    this.situation = situation;
    this.rehearsal = rehearsal;
    this.lanes = new Lanes(situation);
    this.hosts = new Hosts(situation);
    this.naming = situation.fleet().naming();
    this.replaced = hosts.with(Work.REPLACE);
  }

  /** Returns the plan of a strategy, or why there is none. */
  Planning plan(Strategy strategy) {
    List<String> reasons = reasons(strategy.name());
    return reasons.isEmpty() ? new Planning.Ready(ready(strategy)) : new Planning.Refused(reasons);
  }

  private List<String> reasons(String name) {
    var reasons = new ArrayList<String>(hosts.refusals(0));
    if (!situation.role().hasSpareSlot()) {
      reasons.add(
          "%s needs two slots, and role '%s' has one".formatted(name, situation.role().name()));
    }
    if (situation.traffic().isEmpty()) {
      reasons.add(
          "%s needs a balancer to switch, and none is in front of role '%s'"
              .formatted(name, situation.role().name()));
    }
    rehearsal.flatMap(Rehearsal::objection).ifPresent(reasons::add);
    return reasons;
  }

  private Plan ready(Strategy strategy) {
    return hosts.plan(
        strategy,
        replaced.stream().filter(host -> host.standby().isEmpty()).map(lanes::stage).toList(),
        phases(),
        hosts.minServing(0),
        0,
        blueGreen.progressDeadline(),
        remarks());
  }

  private List<Phase> phases() {
    var phases = new ArrayList<Phase>();
    add(phases, "finish what was begun", hosts.with(Work.FINISH), lanes::finish);
    if (hosts.isFirstDeploy()) {
      add(phases, "start everything", replaced, lanes::inPlace);
    } else if (!replaced.isEmpty()) {
      add(phases, "prepare the idle slots", replaced, lanes::prepare);
      if (situation.isNew() && blueGreen.prePromotionAnalysis().isPresent()) {
        phases.add(alone("judge the idle slots", judged(blueGreen.prePromotionAnalysis().get())));
      }
      if (situation.isNew() && !losing().isEmpty()) {
        rehearsal.ifPresent(
            copies -> phases.add(alone("shadow", copies.moves(gaining(), losing()))));
      }
      blueGreen.promotion().ifPresent(approval -> phases.addAll(promotion(approval)));
      phases.add(alone("switch", switched()));
      if (situation.isNew() && !blueGreen.scaleDownDelay().isZero()) {
        phases.add(alone("keep the former slots warm", kept()));
      }
      if (situation.isNew() && blueGreen.keep()) {
        add(phases, "leave the former slots running", replaced, lanes::leave);
      } else {
        add(phases, "stop the former slots", replaced, lanes::putAway);
      }
    }
    return phases;
  }

  /** People may take a day, in which what was proven before can die. */
  private List<Phase> promotion(Approval approval) {
    var phases = new ArrayList<Phase>();
    var gate = new WaitStep.AwaitApproval(named("promotion"), approval);
    phases.add(alone("promotion", List.of(Move.of(gate))));
    add(phases, "prove the idle slots again", replaced, lanes::proveAgain);
    return phases;
  }

  private void add(
      List<Phase> phases, String name, List<HostView> which, Function<HostView, Lane> lane) {
    if (!which.isEmpty()) {
      phases.add(new Phase(named(name), which.stream().map(lane).toList()));
    }
  }

  private Phase alone(String name, List<Move> moves) {
    return new Phase(named(name), List.of(new Lane(named(name), moves)));
  }

  private List<Move> switched() {
    SortedSet<Instance> to = gaining();
    SortedSet<Instance> from = losing();
    String role = situation.role().name();
    var there = new TrafficStep.Switch(role, to, from, isAtOnce());
    return List.of(
        from.isEmpty()
            ? Move.of(there)
            : Move.of(there, new TrafficStep.Switch(role, from, to, isAtOnce())));
  }

  private boolean isAtOnce() {
    return situation.capabilities().contains(Capability.ONE_SHOT_SWITCH);
  }

  private SortedSet<Instance> gaining() {
    return new TreeSet<>(replaced.stream().map(HostView::next).toList());
  }

  private SortedSet<Instance> losing() {
    return new TreeSet<>(replaced.stream().flatMap(host -> host.pooled().stream()).toList());
  }

  private List<Move> judged(Analysis analysis) {
    return List.of(
        Move.of(
            new JudgeStep.Analysis(
                situation.role().name(), gaining(), losing(), analysis.span(), analysis)));
  }

  /** After the switch nobody gets requests whom the new ones could be compared with. */
  private List<Move> kept() {
    String role = situation.role().name();
    Duration delay = blueGreen.scaleDownDelay();
    return List.of(
        Move.of(
            blueGreen
                .postPromotionAnalysis()
                .<Step>map(analysis ->
                    new JudgeStep.Analysis(
                        role, gaining(), Collections.emptySortedSet(), delay, analysis))
                .orElseGet(() -> new WaitStep.Pause(delay))),
        Move.of(new JudgeStep.Capacity(role, hosts.minServing(0))));
  }

  private String named(String text) {
    return naming.about(situation.role().name(), text);
  }

  private List<String> remarks() {
    if (hosts.isFirstDeploy()) {
      return List.of(named("nothing runs yet: all hosts at once"));
    }
    return replaced.isEmpty() || isAtOnce()
        ? List.of()
        : List.of(
            named(
                "both releases answer for a moment: not every balancer can switch in one act, so"
                    + " what gains requests does so before what loses them"));
  }
}
