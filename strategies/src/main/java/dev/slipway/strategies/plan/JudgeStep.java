package dev.slipway.strategies.plan;

import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A step that asks whether to go on. */
public sealed interface JudgeStep extends Step {

  /**
   * At least so many instances of the role are healthy and, by every balancer's word, get requests.
   */
  record Capacity(String role, int minServing) implements JudgeStep {
    public Capacity {
      if (minServing < 0) {
        throw new IllegalArgumentException("minServing %d is below zero".formatted(minServing));
      }
    }

    @Override
    public String render(Naming naming) {
      return "check that at least %d%s serve".formatted(minServing, naming.whose(role));
    }
  }

  /** The instance answers every smoke test well; asking does no harm, however often it is done. */
  record Smoke(Instance instance, List<SmokeTest> tests) implements JudgeStep {
    public Smoke {
      tests = List.copyOf(tests);
      if (tests.isEmpty()) {
        throw new IllegalArgumentException("there is no smoke test of %s".formatted(instance));
      }
    }

    @Override
    public String render(Naming naming) {
      return "smoke-test %s: %s"
          .formatted(
              naming.of(instance),
              tests.stream().map(Smoke::text).collect(Collectors.joining(", ")));
    }

    private static String text(SmokeTest test) {
      int count = test.tries().count();
      return test.inquiry().text()
          + (count == 1 ? "" : ", well %d times of %d".formatted(test.tries().enough(), count));
    }
  }

  /**
   * For so long, and longer if the verdict is not known by then, the numbers of the candidates are
   * good. It begins anew after a crash, and its numbers never reach back before its beginning.
   *
   * @param candidates instances of the role that run what is judged
   * @param baseline instances of the role that serve the stable release meanwhile; empty where
   *     nobody does, and then no metric is compared with them
   */
  record Analysis(
      String role,
      SortedSet<Instance> candidates,
      SortedSet<Instance> baseline,
      Duration duration,
      dev.slipway.strategies.analysis.Analysis analysis)
      implements JudgeStep {
    public Analysis {
      candidates = Collections.unmodifiableSortedSet(new TreeSet<>(candidates));
      baseline = Collections.unmodifiableSortedSet(new TreeSet<>(baseline));
      if (candidates.isEmpty() || !duration.isPositive()) {
        throw new IllegalArgumentException(
            "an analysis of %s for %s judges nothing".formatted(candidates, duration));
      }
    }

    @Override
    public String render(Naming naming) {
      String metrics =
          analysis.metrics().stream().map(Metric::name).collect(Collectors.joining(", "));
      return "judge %s for %s by %s"
          .formatted(
              candidates.stream().map(naming::of).collect(Collectors.joining(", ")),
              Durations.text(duration),
              metrics);
    }
  }
}
