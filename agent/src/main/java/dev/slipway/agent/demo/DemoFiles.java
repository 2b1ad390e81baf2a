package dev.slipway.agent.demo;

import java.nio.file.Path;
import java.util.Map;

/** The texts of the demo; they differ from examples-repo's only where a machine differs. */
final class DemoFiles {
  private final Path directory;
  private final String java;

  DemoFiles(Path directory, String java) {
    this.directory = directory;
    this.java = java;
  }

  /** What the agent may do. */
  String agent(int port) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Agent
    spec:
      repositories:
        - {name: demo, url: "file://%1$s/config.git", trunk: main, interval: 1s}
      environments:
        - {name: demo, repository: demo, refs: [demo], hosts: ["127.0.0.*"], local: true, deployPaths: ["%1$s/srv"]}
      stateDirectory: "%1$s/state"
      listen: "127.0.0.1:%2$d"
    """
        .formatted(directory, port);
  }

  /** What lies on the trunk. */
  Map<String, String> trunk(int port) {
    return Map.of(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: demo}
        spec:
          branches:
            - {match: demo, environment: demo, strategy: rolling}
        """,
        "environments/demo.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: demo}
        spec:
          hosts:
            - {name: web1, address: 127.0.0.11, groups: [web], local: true}
            - {name: web2, address: 127.0.0.12, groups: [web], local: true}
            - {name: web3, address: 127.0.0.13, groups: [web], local: true}
            - {name: web4, address: 127.0.0.14, groups: [web], local: true}
          balancers:
            - {name: edge, edge: {control: "%s/edge.sock", listen: "127.0.0.1:%d"}}
          applications:
            - {name: shop, group: web, balancers: [{name: edge}], env: {clear: {JAVA: "%s"}}}
        """
            .formatted(directory, port, java));
  }

  /** The application at a version. */
  String application(String version, int port) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Application
    metadata: {name: shop}
    spec:
      release:
        version: "%s"
        source: {path: "releases/shop-{{version}}"}
      deployPath: "%s/srv/{{host.name}}"
      service: {process: {run: [bin/start, --address, "{{host.address}}", --port, "{{port}}"]}}
      port: %d
      healthcheck: {path: /up, interval: 200ms, timeout: 2s, successThreshold: 3, minHealthyTime: 1s, healthyDeadline: 15s}
      drain: {timeout: 5s}
      stop: {timeout: 10s}
    """
        .formatted(version, directory, port);
  }
}
