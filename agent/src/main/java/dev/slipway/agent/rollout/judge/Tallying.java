package dev.slipway.agent.rollout.judge;

import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.agent.metrics.MetricSource.Watch;
import dev.slipway.agent.metrics.Question;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.agent.metrics.Reading;
import dev.slipway.strategies.analysis.arms.Arm;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.analysis.arms.Goal.Numbers;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * What one goal asks of whom, about one of the two releases.
 *
 * @param arm its name, as in {@code {{arm}}}
 */
record Tallying(
    JudgeStep.Contested step,
    Sources sources,
    Goal goal,
    String arm,
    SortedSet<Instance> instances) {
  private static final String VARIABLE = "\\{\\{\\s*arm\\s*}}";

  static Tallying ofCandidates(JudgeStep.Contested step, Sources sources, Goal goal) {
    return new Tallying(step, sources, goal, Traffic.CANDIDATE, step.candidates());
  }

  static Tallying ofStable(JudgeStep.Contested step, Sources sources, Goal goal) {
    return new Tallying(step, sources, goal, Traffic.STABLE, step.baseline());
  }

  /** What came of counting once. */
  sealed interface Tallied {
    record Seen(Arm arm) implements Tallied {}

    record Nothing(String reason) implements Tallied {}

    record Failed(String reason) implements Tallied {}
  }

  /** Returns why it can never be counted; nothing if it can. */
  Optional<String> objection() {
    Optional<MetricSource> source = source();
    return source.isEmpty()
        ? Optional.of(
            "%s: nothing is there that knows numbers of role '%s' (%s)"
                .formatted(goal.name(), step.role(), provider()))
        : questions()
            .flatMap(question -> source.get().objection(question).stream())
            .findFirst()
            .map(reason -> "%s: %s".formatted(goal.name(), reason));
  }

  private Optional<MetricSource> source() {
    return switch (goal.numbers()) {
      case Numbers.Failures(var named) -> Inquiry.source(sources, named, step.role());
      case Numbers.Queries _ -> sources.source(provider(), step.role());
      case Numbers.Document _ -> sources.source(provider(), step.role());
      case Numbers.Values _ -> sources.source(provider(), step.role());
    };
  }

  private String provider() {
    return switch (goal.numbers()) {
      case Numbers.Failures(var named) -> named.orElse("prometheus, balancer");
      case Numbers.Queries _ -> "prometheus";
      case Numbers.Document _, Numbers.Values _ -> "json";
    };
  }

  private Stream<Question> questions() {
    return switch (goal.numbers()) {
      case Numbers.Failures _ -> Stream.of(question(new Measure.ErrorRate()));
      case Numbers.Queries(var successes, var trials) ->
          Stream.of(custom(successes, ""), custom(trials, ""));
      case Numbers.Document(var url, var successes, var trials) ->
          Stream.of(custom(url, successes), custom(url, trials));
      case Numbers.Values(var url, var pointer) -> Stream.of(custom(url, pointer));
    };
  }

  private Question custom(String text, String pointer) {
    return question(
        new Measure.Custom(text.replaceAll(VARIABLE, arm), pointer.replaceAll(VARIABLE, arm)));
  }

  private Question question(Measure measure) {
    return new Question(measure, instances, step.contest().duration().multipliedBy(2));
  }

  /** Begins to count as if that had been done a while ago. */
  Open open(Duration ago) {
    return new Open(
        goal,
        source().stream()
            .flatMap(source -> questions().map(question -> source.watch(question, ago)))
            .toList());
  }

  /** What is counted since the test began. */
  record Open(Goal goal, List<Watch> watches) implements AutoCloseable {
    Tallied read() {
      if (watches.isEmpty()) {
        return new Tallied.Failed("nothing is there any more that knows it");
      }
      List<Reading> readings = watches.stream().map(Watch::read).toList();
      return readings.stream()
          .flatMap(reading -> problem(reading).stream())
          .findFirst()
          .orElseGet(() -> seen(readings));
    }

    private static Optional<Tallied> problem(Reading reading) {
      return switch (reading) {
        case Reading.NoData(var reason) -> Optional.of(new Tallied.Nothing(reason));
        case Reading.Failed(var reason) -> Optional.of(new Tallied.Failed(reason));
        case Reading.Value _, Reading.Listed _ -> Optional.empty();
      };
    }

    private Tallied seen(List<Reading> readings) {
      return switch (readings.getFirst()) {
        case Reading.Listed(var values) when goal.numbers() instanceof Numbers.Values ->
            new Tallied.Seen(new Arm.Values(values));
        case Reading.Value(var rate, var requests, _)
            when goal.numbers() instanceof Numbers.Failures ->
            requests.isPresent()
                ? counts(rate * requests.getAsLong(), (double) requests.getAsLong())
                : new Tallied.Failed("nobody says of how many requests it is");
        case Reading.Value(var successes, _, _)
            when readings.getLast() instanceof Reading.Value(var trials, _, _)
                && readings.size() > 1 ->
            counts(successes, trials);
        case Reading _ -> new Tallied.Failed("there is a number where a list is meant, or a list");
      };
    }

    private static Tallied counts(double successes, double trials) {
      long some = Math.round(successes);
      long all = Math.round(trials);
      return some < 0 || some > all
          ? new Tallied.Failed("%d successes of %d trials are no part of them".formatted(some, all))
          : new Tallied.Seen(new Arm.Counts(some, all));
    }

    @Override
    public void close() {
      watches.forEach(Watch::close);
    }
  }
}
