package dev.slipway.strategies.plan;

import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.gate.Webhook;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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

  /**
   * What the former release has is known, so that what follows it can be compared with that. It is
   * measured anew if a crash cuts it, and never again once it is known.
   *
   * @param instances those of the role that serve the former release; nobody where none does
   * @param metrics those by which a release is compared with the former one
   */
  record Former(String role, SortedSet<Instance> instances, List<Metric> metrics)
      implements JudgeStep {
    public Former {
      instances = Collections.unmodifiableSortedSet(new TreeSet<>(instances));
      metrics = List.copyOf(metrics);
      if (metrics.isEmpty() || metrics.stream().anyMatch(metric -> metric.former().isEmpty())) {
        throw new IllegalArgumentException("nothing is compared by " + metrics);
      }
    }

    /** Returns how long it takes where numbers are known only from when they are asked for. */
    public Duration duration() {
      return metrics.stream()
          .flatMap(metric -> metric.former().stream())
          .map(Metric.Former::window)
          .max(Duration::compareTo)
          .orElseThrow();
    }

    @Override
    public String render(Naming naming) {
      String names = metrics.stream().map(Metric::name).collect(Collectors.joining(", "));
      return instances.isEmpty()
          ? "compare with nobody by %s: no instance serves the former release".formatted(names)
          : "measure %s for %s by %s, to compare with it"
              .formatted(
                  instances.stream().map(naming::of).collect(Collectors.joining(", ")),
                  Durations.text(duration()),
                  names);
    }
  }

  /**
   * A webhook was called; only where its type says so does the answer count.
   *
   * @param about what comes next, for people
   */
  record Call(String about, ReleaseId release, Webhook webhook) implements JudgeStep {
    /** Returns whether a bad answer takes the release back. */
    public boolean counts() {
      return switch (webhook.type()) {
        case PRE_ROLLOUT -> true;
        case POST_ROLLOUT, EVENT -> false;
        case CONFIRM_ROLLOUT, ROLLOUT, CONFIRM_TRAFFIC_INCREASE, CONFIRM_PROMOTION, ROLLBACK ->
            throw new IllegalStateException("webhook %s is not called once".formatted(webhook));
      };
    }

    @Override
    public String render(Naming naming) {
      return counts()
          ? "call webhook %s until it answers well, %d times at most"
              .formatted(webhook, webhook.retries() + 1)
          : "tell webhook %s".formatted(webhook);
    }
  }

  /**
   * A webhook is called again and again while the other lanes of the phase go on, and ends them if
   * its answer takes the release back.
   *
   * @param about the phase, for people
   */
  record Watch(String about, ReleaseId release, Webhook webhook) implements JudgeStep {
    @Override
    public String render(Naming naming) {
      String every = Durations.text(webhook.interval());
      return webhook.type() == Webhook.Moment.ROLLBACK
          ? "ask webhook %s every %s meanwhile whether to go back".formatted(webhook, every)
          : "call webhook %s every %s meanwhile".formatted(webhook, every);
    }
  }

  /**
   * The time of a test or its sample is complete, and the numbers of both releases let the
   * candidates stay. The time goes on over a crash; what only balancers counted is lost by it.
   *
   * @param candidates instances of the role that run what is tested
   * @param baseline instances of the role that serve the stable release meanwhile
   * @param analysis ends it before that, if the numbers of the candidates are bad
   */
  record Contested(
      String role,
      SortedSet<Instance> candidates,
      SortedSet<Instance> baseline,
      Contest contest,
      Optional<dev.slipway.strategies.analysis.Analysis> analysis)
      implements JudgeStep {
    public Contested {
      candidates = Collections.unmodifiableSortedSet(new TreeSet<>(candidates));
      baseline = Collections.unmodifiableSortedSet(new TreeSet<>(baseline));
      if (candidates.isEmpty() || baseline.isEmpty()) {
        throw new IllegalArgumentException(
            "a test of %s beside %s compares nothing".formatted(candidates, baseline));
      }
    }

    /** Returns what watches the candidates meanwhile. */
    public Optional<Analysis> watch() {
      return analysis.map(
          watched -> new Analysis(role, candidates, baseline, contest.duration(), watched));
    }

    @Override
    public String render(Naming naming) {
      String goals = contest.goals().stream().map(Goal::name).collect(Collectors.joining(", "));
      String sample =
          contest.sampleSize().isPresent()
              ? "until %,d of each are counted, at most "
                  .formatted(contest.sampleSize().getAsLong())
              : "for ";
      return "compare %s with %s by %s, %s%s%s"
          .formatted(
              names(candidates, naming),
              names(baseline, naming),
              goals,
              sample,
              Durations.text(contest.duration()),
              analysis.map(watched -> ", watched by %s".formatted(metrics(watched))).orElse(""));
    }

    private static String metrics(dev.slipway.strategies.analysis.Analysis analysis) {
      return analysis.metrics().stream().map(Metric::name).collect(Collectors.joining(", "));
    }

    private static String names(SortedSet<Instance> instances, Naming naming) {
      return instances.stream().map(naming::of).collect(Collectors.joining(", "));
    }
  }
}
