package dev.slipway.agent.e2e.world;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The agent of a {@link World} as a process of its own, so that it can die as processes do: without
 * a word, and without the children that it started.
 */
public final class AgentProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Daemon daemon;
  private final Path log;
  private Optional<Daemon> tracer = Optional.empty();

  private AgentProcess(Daemon daemon, Path log) {
    this.daemon = daemon;
    this.log = log;
  }

  /** Starts {@code slipway agent} and waits until it answers. */
  public static AgentProcess start(World world) {
    world.config();
    Path log = world.configFile().resolveSibling("agent.log");
    var process = new AgentProcess(Daemon.start(log, Map.of(), command(world)), log);
    await("the agent to answer")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> !process.isAlive() || world.isAnswered());
    if (!process.isAlive()) {
      throw new AssertionError("the agent ended by itself:\n" + process.log());
    }
    return process;
  }

  private static List<String> command(World world) {
    return slipway("agent", "--config", world.configFile().toString());
  }

  /** Returns what starts {@code slipway} with these words, as it was built for the tests. */
  public static List<String> slipway(String... words) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.slipway.agent.Main"),
            Stream.of(words))
        .toList();
  }

  /**
   * Lets the kernel kill the agent when one of its threads makes data durable for the nth time from
   * now on. What the agent starts is not watched.
   */
  public void killAtSync(int nth) {
    tracer =
        Optional.of(
            Daemon.start(
                log.resolveSibling("strace.log"),
                Map.of(),
                List.of(
                    Server.STRACE.require().toString(),
                    "-f",
                    "-b",
                    "execve",
                    "-e",
                    "trace=fsync,fdatasync",
                    "-e",
                    "inject=fsync,fdatasync:signal=KILL:when=" + nth,
                    "-p",
                    String.valueOf(daemon.pid()))));
    await("the tracer")
        .atMost(PATIENCE)
        .until(() -> tracer.orElseThrow().log().contains("attached") || !isAlive());
  }

  public boolean isAlive() {
    return daemon.isAlive();
  }

  /** Kills the agent alone: scripts and instances that it started go on. */
  public void kill() {
    daemon.signal("KILL");
    awaitDeath();
  }

  public void awaitDeath() {
    daemon.awaitExit();
    close();
  }

  public String log() {
    return daemon.log();
  }

  /** Lets the agent end as it would at a shutdown of its machine. */
  @Override
  public void close() {
    tracer.ifPresent(Daemon::close);
    tracer = Optional.empty();
    if (isAlive()) {
      daemon.signal("TERM");
      await("the end of the agent").atMost(PATIENCE).until(() -> !isAlive());
    }
    daemon.close();
  }
}
