package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A small world of real parts: a Git repository, an agent, local hosts with the demo application,
 * and a balancer.
 */
final class World implements AutoCloseable {
  static final Target SHOP = new Target("config", "test", "shop");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final List<String> addresses;
  private final int appPort;
  private final int apiPort;
  private final GitServerFixture git;
  private final GitRepository clone;
  private Optional<Front> front = Optional.empty();
  private Optional<GitHttpServer> http = Optional.empty();
  private Optional<Agent> agent = Optional.empty();
  private String strategy = "rolling";
  private String health =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 8s}";

  /** Makes a world in a directory; nothing runs yet. */
  World(Path directory, int hosts, String network) {
    this.directory = directory;
    this.addresses = IntStream.rangeClosed(1, hosts).mapToObj(i -> network + "." + i).toList();
    this.appPort = Loopback.freePort(addresses);
    this.apiPort = Loopback.freePort();
    this.git = GitServerFixture.in(directory.resolve("git"));
    this.clone = git.cloned();
  }

  List<String> addresses() {
    return addresses;
  }

  int appPort() {
    return appPort;
  }

  GitRepository checkout() {
    return clone;
  }

  GitServerFixture git() {
    return git;
  }

  Path srv() {
    return directory.resolve("srv");
  }

  /** Lets the agent reach Git over HTTP, where the server's hooks run. */
  World overHttp() {
    http = Optional.of(git.serveOverHttp());
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

  /** Pushes everything but the application. */
  World describe() {
    var hosts = new StringBuilder();
    for (int i = 0; i < addresses.size(); i++) {
      hosts.append(
          "    - {name: web%d, address: %s, groups: [web], local: true}\n"
              .formatted(i + 1, addresses.get(i)));
    }
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
          hosts:
        %s  balancers: [%s]
          applications:
            - {name: shop, group: web, balancers: [%s], env: {clear: {JAVA: "%s"}}}
        """
            .formatted(
                hosts,
                front.map(one -> one.lines().balancer()).orElse(""),
                front.map(one -> one.lines().reference()).orElse(""),
                Path.of(System.getProperty("java.home"), "bin", "java")));
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
      deployPath: "%s/{{host.name}}"
      service: {process: {run: [bin/start, --address, "{{host.address}}", --port, "{{port}}"]}}
      port: %d
      healthcheck: %s
      drain: {timeout: 5s}
      stop: {timeout: 10s}
    """
        .formatted(version, srv(), appPort, health);
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
              - {name: config, url: "%s", trunk: main, interval: 1s}
            environments:
              - {name: test, repository: config, refs: [main], hosts: ["127.*"], local: true, deployPaths: ["%s"]}
            stateDirectory: "%s"
            listen: "127.0.0.1:%d"
          """
              .formatted(
                  http.map(GitHttpServer::url).orElseGet(git::fileUrl),
                  srv(),
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

  /** Waits until the rollout of a commit ended and the agent looked once more. */
  RolloutStatus ended(String commit) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> status().phase() != Phase.PROGRESSING && rolloutOf(commit).isPresent());
    return rolloutOf(commit).orElseThrow();
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
    return LoadClient.start(
        LoadPlan.against(front.orElseThrow().address()).withPause(Duration.ofMillis(2)),
        Waiter.system());
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
        .untilAsserted(() -> assertThat(versions()).hasSameSizeAs(addresses).containsOnly(version));
  }

  @Override
  public void close() {
    stopAgent();
    front.ifPresent(Front::close);
    http.ifPresent(GitHttpServer::close);
    endInstances();
  }

  private void endInstances() {
    ProcessHandle.allProcesses()
        .filter(process -> isOurs(process))
        .map(World::end)
        .toList()
        .forEach(process -> process.onExit().join());
  }

  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains(srv().toString())).isPresent();
  }

  private static ProcessHandle end(ProcessHandle process) {
    process.destroyForcibly();
    return process;
  }
}
