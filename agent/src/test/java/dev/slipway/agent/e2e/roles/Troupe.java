package dev.slipway.agent.e2e.roles;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Strays;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.Helm;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
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
  private final GitServerFixture git;
  private final GitRepository clone;
  private final Front edge;
  private Optional<Helm> helm = Optional.empty();

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
    String environment =
        "{name: test, repository: config, refs: [main], hosts: [\"127.*\"], local: true,"
            + " deployPaths: [\"%s\"]}".formatted(srv());
    helm = Optional.of(Helm.start(directory, git.fileUrl(), environment));
    return this;
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
    return helm.orElseThrow().status("shop");
  }

  RolloutStatus ended(String commit) {
    return helm.orElseThrow().ended("shop", commit, PATIENCE);
  }

  @Override
  public void close() {
    helm.ifPresent(Helm::close);
    edge.close();
    Strays.end(srv());
  }
}
