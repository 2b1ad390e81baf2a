package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.cli.words.DurationWord;
import dev.slipway.strategies.simulation.Pace;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long the steps take. */
final class PaceOptions {
  @Option(
      names = "--stage",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "10s",
      description = "A release is sent to a host. Default: ${DEFAULT-VALUE}.")
  private Duration stage = Pace.USUAL.stage();

  @Option(
      names = "--start",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "5s",
      description = "A service comes up. Default: ${DEFAULT-VALUE}.")
  private Duration start = Pace.USUAL.start();

  @Option(
      names = "--stop",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "2s",
      description = "A service goes down. Default: ${DEFAULT-VALUE}.")
  private Duration stop = Pace.USUAL.stop();

  @Option(
      names = "--drain",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "5s",
      description = "The requests in flight end. Default: ${DEFAULT-VALUE}.")
  private Duration drain = Pace.USUAL.drain();

  @Option(
      names = "--task",
      paramLabel = "DURATION",
      converter = DurationWord.class,
      defaultValue = "30s",
      description = "A task runs. Default: ${DEFAULT-VALUE}.")
  private Duration task = Pace.USUAL.task();

  Pace pace() {
    Pace usual = Pace.USUAL;
    return new Pace(
        stage,
        usual.activate(),
        start,
        stop,
        drain,
        usual.balancer(),
        usual.hook(),
        task,
        usual.patience());
  }
}
