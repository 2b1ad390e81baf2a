package dev.slipway.agent.telemetry;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.analysis.arms.Arm;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what the journal records, and prints it as Prometheus reads it. */
public final class Telemetry implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<RolloutId, Plan> plans = new ConcurrentHashMap<>();
  private final Map<RolloutId, Instant> begun = new ConcurrentHashMap<>();
  private final Map<At, Instant> running = new ConcurrentHashMap<>();

  /** A step that runs. */
  private record At(RolloutId rollout, Position position) {}

  private final AtomicLong written = new AtomicLong(-1);
  private final AtomicLong published = new AtomicLong(-1);
  private final ArmMeters arms = new ArmMeters(registry);
  private final Journal.Subscription subscription;

  /** Counts from now on. */
  public Telemetry(Journal journal) {
    Gauge.builder("slipway.rollouts.running", plans, Map::size)
        .description("Rollouts that are under way")
        .register(registry);
    Gauge.builder("slipway.journal.lag", this, Telemetry::lag)
        .description("Events in the journal that no published status tells of yet")
        .register(registry);
    subscription = journal.subscribe(this::count);
  }

  /** Counts a poll of a repository. */
  public void polled(String repository, String outcome) {
    Counter.builder("slipway.polls")
        .description("Polls of config repositories")
        .tag("repository", repository)
        .tag("outcome", outcome)
        .register(registry)
        .increment();
  }

  /** Hears what an A/B test has counted of one release so far, which is told until it is over. */
  public void counted(Target target, String goal, String arm, Arm seen) {
    arms.counted(target, goal, arm, seen);
  }

  /** Returns everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    subscription.close();
    registry.close();
  }

  private double lag() {
    return Math.max(0, written.get() - published.get());
  }

  private static boolean isToldByStatus(Event event) {
    return switch (event) {
      case Event.StatusPublished _, Event.NoticeTried _, Event.NoticeAnswered _ -> false;
      case Event _ -> true;
    };
  }

  private void count(Entry entry) {
    // What happened before this agent started is not held against it.
    published.compareAndSet(-1, entry.sequence() - 1);
    if (isToldByStatus(entry.event())) {
      written.set(entry.sequence());
    }
    switch (entry.event()) {
      case Event.RolloutStarted event -> {
        plans.put(event.rollout(), event.plan());
        begun.put(event.rollout(), entry.at());
      }
      case Event.Turned event -> plans.put(event.rollout(), event.plan());
      case Event.StepStarted event ->
          running.put(new At(event.rollout(), event.position()), entry.at());
      case Event.StepEnded event -> stepEnded(event, entry.at());
      case Event.RolloutEnded event -> rolloutEnded(event, entry.at());
      case Event.NoticeAnswered event -> noticeAnswered(event);
      case Event.StatusPublished event -> published.accumulateAndGet(event.sequence(), Math::max);
      case Event _ -> {}
    }
  }

  private Optional<Step> step(RolloutId rollout, Position position) {
    return Optional.ofNullable(plans.get(rollout)).stream()
        .flatMap(Plan::lanes)
        .filter(lane -> lane.id().equals(position.lane()))
        .findFirst()
        .flatMap(lane -> step(lane, position));
  }

  private static Optional<Step> step(Lane lane, Position position) {
    return switch (position.part()) {
      case STEPS -> Optional.of(lane.steps().get(position.index()));
      case RESTORE -> Optional.empty();
    };
  }

  private void stepEnded(Event.StepEnded event, Instant at) {
    Instant since = running.remove(new At(event.rollout(), event.position()));
    Optional<Step> ended = step(event.rollout(), event.position());
    if (since != null && ended.isPresent()) {
      Step step = ended.get();
      Timer.builder("slipway.steps")
          .description("Steps of plans, by kind")
          .tag("family", family(step))
          .tag("kind", step.getClass().getSimpleName().toLowerCase(Locale.ROOT))
          .register(registry)
          .record(Duration.between(since, at));
    }
  }

  private static String family(Step step) {
    return switch (step) {
      case InstanceStep _ -> "instance";
      case TrafficStep _ -> "traffic";
      case WaitStep _ -> "wait";
      case JudgeStep _ -> "judge";
    };
  }

  private void noticeAnswered(Event.NoticeAnswered event) {
    Counter.builder("slipway.notices")
        .description("Notices that were sent, by what came of each attempt")
        .tag("environment", event.target().environment())
        .tag("event", event.occasion().text())
        .tag("outcome", event.receipt().name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }

  private void rolloutEnded(Event.RolloutEnded event, Instant at) {
    plans.remove(event.rollout());
    arms.forget(event.target());
    Instant since = begun.remove(event.rollout());
    String outcome = event.ending().name().toLowerCase(Locale.ROOT);
    Counter.builder("slipway.rollouts")
        .description("Rollouts that ended, by outcome")
        .tag("environment", event.target().environment())
        .tag("application", event.target().application())
        .tag("outcome", outcome)
        .register(registry)
        .increment();
    if (since != null) {
      Timer.builder("slipway.rollout.duration")
          .description("How long rollouts took, by outcome")
          .tag("outcome", outcome)
          .register(registry)
          .record(Duration.between(since, at));
    }
  }
}
