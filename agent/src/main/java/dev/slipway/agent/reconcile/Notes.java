package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.reconcile.tenancy.Departures;
import dev.slipway.agent.reconcile.turns.Remarks;
import dev.slipway.agent.reconcile.turns.Unity;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a worker tells people of its application. */
final class Notes {
  private final Target target;
  private final Services services;
  private final Board board;
  private final Watch watch;
  private final Past past;
  private final Departures departures;
  private final Unity unity;
  private final Supplier<Optional<Wanted.Deploy>> asked;

  Notes(
      Target target,
      Services services,
      Board board,
      Watch watch,
      Departures departures,
      Unity unity,
      Supplier<Optional<Wanted.Deploy>> asked) {
    this.target = target;
    this.services = services;
    this.board = board;
    this.watch = watch;
    this.past = new Past(services.journal(), target);
    this.departures = departures;
    this.unity = unity;
    this.asked = asked;
  }

  void wanted(Delivery delivery) {
    board.wanted(target, delivery);
  }

  void wanted(String branch, String revision) {
    board.wanted(target, branch, revision);
  }

  void seen(Observation.Seen seen) {
    board.seen(target, seen);
  }

  void phase(Phase phase, Condition... conditions) {
    phase(phase, List.of(conditions));
  }

  void phase(Phase phase, List<Condition> conditions) {
    var all = new ArrayList<>(conditions);
    all.addAll(unity.remarks());
    asked
        .get()
        .ifPresent(deploy -> {
          all.addAll(Remarks.of(deploy, services.clock().instant()));
          all.addAll(departures.remarks(deploy));
        });
    board.note(target, phase, all);
  }

  /** People ask what runs above all when nothing, or nothing sound, is asked for any more. */
  void instead(Phase phase, Condition why) {
    lookBack();
    phase(phase, why);
  }

  /** Says so of a commit. */
  void instead(String branch, String revision, Phase phase, Condition why) {
    lookBack();
    wanted(branch, revision);
    phase(phase, why);
  }

  private void lookBack() {
    past.stable().flatMap(stable -> watch.lookAtLast(target, stable)).ifPresent(this::seen);
  }
}
