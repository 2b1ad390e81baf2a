package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.git.GitHttpServer;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small world of real parts: a Git repository, an agent, hosts with the demo application, and a
 * balancer.
 */
final class World implements AutoCloseable {
  static final Target SHOP = new Target("config", "test", "shop");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int HISTORY = 20;

  private final Path directory;
  private final Fleet fleet;
  private final Origin origin;
  private final int apiPort = Loopback.freePort();
  private final GitRepository clone;
  private Optional<Front> front = Optional.empty();
  private Optional<GitHttpServer> http = Optional.empty();
  private Optional<Agent> agent = Optional.empty();
  private String strategy = "rolling";
  private String stop = "10s";
  private String health =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 8s}";

  /** Makes a world of local hosts in a directory; nothing runs yet. */
  World(Path directory, int hosts, String network) {
    this(
        directory,
        LocalFleet.of(directory.resolve("srv"), hosts, network),
        Origin.byFile(directory.resolve("git")));
  }

  /** Makes a world in a directory; no agent runs yet. */
  World(Path directory, Fleet fleet, Origin origin) {
    this.directory = directory;
    this.fleet = fleet;
    this.origin = origin;
    this.clone = origin.checkout();
  }

  List<String> addresses() {
    return fleet.addresses();
  }

  int appPort() {
    return fleet.appPort();
  }

  GitRepository checkout() {
    return clone;
  }

  GitServerFixture git() {
    return origin.git();
  }

  Path srv() {
    return directory.resolve("srv");
  }

  Path state() {
    return directory.resolve("state");
  }

  /** Lets the agent reach Git over HTTP, where the server's hooks run. */
  World overHttp() {
    http = Optional.of(origin.git().serveOverHttp());
    return this;
  }

  World behind(Front other) {
    front = Optional.of(other);
    return this;
  }

  /** The text of a strategy file, as it stands under {@code spec}. */
  World strategy(String spec) {
    strategy = "tested";
    clone.write(
        "strategies/tested.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Strategy
        metadata: {name: tested}
        spec:
          %s
        """
            .formatted(spec));
    return this;
  }

  World health(String yaml) {
    health = yaml;
    return this;
  }

  /** How long an instance may take to end before it is killed. */
  World stopTimeout(String duration) {
    stop = duration;
    return this;
  }

  /** Pushes everything but the application. */
  World describe() {
    clone.write(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: test}
        spec:
          branches: [{match: main, environment: test, strategy: %s}]
        """
            .formatted(strategy));
    clone.write(
        "environments/test.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: test}
        spec:
        %s
          balancers: [%s]
          applications:
            - {name: shop, group: web, balancers: [%s], env: {clear: %s}}
        """
            .formatted(
                fleet.hosts().indent(2).stripTrailing(),
                front.map(one -> one.lines().balancer()).orElse(""),
                front.map(one -> one.lines().reference()).orElse(""),
                fleet.variables()));
    return this;
  }

  /** Pushes a release; returns the commit. */
  String push(String version, Behaviour behaviour) {
    try {
      DemoRelease.write(clone.directory().resolve("releases/shop-" + version), version, behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clone.write("apps/shop.yaml", application(version));
    return clone.commitAndPush("Release shop " + version);
  }

  private String application(String version) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: shop}
    spec:
      release:
        version: "%s"
        source: {path: "releases/shop-{{version}}"}
    %s
      port: %d
      healthcheck: %s
      drain: {timeout: 5s}
      stop: {timeout: %s}
    """
        .formatted(version, fleet.service().indent(2).stripTrailing(), appPort(), health, stop);
  }

  /** Starts the agent, or starts it again. */
  World start() {
    agent =
        switch (Agent.start(config())) {
          case Agent.Started.Running(var running) -> Optional.of(running);
          case Agent.Started.Refused(var reason) -> throw new AssertionError(reason);
        };
    return this;
  }

  void stopAgent() {
    agent.ifPresent(Agent::close);
    agent = Optional.empty();
  }

  /** Writes the agent's own file, and returns what it means. */
  AgentConfig config() {
    try {
      Path file = configFile();
      Files.createDirectories(directory.resolve("state"));
      Files.writeString(
          file,
          """
          apiVersion: slipway.dev/v1alpha1
          kind: Agent
          spec:
            repositories:
              - {name: config, %s, trunk: main, interval: 1s}
            environments:
              - {name: test, repository: config, refs: [main], %s}
            stateDirectory: "%s"
            listen: "127.0.0.1:%d"
          """
              .formatted(
                  http.map(server -> "url: \"%s\"".formatted(server.url()))
                      .orElseGet(origin::remote),
                  fleet.bounds(),
                  directory.resolve("state"),
                  apiPort));
      return switch (AgentFile.parse(Files.readAllBytes(file), file, Map.of())) {
        case Parsed.Valid<AgentConfig>(var config) -> config;
        case Parsed.Invalid<AgentConfig>(var problems) ->
            throw new AssertionError(problems.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path configFile() {
    return directory.resolve("agent.yaml");
  }

  ApiClient client() {
    try {
      return ApiClient.of("127.0.0.1:" + apiPort, ApiToken.read(directory.resolve("state")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types a command that talks to the agent of this world. */
  Typed type(String command, String... words) {
    var line = new ArrayList<>(List.of(command, "--config", configFile().toString()));
    line.addAll(List.of(words));
    return Typed.slipway(line.toArray(String[]::new));
  }

  Typed typeInColour(String command, String... words) {
    var line = new ArrayList<>(List.of(command, "--config", configFile().toString()));
    line.addAll(List.of(words));
    return Typed.inColour(line.toArray(String[]::new));
  }

  ApplicationStatus status() {
    return switch (client().status()) {
      case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) ->
          all.stream().filter(one -> one.name().equals(SHOP.toString())).findFirst().orElseThrow();
      case ApiClient.Reply<List<ApplicationStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Returns the rollouts of the application, the newest first. */
  List<RolloutStatus> history() {
    return switch (client().history(SHOP, HISTORY)) {
      case ApiClient.Reply.Ok<List<RolloutStatus>>(var rollouts) -> rollouts;
      case ApiClient.Reply<List<RolloutStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Runs the command line, as a person does on the agent's machine. */
  Program.Ended slipway(String command, String... arguments) {
    var words =
        new ArrayList<Object>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.slipway.agent.Main",
                command,
                "--config",
                configFile()));
    words.addAll(List.of(arguments));
    return Program.of(words.toArray()).run();
  }

  void awaitPhase(Phase phase) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> status().phase() == phase);
  }

  /** Waits until the rollout of a commit ended and the agent looked once more. */
  RolloutStatus ended(String commit) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> hasEnded(commit));
    return rolloutOf(commit).orElseThrow();
  }

  /** Returns whether an agent answers. */
  boolean isAnswered() {
    return client().status() instanceof ApiClient.Reply.Ok<?>;
  }

  /** Returns whether the rollout of a commit has ended. */
  boolean hasEnded(String commit) {
    return isAnswered() && status().phase() != Phase.PROGRESSING && rolloutOf(commit).isPresent();
  }

  private Optional<RolloutStatus> rolloutOf(String commit) {
    return status()
        .rollout()
        .filter(rollout -> rollout.revision().equals(commit))
        .filter(rollout -> rollout.ended().isPresent());
  }

  /** Pushes a release and waits for its rollout. */
  RolloutStatus release(String version, Behaviour behaviour) {
    return ended(push(version, behaviour));
  }

  LoadClient load() {
    return load(Duration.ofMillis(2));
  }

  /** Starts clients that wait so long after each answer. */
  LoadClient load(Duration pause) {
    return LoadClient.start(
        LoadPlan.against(front.orElseThrow().address()).withPause(pause), Waiter.system());
  }

  /** Returns the version that each instance itself says it is. */
  List<String> answers() {
    return addresses().stream().map(address -> answer(Loopback.at(address, appPort()))).toList();
  }

  private static String answer(InetSocketAddress instance) {
    var one = LoadPlan.against(instance).withClients(0, 1);
    try (var client = LoadClient.start(one, Waiter.system())) {
      await().atMost(PATIENCE).until(() -> client.report().sent() > 0);
      return String.join("+", client.stop().byVersion().keySet());
    }
  }

  /** Returns the version that each instance's link points at, by host. */
  List<String> versions() {
    return status().instances().stream()
        .map(instance -> instance.release().replaceAll("@.*", ""))
        .toList();
  }

  void assertEverywhere(String version) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(versions()).hasSameSizeAs(addresses()).containsOnly(version));
  }

  @Override
  public void close() {
    stopAgent();
    front.ifPresent(Front::close);
    http.ifPresent(GitHttpServer::close);
    fleet.clear();
    origin.server().run();
  }
}
