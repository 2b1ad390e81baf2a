package dev.slipway.agent.rollout;

import dev.slipway.agent.rollout.LaneRun.End;
import dev.slipway.agent.rollout.LaneRun.Ways;
import dev.slipway.agent.rollout.act.Acts.Signals;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.time.Signal;
import dev.slipway.strategies.gate.Webhook.Moment;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The lanes of one phase side by side: those that have something to do, and those that only watch
 * them, which end with them, or end them, or that tell of them.
 *
 * @param run carries out a lane that may end in these ways
 */
record Guarded(Crew crew, Ways ways, BiFunction<Lane, Ways, End> run) {

  /** What lanes that have nothing of their own to do are there for. */
  private enum Company {
    /** Ends the others, or ends with them. */
    WATCH,
    /** Tells somebody of them. */
    NEWS
  }

  private static Optional<Company> company(Lane lane) {
    return lane.steps().stream()
        .flatMap(step ->
            switch (step) {
              case JudgeStep.Watch _ -> Stream.of(Company.WATCH);
              case JudgeStep.Call(_, _, var webhook) when webhook.type() == Moment.EVENT ->
                  Stream.of(Company.NEWS);
              case Step _ -> Stream.<Company>empty();
            })
        .findFirst();
  }

  /** Returns how each lane ended; a watch that ended with the others is done. */
  Map<Lane, End> ends(List<Lane> lanes) {
    List<Lane> company = lanes.stream().filter(lane -> company(lane).isPresent()).toList();
    List<Lane> others = lanes.stream().filter(lane -> company(lane).isEmpty()).toList();
    return company.isEmpty()
        ? paired(others, crew.all(works(others, ways)))
        : accompanied(others, company);
  }

  /**
   * What ends lanes.
   *
   * @param warning the others, because a watch speaks against them
   * @param over a watch, because the others ended
   * @param failed news, because not all is well
   */
  private record Bells(Signal warning, Signal over, Signal failed) {
    private Bells() {
      this(new Signal(), new Signal(), new Signal());
    }

    private void all(String why) {
      warning.raise(why);
      over.raise(why);
      failed.raise(why);
    }
  }

  private Map<Lane, End> accompanied(List<Lane> others, List<Lane> company) {
    Signal outer = ways.there().pauses();
    var bells = new Bells();
    var left = new AtomicInteger(others.size());
    try (var _ = outer.whenRaised(() -> bells.all(outer.reason().orElse("the rollout turns")))) {
      List<Lane> lanes = Stream.concat(others.stream(), company.stream()).toList();
      return paired(
          lanes,
          crew.all(
              Stream.concat(
                      others.stream().map(lane -> other(lane, bells, left)),
                      company.stream().map(lane -> companion(lane, bells)))
                  .toList()));
    }
  }

  /** The last of them lets the watches go while it still counts as busy. */
  private Supplier<End> other(Lane lane, Bells bells, AtomicInteger left) {
    Ways warned = there(new Signals(bells.warning(), ways.there().waits()));
    return () -> {
      try {
        End end = run.apply(lane, warned);
        if (!(end instanceof End.Done)) {
          bells.failed().raise("not all is well");
        }
        return end;
      } finally {
        if (left.decrementAndGet() == 0) {
          bells.over().raise("the others are done");
        }
      }
    };
  }

  private Supplier<End> companion(Lane lane, Bells bells) {
    Signal own =
        switch (company(lane).orElseThrow()) {
          case WATCH -> bells.over();
          case NEWS -> bells.failed();
        };
    Ways watching = there(new Signals(own, ways.there().pauses()));
    return () -> {
      End end = run.apply(lane, watching);
      if (end instanceof End.Failed(var outcome)) {
        bells.warning().raise(outcome.detail());
      }
      return end;
    };
  }

  private Ways there(Signals signals) {
    return new Ways(signals, ways.back(), ways.turning(), ways.leaving());
  }

  private List<Supplier<End>> works(List<Lane> lanes, Ways of) {
    var works = new ArrayList<Supplier<End>>();
    lanes.forEach(lane -> works.add(() -> run.apply(lane, of)));
    return works;
  }

  private static Map<Lane, End> paired(List<Lane> lanes, List<End> ends) {
    var paired = new LinkedHashMap<Lane, End>();
    for (int i = 0; i < lanes.size(); i++) {
      paired.put(lanes.get(i), ends.get(i));
    }
    return paired;
  }
}
