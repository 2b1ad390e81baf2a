package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.simulation.Account.Stretch;
import dev.slipway.strategies.simulation.Doing.Begun;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One lane on its way: where it is, and until when. */
final class LaneCourse {
  private final String phase;
  private final Lane lane;
  private final Deque<Step> ahead;
  private Optional<Current> current = Optional.empty();
  private int begun;
  private boolean takesBack;
  private String failure = "";

  LaneCourse(String phase, Lane lane) {
    this.phase = phase;
    this.lane = lane;
    this.ahead = new ArrayDeque<>(lane.steps());
  }

  /** The step that is being done. */
  private record Current(Step step, Duration from, Begun how) {}

  Lane lane() {
    return lane;
  }

  String failure() {
    return failure;
  }

  boolean isOver() {
    return current.isEmpty() && ahead.isEmpty();
  }

  boolean isIdle() {
    return current.isEmpty() && !ahead.isEmpty();
  }

  void beginNext(Doing doing, Duration now) {
    Step step = ahead.removeFirst();
    begun += takesBack ? 0 : 1;
    current = Optional.of(new Current(step, now, doing.begin(step)));
  }

  /** Returns when the step that is being done is over, if time tells. */
  Optional<Duration> until() {
    return current.flatMap(doing ->
        switch (doing.how()) {
          case Begun.Takes(var time) -> Optional.of(doing.from().plus(time));
          case Begun.Fails(var time, var _) -> Optional.of(doing.from().plus(time));
          case Begun.Joins _ -> Optional.empty();
        });
  }

  /** Returns the lane that this one waits for. */
  Optional<String> awaited() {
    return current.flatMap(doing ->
        doing.how() instanceof Begun.Joins(var other) ? Optional.of(other) : Optional.empty());
  }

  /** Ends the step, for its time is over. */
  Stretch end(Doing doing, Duration now) {
    Current done = current.orElseThrow();
    return switch (done.how()) {
      case Begun.Takes _ -> close(now, doing.finish(done.step()).orElse(""));
      case Begun.Fails(var _, var reason) -> close(now, reason);
      case Begun.Joins _ -> throw new IllegalStateException("only the other lane ends " + done);
    };
  }

  /** Ends the step now, whatever its time; empty text is success. */
  Stretch close(Duration now, String reason) {
    Current done = current.orElseThrow();
    current = Optional.empty();
    var stretch = new Stretch(phase, lane.id(), done.step(), done.from(), now, takesBack, reason);
    if (!reason.isEmpty()) {
      fail(reason);
    }
    return stretch;
  }

  /** A step that fails while a lane is taken back ends it where it is. */
  private void fail(String reason) {
    ahead.clear();
    if (!takesBack) {
      takesBack = true;
      failure = reason;
      ahead.addAll(lane.restore(begun));
    }
  }

  /** Returns whether the step that is being done is about a host. */
  boolean isOn(String host) {
    return current
        .filter(
            doing -> doing.step() instanceof InstanceStep on && on.instance().host().equals(host))
        .isPresent();
  }

  /** Returns the instances that the lane is about. */
  Set<Instance> instances() {
    return lane.steps().stream()
        .flatMap(
            step -> step instanceof InstanceStep on ? Stream.of(on.instance()) : Stream.empty())
        .collect(Collectors.toSet());
  }
}
