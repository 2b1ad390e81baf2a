package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.cli.words.DurationWord;
import dev.slipway.strategies.simulation.Sketch;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A fleet that exists nowhere. */
final class FleetOptions {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many hosts, web01 and so on. Default: ${DEFAULT-VALUE}.")
  private int hosts;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many releases have room on a host, 1 or 2. Default: ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--balancer",
      paramLabel = "KIND",
      defaultValue = "haproxy",
      description = "haproxy (default), nginx, edge or none.")
  private Front front = Front.haproxy;

  @Option(
      names = "--prove",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "10s",
      description = "How long a new process must stay healthy. Default: ${DEFAULT-VALUE}.")
  private Duration proof = Duration.ZERO;

  @Option(
      names = "--running",
      paramLabel = "VERSION",
      description = "The version that runs before. Default: 1.0, or 'former' with APP.")
  private Optional<String> running = Optional.empty();

  @Option(
      names = "--wanted",
      paramLabel = "VERSION",
      defaultValue = "1.1",
      description = "The version that is rolled out. Default: ${DEFAULT-VALUE}.")
  private String wanted = "";

  /** Returns the version that runs on the fleet of an application. */
  String running() {
    return running.orElse("former");
  }

  /**
   * Returns the fleet.
   *
   * @throws IllegalArgumentException if there can be no such fleet
   */
  Sketch sketch() {
    Duration deadline = proof.compareTo(DEADLINE) < 0 ? DEADLINE : proof.multipliedBy(2);
    return new Sketch(hosts, slots, front.able(), proof, deadline, running.orElse("1.0"), wanted);
  }
}
