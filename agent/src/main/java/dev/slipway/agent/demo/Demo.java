package dev.slipway.agent.demo;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The story of a deployment on this machine, with real parts: four hosts, the edge, an agent, and
 * clients that count every request.
 */
public final class Demo implements AutoCloseable {
  private static final Target SHOP = new Target("demo", "demo", "shop");
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration ACT_MAX = Duration.ofSeconds(60);

  private final PrintWriter out;
  private final InstantSource clock;
  private final Waiter waiter;
  private final Path directory;
  private final int appPort;
  private final int edgePort;
  private final int apiPort;
  private final DemoFiles files;
  private final DemoRepository repository;
  private final DemoProcesses processes;
  private boolean closed;
  private boolean good;

  /**
   * Makes a stage in a new temporary directory.
   *
   * @throws IOException if there is no room or no free port
   */
  public Demo(PrintWriter out, InstantSource clock, Waiter waiter) throws IOException {
    this.out = out;
    this.clock = clock;
    this.waiter = waiter;
    this.directory = Files.createTempDirectory("slipway-demo-").toRealPath();
    this.appPort = freePort();
    this.edgePort = freePort();
    this.apiPort = freePort();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    this.files = new DemoFiles(directory, java);
    this.repository = new DemoRepository(directory, clock);
    this.processes = new DemoProcesses(directory, java);
  }

  /** How the story ended. */
  public enum Verdict {
    /** Every act ended as it should, and no request was lost. */
    GOOD,
    /** Something else happened; it was printed. */
    BAD
  }

  /**
   * Plays every act.
   *
   * @throws IOException if a file or a process cannot be made
   */
  public Verdict play() throws IOException {
    say("Four hosts (127.0.0.11 to 127.0.0.14), the edge on 127.0.0.1:%d, an agent.", edgePort);
    say("Everything lies in %s", directory);
    repository.begin(files.examples(edgePort));
    String first = push("1.0", new Behaviour.Sound());
    startUp();
    if (!act("1. The first deploy of shop 1.0", first, "1.0", "succeeded")) {
      return Verdict.BAD;
    }
    var load = LoadPlan.against(new InetSocketAddress(InetAddress.getLoopbackAddress(), edgePort));
    try (LoadClient clients = LoadClient.start(load, waiter)) {
      boolean asTold = acts(first);
      LoadReport report = clients.stop();
      say("");
      say("Requests meanwhile: %s", report.render());
      good = asTold && report.lost() == 0 && report.sent() > 0;
    }
    return good ? Verdict.GOOD : Verdict.BAD;
  }

  /** Plays every act to its end, whatever came of the ones before. */
  private boolean acts(String first) throws IOException {
    boolean rolled = act("2. A push: shop 1.1 rolls out", pushSound("1.1"), "1.1", "succeeded");
    boolean undone =
        act(
            "3. A push of shop 1.2, which is broken: undone by itself",
            push("1.2", new Behaviour.Unhealthy()),
            "1.1",
            "rolled back");
    String revert = repository.revertTo(first, "1.0");
    boolean reverted =
        act("4. A revert: back on shop 1.0, and nothing is sent", revert, "1.0", "succeeded");
    return rolled && undone && reverted && sentNothing();
  }

  /** Prints how a person goes on, then waits until the process is ended. */
  public void stay() {
    say("");
    say("The agent stays up. Push a release of your own, and watch:");
    say("  git clone -b demo %s/config.git", directory);
    say("  slipway status -w --config %s/agent.yaml", directory);
    say("Press Ctrl-C to end.");
    waiter.await(Duration.ofDays(1), new Signal());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    processes.close();
    repository.close();
    DemoHosts.end(directory.resolve("srv"));
    if (good) {
      DemoHosts.delete(directory);
    } else {
      say("Logs and everything else are left in %s", directory);
    }
  }

  private String pushSound(String version) throws IOException {
    return push(version, new Behaviour.Sound());
  }

  private String push(String version, Behaviour behaviour) throws IOException {
    return repository.push(version, behaviour, files.application(version, appPort));
  }

  private void startUp() throws IOException {
    Path config = directory.resolve("agent.yaml");
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(config, files.agent(apiPort));
    processes.start(
        "edge",
        "edge",
        "--listen",
        "127.0.0.1:" + edgePort,
        "--control",
        directory.resolve("edge.sock").toString(),
        "--state",
        directory.resolve("edge.json").toString());
    processes.start("agent", "agent", "--config", config.toString());
  }

  /** Waits until the rollout of a commit ended, and tells each of its steps. */
  private boolean act(String title, String commit, String version, String ending) {
    say("");
    say(title);
    Instant until = clock.instant().plus(ACT_MAX);
    String before = "";
    while (clock.instant().isBefore(until) && processes.areAlive()) {
      Optional<ApplicationStatus> status = status();
      String now = status.map(Demo::progress).orElse("");
      if (!now.isEmpty() && !now.equals(before)) {
        say("   %s", now);
      }
      before = now;
      if (status.filter(one -> isOver(one, commit)).isPresent()) {
        return ended(status.get(), version, ending);
      }
      waiter.await(TICK, new Signal());
    }
    say("   this took longer than %s; see the logs in %s", ACT_MAX, directory);
    return false;
  }

  private static boolean isOver(ApplicationStatus status, String commit) {
    return status.phase() != Phase.PROGRESSING
        && status
            .rollout()
            .filter(rollout -> rollout.revision().equals(commit))
            .flatMap(RolloutStatus::ended)
            .isPresent();
  }

  private boolean ended(ApplicationStatus status, String version, String ending) {
    RolloutStatus rollout = status.rollout().orElseThrow();
    String stable = status.stable().map(one -> one.version()).orElse("nothing");
    say("   => %s: %s; shop %s serves", rollout.ending().orElse(""), rollout.reason(), stable);
    boolean good = rollout.ending().equals(Optional.of(ending)) && stable.equals(version);
    if (!good) {
      say("   this should have been '%s', with shop %s", ending, version);
      rollout.log().lines().forEach(line -> say("   | %s", line));
    }
    return good;
  }

  private boolean sentNothing() {
    long bytes =
        status().flatMap(ApplicationStatus::rollout).map(one -> one.bytesSent()).orElse(-1L);
    say("   bytes of releases that were sent for it: %d", bytes);
    return bytes == 0;
  }

  private static String progress(ApplicationStatus status) {
    return status
        .rollout()
        .filter(rollout -> rollout.ended().isEmpty())
        .map(rollout ->
            "%2d of %d  %s".formatted(rollout.stepsDone(), rollout.stepsTotal(), rollout.reason()))
        .orElse("");
  }

  private Optional<ApplicationStatus> status() {
    try {
      ApiToken token = ApiToken.read(directory.resolve("state"));
      return switch (ApiClient.of("127.0.0.1:" + apiPort, token).status()) {
        case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) ->
            all.stream().filter(one -> one.name().equals(SHOP.toString())).findFirst();
        case ApiClient.Reply.Refused<List<ApplicationStatus>> _,
            ApiClient.Reply.Unreachable<List<ApplicationStatus>> _ ->
            Optional.empty();
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void say(String format, Object... values) {
    out.printf(format + "%n", values);
    out.flush();
  }
}
