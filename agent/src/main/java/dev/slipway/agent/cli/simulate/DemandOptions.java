package dev.slipway.agent.cli.simulate;

import dev.slipway.strategies.simulation.Demand;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How many requests there are, and how many of them fail. */
final class DemandOptions {
  private static final double USUAL = 20;

  @Option(
      names = "--error-rate",
      paramLabel = "RATE[@TIME]",
      converter = RateWord.class,
      description = "The new release fails this part of its requests, as in 5%%@2m.")
  private Optional<RateWord.Rate> errorRate = Optional.empty();

  @Option(
      names = "--requests-per-second",
      paramLabel = "N",
      description = "So many requests come in. Default: 20, if an error rate is given.")
  private Optional<Double> perSecond = Optional.empty();

  /**
   * Returns what analyses judge by, if anything was asked about it.
   *
   * @throws IllegalArgumentException if there can be no such requests
   */
  Optional<Demand> demand() {
    if (errorRate.isEmpty() && perSecond.isEmpty()) {
      return Optional.empty();
    }
    RateWord.Rate rate = errorRate.orElse(new RateWord.Rate(0, Duration.ZERO));
    return Optional.of(new Demand(perSecond.orElse(USUAL), rate.part(), rate.from()));
  }
}
