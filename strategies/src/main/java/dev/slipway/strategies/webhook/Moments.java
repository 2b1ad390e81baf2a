package dev.slipway.strategies.webhook;

import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Share;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the phases of a plan are to the requests: which one brings the first of them, which ones
 * bring more, and with which one the former release is given up.
 */
record Moments(List<Phase> phases) {

  /** Returns the first phase that sends the release a request; -1 if none does. */
  int firstRequest() {
    return first(phase -> any(phase, Moments::sends));
  }

  /** Where requests are shared out, a release is promoted after all that is waited for. */
  int promotion() {
    int lastWait = last(Moments::waits);
    if (isTrial()) {
      return lastWait < 0 ? firstRequest() : lastWait + 1;
    }
    return first(phase ->
        any(phase, TrafficStep.Switch.class::isInstance)
            && !any(phase, TrafficStep.Shift.class::isInstance));
  }

  /** Whoever gets copies only is promoted by a switch, as what gets nothing. */
  private boolean isTrial() {
    return phases.stream()
        .anyMatch(phase ->
            any(
                phase,
                step ->
                    step instanceof TrafficStep.Shift shift && !shift.share().equals(Share.NONE)));
  }

  /** Returns whether a phase gives the release on trial more requests than it had. */
  boolean isIncrease(int index) {
    return isTrial()
        && index < promotion()
        && share(phases.get(index)).filter(share -> share.compareTo(before(index)) > 0).isPresent();
  }

  private Share before(int index) {
    return phases.subList(0, index).reversed().stream()
        .flatMap(phase -> share(phase).stream())
        .findFirst()
        .orElse(Share.NONE);
  }

  private static Optional<Share> share(Phase phase) {
    return steps(phase)
        .flatMap(step ->
            switch (step) {
              case TrafficStep.Shift shift -> Stream.of(shift.share());
              case TrafficStep.Switch _ -> Stream.of(Share.ALL);
              case Step _ -> Stream.<Share>empty();
            })
        .reduce((_, last) -> last);
  }

  private static boolean sends(Step step) {
    return step instanceof TrafficStep.Shift
        || step instanceof TrafficStep.Switch
        || step instanceof TrafficStep.Admit;
  }

  /** Returns whether a phase waits for time or for people. */
  static boolean waits(Phase phase) {
    return lasts(phase) || any(phase, WaitStep.AwaitApproval.class::isInstance);
  }

  /** Returns whether a phase lasts for a time, in which the release is looked at. */
  static boolean lasts(Phase phase) {
    return any(
        phase,
        step ->
            step instanceof WaitStep.Pause
                || step instanceof JudgeStep.Analysis
                || step instanceof JudgeStep.Contested);
  }

  private static boolean any(Phase phase, Predicate<Step> what) {
    return steps(phase).anyMatch(what);
  }

  private static Stream<Step> steps(Phase phase) {
    return phase.lanes().stream().flatMap(lane -> lane.steps().stream());
  }

  private int first(Predicate<Phase> what) {
    return IntStream.range(0, phases.size())
        .filter(i -> what.test(phases.get(i)))
        .findFirst()
        .orElse(-1);
  }

  private int last(Predicate<Phase> what) {
    return IntStream.range(0, phases.size())
        .filter(i -> what.test(phases.get(i)))
        .reduce((_, last) -> last)
        .orElse(-1);
  }
}
