package dev.slipway.agent.e2e.roles;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Strays;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A web application on two hosts behind the edge with its workers: one beside the second web, on
 * the same link, and one on a host of its own.
 */
final class Troupe implements AutoCloseable {
  static final List<String> WORKERS = List.of("web2", "job1");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String GOOD =
      """
      #!/bin/sh
      # Says again and again which release works here; the argument only marks the process.
      while :; do
        cp VERSION log/works.new && mv log/works.new log/works
        sleep 0.1
      done
      """;
  private static final String BROKEN = "#!/bin/sh\necho 'no queue can be reached'\nexit 3\n";

  private final Path directory;
  private final String network;
  private final int appPort;
  private final int apiPort = Loopback.freePort();
  private final GitServerFixture git;
  private final GitRepository clone;
  private final Front edge;
  private Optional<Agent> agent = Optional.empty();

  Troupe(Path directory, String network) {
    this.directory = directory;
    this.network = network;
    this.appPort = Loopback.freePort(List.of(network + ".1", network + ".2"));
    this.git = GitServerFixture.in(directory.resolve("git"));
    this.clone = git.cloned();
    this.edge = Front.edge(directory);
  }

  /** Commits everything but the application. */
  Troupe describe() {
    clone.write(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: troupe}
        spec:
          branches: [{match: main, environment: test}]
        """);
    clone.write(
        "environments/test.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: test}
        spec:
          hosts:
            - {name: web1, address: %1$s.1, groups: [web], local: true}
            - {name: web2, address: %1$s.2, groups: [web, job], local: true}
            - {name: job1, address: %1$s.3, groups: [job], local: true}
          balancers:
            - %2$s
          applications:
            - name: shop
              env: {clear: {JAVA: "%3$s"}}
              roles:
                web: {group: web, balancers: [{name: front}]}
                worker: {group: job}
        """
            .formatted(
                network,
                edge.lines().balancer(),
                Path.of(System.getProperty("java.home"), "bin", "java")));
    return this;
  }

  /** Pushes a release whose worker works. */
  String push(String version) {
    return push(version, GOOD);
  }

  /** Pushes a release whose worker ends at once. */
  String pushBrokenWorker(String version) {
    return push(version, BROKEN);
  }

  private String push(String version, String worker) {
    try {
      Path release = clone.directory().resolve("releases/shop-" + version);
      DemoRelease.write(release, version, new Behaviour.Sound());
      Files.writeString(release.resolve("bin/work"), worker);
      Files.setPosixFilePermissions(
          release.resolve("bin/work"), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clone.write("apps/shop.yaml", application(version));
    return clone.commitAndPush("Release shop " + version);
  }

  /** Asks for a former release again; returns the commit. */
  String revertTo(String version) {
    clone.write("apps/shop.yaml", application(version));
    return clone.commitAndPush("Revert to shop " + version);
  }

  private String application(String version) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: shop}
    spec:
      release: {version: "%1$s", source: {path: "releases/shop-{{version}}"}}
      deployPath: "%2$s/{{host.name}}"
      linkedDirs: [log]
      roles:
        web:
          service: {process: {run: [bin/start, --address, "{{host.address}}", --port, "{{port}}"]}}
          port: %3$d
          healthcheck: {path: /up, interval: 100ms, successThreshold: 2, minHealthyTime: 500ms}
          drain: {timeout: 5s}
          stop: {timeout: 10s}
        worker:
          service: {process: {run: [bin/work, "%2$s"]}}
          healthcheck: {systemd: active, interval: 200ms, minHealthyTime: 500ms}
          stop: {timeout: 5s}
    """
        .formatted(version, srv(), appPort);
  }

  Troupe start() {
    agent =
        switch (Agent.start(config())) {
          case Agent.Started.Running(var running) -> Optional.of(running);
          case Agent.Started.Refused(var reason) -> throw new AssertionError(reason);
        };
    return this;
  }

  private AgentConfig config() {
    String text =
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
            .formatted(git.fileUrl(), srv(), directory.resolve("state"), apiPort);
    try {
      Files.createDirectories(directory.resolve("state"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path file = directory.resolve("agent.yaml");
    return switch (AgentFile.parse(text.getBytes(StandardCharsets.UTF_8), file, Map.of())) {
      case Parsed.Valid<AgentConfig>(var config) -> config;
      case Parsed.Invalid<AgentConfig>(var problems) ->
          throw new AssertionError(problems.toString());
    };
  }

  private Path srv() {
    return directory.resolve("srv");
  }

  LoadClient load() {
    var plan = LoadPlan.against(edge.address());
    return LoadClient.start(plan.withPause(Duration.ofMillis(5)), Waiter.system());
  }

  /** Returns the release that a host's worker last said it is. */
  String works(String host) {
    try {
      return Files.readString(srv().resolve(host).resolve("shared/log/works")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  ApplicationStatus status() {
    return switch (client().status()) {
      case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) -> all.getFirst();
      case ApiClient.Reply<List<ApplicationStatus>> other -> throw new AssertionError(other);
    };
  }

  private ApiClient client() {
    try {
      return ApiClient.of("127.0.0.1:" + apiPort, ApiToken.read(directory.resolve("state")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the rollout of a commit ended and the agent looked once more. */
  RolloutStatus ended(String commit) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() ->
            status().phase() != Phase.PROGRESSING
                && status().rollout().orElseThrow().revision().equals(commit)
                && status().rollout().orElseThrow().ended().isPresent());
    return status().rollout().orElseThrow();
  }

  @Override
  public void close() {
    agent.ifPresent(Agent::close);
    edge.close();
    Strays.end(srv());
  }
}
