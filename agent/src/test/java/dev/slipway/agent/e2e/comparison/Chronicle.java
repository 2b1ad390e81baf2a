package dev.slipway.agent.e2e.comparison;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** How many instances run, written down all the time. */
final class Chronicle implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PROGRAM = "DemoApp";

  private final Path directory;
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final Signal stop = new Signal();
  private final Thread thread;

  private Chronicle(Path directory) {
    this.directory = directory;
    this.thread = Thread.ofVirtual().start(this::look);
  }

  /** Counts the instances below a directory until it is closed. */
  static Chronicle of(Path directory) {
    return new Chronicle(directory);
  }

  private record Sample(Instant at, long running) {}

  /**
   * What ran beside the usual number of instances, as parts of that.
   *
   * @param most at once
   * @param mean over the time
   */
  record Extra(double most, double mean) {}

  private void look() {
    while (stop.reason().isEmpty()) {
      samples.add(new Sample(Waiter.wallClock().instant(), running()));
      Waiter.system().await(LOOK, stop);
    }
  }

  private long running() {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .commandLine()
                .filter(line -> line.contains(PROGRAM) && line.contains(directory.toString()))
                .isPresent())
        .count();
  }

  /** Waits until so many run. */
  void awaitRunning(long instances) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !samples.isEmpty() && samples.getLast().running() >= instances);
  }

  /** Returns what ran within a time beside so many that are usual. */
  Extra extra(Span span, int usual) {
    List<Sample> within = samples.stream().filter(sample -> span.has(sample.at())).toList();
    long most = within.stream().mapToLong(Sample::running).max().orElse(usual);
    double all =
        IntStream.range(1, within.size())
            .mapToDouble(i ->
                span.partOf(Duration.between(within.get(i - 1).at(), within.get(i).at()))
                    * Math.max(0, within.get(i).running() - usual))
            .sum();
    return new Extra((double) Math.max(0, most - usual) / usual, all / usual);
  }

  @Override
  public void close() {
    stop.raise("counted enough");
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
