package dev.slipway.agent.source;

import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Opens config repositories, each with a clone of its own in the state directory. */
public final class ConfigRepositories {
  private final StatusWriter writer;
  private final InstantSource clock;
  private final Waiter waiter;
  private final RandomGenerator random;

  /** Makes a factory; {@code random} spreads the retries of agents that write to one branch. */
  public ConfigRepositories(
      StatusWriter writer, InstantSource clock, Waiter waiter, RandomGenerator random) {
    this.writer = writer;
    this.clock = clock;
    this.waiter = waiter;
    this.random = random;
  }

  /**
   * Opens a repository without asking its server for anything yet.
   *
   * @param cloneDirectory for this remote and this agent alone; made if it is missing
   * @throws IllegalArgumentException if the address cannot be used
   * @throws java.io.UncheckedIOException if the directory cannot be used
   */
  public ConfigRepository open(RemoteSpec spec, Path cloneDirectory) {
    var remote = new Remote(spec);
    var clone = Clone.open(cloneDirectory);
    var branch = new StatusBranch(writer, clock);
    var publisher = new StatusPublisher(clone, remote, branch, waiter, random);
    var restoring = new Restoring(clone, remote, writer, clock, waiter, random);
    return new JGitRepository(spec, clone, remote, publisher, restoring);
  }
}
