package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.traffic.Capability;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The counts of the balancers in front of a role, added up. */
final class BalancerCounts implements MetricSource {
  static final String NO_QUERIES =
      "balancers answer no queries of their own; name provider prometheus or json";

  private final List<Balancer> balancers;
  private final InstantSource clock;

  BalancerCounts(List<Balancer> balancers, InstantSource clock) {
    this.balancers = List.copyOf(balancers);
    this.clock = clock;
  }

  @Override
  public String name() {
    return "balancer";
  }

  @Override
  public Optional<String> objection(Question question) {
    if (balancers.isEmpty()) {
      return Optional.of("no balancer stands in front of it; name provider prometheus");
    }
    return switch (question.measure()) {
      case Measure.Custom _ -> Optional.of(NO_QUERIES);
      case Measure.ErrorRate() ->
          lacking(Capability.COUNTERS, "counts no requests for each of its members");
      case Measure.Requests() ->
          lacking(Capability.COUNTERS, "counts no requests for each of its members");
      case Measure.Differences() ->
          balancers.stream()
              .filter(balancer -> !balancer.capabilities().contains(Capability.COMPARE))
              .map(balancer ->
                  "balancer %s compares no answers; only edges do".formatted(balancer.name()))
              .findFirst();
      case Measure.Mean() ->
          lacking(Capability.MEANS, "does not know how long each of its members takes");
      case Measure.Latency(int percentile) ->
          lacking(
              Capability.TIMES,
              "keeps no times for each of its members that percentile %d could be told from"
                  .formatted(percentile));
    };
  }

  private Optional<String> lacking(Capability capability, String fact) {
    return balancers.stream()
        .filter(balancer -> !balancer.capabilities().contains(capability))
        .map(
            balancer -> "balancer %s %s; name provider prometheus".formatted(balancer.name(), fact))
        .findFirst()
        .or(this::never);
  }

  /** One that could count may not have been set up to. */
  private Optional<String> never() {
    return balancers.stream()
        .flatMap(balancer ->
            balancer.counted() instanceof Counted.Never(var reason)
                ? Stream.of("balancer %s: %s".formatted(balancer.name(), reason))
                : Stream.empty())
        .findFirst();
  }

  @Override
  public Watch watch(Question question) {
    return new CountsWatch(balancers, question, clock);
  }
}
