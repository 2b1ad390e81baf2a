package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.rollout.judge.Tallying.Open;
import dev.slipway.agent.rollout.judge.Tallying.Tallied;
import dev.slipway.strategies.analysis.Sample;
import dev.slipway.strategies.analysis.Verdict;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Contest.Pair;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.plan.JudgeStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Counts what users do with two releases until it is enough, and then says which of them stays. */
public final class Referee {
  /** As often in a row as an analysis bears it that it cannot measure. */
  private static final int ERRORS_MAX = 4;

  private final Sources sources;
  private final Map<String, Sample> formers;

  /** Makes a referee who asks these sources. */
  public Referee(Sources sources) {
    this(sources, Map.of());
  }

  /**
   * Makes a referee who asks these sources.
   *
   * @param formers what the former release had, by metric; what is not in it is not compared
   */
  public Referee(Sources sources, Map<String, Sample> formers) {
    this.sources = sources;
    this.formers = Map.copyOf(formers);
  }

  /** Returns why the step can never come to a verdict; nothing if it can. */
  public List<String> objections(JudgeStep.Contested step) {
    Stream<String> watched =
        step.watch().stream().flatMap(watch -> new Analyst(sources).objections(watch).stream());
    Stream<String> counted =
        step.contest().goals().stream()
            .flatMap(goal ->
                Stream.of(
                    Tallying.ofCandidates(step, sources, goal),
                    Tallying.ofStable(step, sources, goal)))
            .flatMap(tallying -> tallying.objection().stream());
    return Stream.concat(watched, counted).distinct().toList();
  }

  /**
   * Counts until the sample is complete or the time is up; nothing if the time was cut.
   *
   * @param waited how long the step went on before a crash
   */
  public Optional<Verdict> judge(JudgeStep.Contested step, Duration waited, Passing passing) {
    try (Watching watching = Watching.of(step, sources, formers);
        Counts counts = Counts.of(step, sources, waited)) {
      return new Match(step, waited, passing, watching, counts, sources).run();
    }
  }

  /** The two sides of each goal. */
  private record Counts(Map<Goal, Sides> sides) implements AutoCloseable {
    private static Counts of(JudgeStep.Contested step, Sources sources, Duration waited) {
      var sides = new LinkedHashMap<Goal, Sides>();
      for (Goal goal : step.contest().goals()) {
        sides.put(
            goal,
            new Sides(
                Tallying.ofCandidates(step, sources, goal).open(waited),
                Tallying.ofStable(step, sources, goal).open(waited)));
      }
      return new Counts(sides);
    }

    @Override
    public void close() {
      sides
          .values()
          .forEach(both -> {
            both.candidate().close();
            both.stable().close();
          });
    }
  }

  private record Sides(Open candidate, Open stable) {}

  /** What was counted at one moment, and why something was not. */
  private record Look(Map<Goal, Pair> seen, List<String> errors) {
    private static Look at(Counts counts) {
      var seen = new HashMap<Goal, Pair>();
      var errors = new ArrayList<String>();
      counts
          .sides()
          .forEach((goal, sides) -> {
            Tallied mine = sides.candidate().read();
            Tallied other = sides.stable().read();
            if (mine instanceof Tallied.Seen(var candidate)
                && other instanceof Tallied.Seen(var stable)) {
              seen.put(goal, new Pair(candidate, stable));
            }
            Stream.of(mine, other)
                .filter(Tallied.Failed.class::isInstance)
                .map(Tallied.Failed.class::cast)
                .forEach(failed -> errors.add("%s: %s".formatted(goal.name(), failed.reason())));
          });
      return new Look(seen, errors);
    }
  }

  /** One step, from its beginning to its end. */
  private static final class Match {
    private final Contest contest;
    private final Passing passing;
    private final Watching watching;
    private final Counts counts;
    private final Sources sources;
    private final Duration end;
    private Duration next;
    private int errorsInRow;

    private Match(
        JudgeStep.Contested step,
        Duration waited,
        Passing passing,
        Watching watching,
        Counts counts,
        Sources sources) {
      this.contest = step.contest();
      this.passing = passing;
      this.watching = watching;
      this.counts = counts;
      this.sources = sources;
      Duration left = contest.duration().minus(waited);
      // After a crash there is time for one look at least.
      end = passing.now().plus(left.isPositive() ? left : contest.interval());
      next = passing.now().plus(contest.interval());
    }

    private Optional<Verdict> run() {
      while (passing.rest(nextLook().minus(passing.now()))) {
        Optional<Verdict> bad = watching.look();
        if (bad.isPresent()) {
          return bad;
        }
        Look look = Look.at(counts);
        look.seen().forEach(sources::counted);
        errorsInRow = look.errors().isEmpty() ? 0 : errorsInRow + 1;
        if (isOver(look)) {
          return Optional.of(decided(look));
        }
        while (next.compareTo(passing.now()) <= 0) {
          next = next.plus(contest.interval());
        }
      }
      return Optional.empty();
    }

    /** What cannot be counted at the end is asked for again a few times. */
    private Duration nextLook() {
      return passing.now().compareTo(end) < 0 && end.compareTo(next) < 0 ? end : next;
    }

    private boolean isOver(Look look) {
      return errorsInRow > 0
          ? errorsInRow > ERRORS_MAX
          : contest.isEnough(look.seen()) || passing.now().compareTo(end) >= 0;
    }

    private Verdict decided(Look look) {
      Verdict health = watching.verdict();
      if (!look.errors().isEmpty()) {
        return new Verdict.Errored(look.errors().getFirst());
      }
      return health instanceof Verdict.Pass
          ? contest.verdict(contest.findings(look.seen()))
          : health;
    }
  }
}
