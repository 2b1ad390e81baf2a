package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Daemon;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A repository whose branches are previews, and their agent. */
final class Branches implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String STUBBORN =
      """
      #!/bin/sh
      # Ends only when it is killed, and so does what it starts.
      trap '' TERM
      "${JAVA:-java}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m \\
        -cp app.jar dev.slipway.agent.demo.DemoApp --release "$PWD" "$@"
      """;

  private final Path directory;
  private final Ground ground;
  private final Origin origin;
  private final GitServerFixture git;
  private final GitRepository clone;
  private final int apiPort = Loopback.freePort();
  private Optional<Daemon> agent = Optional.empty();

  Branches(Path directory, Ground ground, Origin origin) {
    this.directory = directory;
    this.ground = ground;
    this.origin = origin;
    this.git = origin.git();
    this.clone = origin.checkout();
  }

  /** Lets them run on this machine, from a repository that the agent reads as files. */
  static Branches local(Path directory, Ground ground) {
    return new Branches(directory, ground, Origin.byFile(directory.resolve("git")));
  }

  /** Pushes the trunk, with these rules for previews. */
  Branches trunk(String preview) {
    clone.run("switch", "--quiet", "main");
    clone.write(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: branches}
        spec:
          branches: [{match: "feature/*", environment: preview, strategy: recreate}]
        """);
    clone.write(
        "environments/preview.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: preview}
        spec:
        %s
          balancers: [{name: front, %s}]
          applications:
            - {name: shop, group: web, balancers: [{name: front%s}], env: {clear: %s}}
          preview: {ports: %d-%d, domain: "%s", %s}
        """
            .formatted(
                ground.hosts().indent(2).stripTrailing(),
                ground.balancer(),
                ground.reference(),
                ground.variables(),
                ground.firstPort(),
                ground.firstPort() + Ground.PORTS - 1,
                ground.domain(),
                preview));
    clone.commitAndPush("Describe previews: " + preview);
    return this;
  }

  /** Pushes a release to a branch, which is made if it is not there. */
  Branches push(String branch, String version) {
    return push(branch, version, false);
  }

  /** Pushes a release that ends only when it is killed. */
  Branches pushStubborn(String branch, String version) {
    return push(branch, version, true);
  }

  private Branches push(String branch, String version, boolean stubborn) {
    clone.run("switch", "--quiet", "main");
    clone.branch(branch);
    Path release = clone.directory().resolve("releases/shop");
    try {
      DemoRelease.write(release, version, new Behaviour.Sound());
      if (stubborn) {
        Files.writeString(release.resolve("bin/start"), STUBBORN);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clone.write("apps/shop.yaml", application(version));
    clone.commitAndPush("Release shop " + version);
    return this;
  }

  private String application(String version) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: shop}
    spec:
      release: {version: "%s", source: {path: releases/shop}}
    %s
      port: 80
      linkedDirs: [log]
      healthcheck: {path: /up, interval: 100ms, successThreshold: 2, minHealthyTime: 300ms}
      drain: {timeout: 5s}
      stop: {timeout: 6s}
    """
        .formatted(version, ground.service().indent(2).stripTrailing());
  }

  /** Pushes a commit that asks for nothing new; returns it. */
  String touch(String branch) {
    clone.branch(branch);
    return clone.commitAndPush("Change nothing");
  }

  /** Rewrites the last commit of a branch, as after a rebase. */
  void rebase(String branch, String version) {
    clone.branch(branch);
    clone.write("apps/shop.yaml", application(version));
    clone.git("commit", "--quiet", "--all", "--amend", "--message", "Release shop " + version);
    clone.forcePush();
  }

  void delete(String branch) {
    clone.deleteRemoteBranch(branch);
    clone.run("switch", "--quiet", "main");
    clone.git("branch", "--quiet", "--delete", "--force", branch);
  }

  Branches start() {
    config();
    Path log = directory.resolve("agent.log");
    agent =
        Optional.of(
            Daemon.start(
                log,
                Map.of(),
                AgentProcess.slipway(
                    "agent", "--config", directory.resolve("agent.yaml").toString())));
    await("the agent to answer")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> client().status() instanceof ApiClient.Reply.Ok<?>);
    return this;
  }

  /** Kills the agent alone. */
  void kill() {
    agent.orElseThrow().signal("KILL");
    agent.orElseThrow().awaitExit();
    agent.orElseThrow().close();
    agent = Optional.empty();
  }

  private void config() {
    try {
      Files.createDirectories(directory.resolve("state"));
      Files.writeString(
          directory.resolve("agent.yaml"),
          """
          apiVersion: slipway.dev/v1alpha1
          kind: Agent
          spec:
            repositories:
              - {name: config, %s, trunk: main, interval: 1s}
            environments:
              - {name: preview, repository: config, refs: ["feature/*"], hosts: ["127.*"]%s}
            stateDirectory: "%s"
            listen: "127.0.0.1:%d"
          """
              .formatted(origin.remote(), ground.bounds(), directory.resolve("state"), apiPort));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ApiClient client() {
    try {
      return ApiClient.of("127.0.0.1:" + apiPort, ApiToken.read(directory.resolve("state")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the status of every preview by its environment. */
  Map<String, ApplicationStatus> status() {
    return switch (client().status()) {
      case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) ->
          all.stream().collect(Collectors.toMap(ApplicationStatus::environment, one -> one));
      case ApiClient.Reply<List<ApplicationStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Returns the status of one preview, which has to be there. */
  ApplicationStatus of(String slug) {
    return Optional.ofNullable(status().get("preview." + slug)).orElseThrow();
  }

  /** Waits until a branch's preview is healthy with a release. */
  void awaitRelease(String slug, String version) {
    await(slug + " with " + version)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          ApplicationStatus found = of(slug);
          assertThat(found.phase()).as("%s", found).isEqualTo(Phase.HEALTHY);
          assertThat(found.stable().orElseThrow().version()).isEqualTo(version);
        });
  }

  /** Waits until a preview's status has a condition. */
  void awaitCondition(String slug, String type, String reason, String said) {
    await(slug + " " + reason)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          List<Condition> conditions = of(slug).conditions();
          assertThat(conditions)
              .anySatisfy(one -> {
                assertThat(one.type()).isEqualTo(type);
                assertThat(one.reason()).isEqualTo(reason);
                assertThat(one.message()).contains(said);
              });
        });
  }

  void awaitNoStatus(String slug) {
    await("the end of " + slug)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !status().containsKey("preview." + slug));
  }

  /** Starts clients that want a preview. */
  LoadClient load(String slug) {
    return LoadClient.start(
        LoadPlan.against(ground.front(slug)).withPause(Duration.ofMillis(20)), Waiter.system());
  }

  /** Returns the files of the status branch that name a preview. */
  List<String> statusFiles(String slug) {
    return Stream.of(git.git("ls-tree", "-r", "--name-only", "slipway/status").split("\n"))
        .filter(path -> path.contains("preview." + slug + "/"))
        .toList();
  }

  @Override
  public void close() {
    agent.ifPresent(Daemon::close);
    origin.server().run();
  }
}
