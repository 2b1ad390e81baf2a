package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The files of a config repository with one application, as a person writes them. */
final class ShopFiles {
  private final GitRepository clone;
  private final Fleet fleet;
  private String strategy = "rolling";
  private String stop = "10s";
  private String onNewRevision = "supersede";
  private String more = "";
  private String secrets = "";
  private String procedures = "";
  private String receivers = "[]";
  private Optional<String> source = Optional.empty();
  private String health =
      "{path: /up, interval: 100ms, timeout: 2s, successThreshold: 2,"
          + " minHealthyTime: 500ms, healthyDeadline: 8s}";

  ShopFiles(GitRepository clone, Fleet fleet) {
    this.clone = clone;
    this.fleet = fleet;
  }

  void health(String yaml) {
    health = yaml;
  }

  void onNewRevision(String policy) {
    onNewRevision = policy;
  }

  /** Writes more of the environment, as it stands under {@code spec}. */
  void environment(String spec) {
    more = spec;
  }

  /** Names the variables whose values are secret. */
  void secrets(String names) {
    secrets = ", secret: " + names;
  }

  /** Writes more of the application, as it stands under {@code spec}. */
  void procedures(String spec) {
    procedures = spec;
  }

  void source(String yaml) {
    source = Optional.of(yaml);
  }

  void receivers(String yaml) {
    receivers = yaml;
  }

  void stopTimeout(String duration) {
    stop = duration;
  }

  /** Writes a strategy, of which this is what stands under {@code spec}. */
  void strategy(String spec) {
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
  }

  /** Writes everything but the application. */
  void describe(Front.Lines front) {
    clone.write(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: test}
        spec:
          branches: [{match: main, environment: test, strategy: %s}]
          onNewRevision: %s
        """
            .formatted(strategy, onNewRevision));
    clone.write(
        "environments/test.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: test}
        spec:
        %s
          balancers: [%s]
          notify: %s
          applications:
            - {name: shop, group: web, balancers: [%s], env: {clear: %s%s}}
        %s
        """
            .formatted(
                fleet.hosts().indent(2).stripTrailing(),
                front.balancer(),
                receivers,
                front.reference(),
                fleet.variables(),
                secrets,
                more.indent(2).stripTrailing()));
  }

  /** Writes a release and the application that asks for it. */
  void release(String version, Behaviour behaviour) {
    if (source.isEmpty()) {
      write(version, behaviour);
    }
    clone.write("apps/shop.yaml", application(version));
  }

  private void write(String version, Behaviour behaviour) {
    try {
      DemoRelease.write(clone.directory().resolve("releases/shop-" + version), version, behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String application(String version) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: shop}
    spec:
      release:
        version: "%s"
        source: %s
    %s
      %s
      healthcheck: %s
      drain: {timeout: 5s}
      stop: {timeout: %s}
    %s
    """
        .formatted(
            version,
            source.orElse("{path: \"releases/shop-{{version}}\"}"),
            fleet.service().indent(2).stripTrailing(),
            fleet.ports(),
            health,
            stop,
            procedures.indent(2).stripTrailing());
  }
}
