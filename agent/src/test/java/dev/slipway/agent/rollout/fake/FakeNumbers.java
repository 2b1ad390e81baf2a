package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.agent.metrics.Question;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.agent.metrics.Reading;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Numbers about made-up requests: each release fails as often as a test says. */
public final class FakeNumbers implements MetricSource, Sources {
  private static final double SECONDS = 0.02;

  private final FakeFleet fleet;
  private final Map<String, Double> rates = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private volatile double perSecond = 10;
  private volatile boolean isForgotten;
  private volatile Optional<String> dead = Optional.empty();

  FakeNumbers(FakeFleet fleet) {
    this.fleet = fleet;
  }

  /** From now on a part of the requests to a release fail. */
  public void fails(String version, double rate) {
    rates.put(version, rate);
  }

  /** So many requests a second reach each instance that runs. */
  public void requests(double everySecond) {
    perSecond = everySecond;
  }

  /** Nobody answers any more. */
  public void dies() {
    dead = Optional.of("connection refused");
  }

  /** Nobody counts any more. */
  public void forgets() {
    isForgotten = true;
  }

  /** Returns how many watches nobody has closed. */
  public int open() {
    return open.get();
  }

  @Override
  public Optional<MetricSource> source(String provider, String role) {
    return provider.equals(name()) ? Optional.of(this) : Optional.empty();
  }

  @Override
  public String name() {
    return "balancer";
  }

  @Override
  public Optional<String> objection(Question question) {
    return isForgotten || question.measure() instanceof Measure.Latency
        ? Optional.of("there are no percentiles here")
        : Optional.empty();
  }

  @Override
  public Watch watch(Question question) {
    open.incrementAndGet();
    return new Counting(question, fleet.uptime());
  }

  private final class Counting implements Watch {
    private final Question question;
    private final Duration begin;

    private Counting(Question question, Duration begin) {
      this.question = question;
      this.begin = begin;
    }

    @Override
    public Reading read() {
      Duration passed = fleet.uptime().minus(begin);
      Duration counted = passed.compareTo(question.window()) < 0 ? passed : question.window();
      long each = (long) (counted.toMillis() * perSecond / 1_000);
      return dead.<Reading>map(Reading.Failed::new).orElseGet(() -> counted(each));
    }

    private Reading counted(long each) {
      long requests = 0;
      double failed = 0;
      for (Instance instance : question.instances()) {
        Optional<ReleaseId> running = fleet.running(instance);
        requests += running.isPresent() ? each : 0;
        failed += running.map(id -> rates.getOrDefault(id.version(), 0.0) * each).orElse(0.0);
      }
      return (requests == 0 || isForgotten) && !(question.measure() instanceof Measure.Requests)
          ? new Reading.NoData("there were no requests")
          : new Reading.Value(value(requests, failed), OptionalLong.of(requests));
    }

    private double value(long requests, double failed) {
      return switch (question.measure()) {
        case Measure.ErrorRate(), Measure.Differences() -> failed / requests;
        case Measure.Requests() -> requests;
        case Measure.Latency _, Measure.Mean _, Measure.Custom _ -> SECONDS;
      };
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
