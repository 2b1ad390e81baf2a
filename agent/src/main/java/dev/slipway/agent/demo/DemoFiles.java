package dev.slipway.agent.demo;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.local.Examples;
import dev.slipway.agent.source.local.LocalRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of the demo: those of {@code examples-repo}, where they name a place or a time made to
 * fit this machine and a short story.
 */
final class DemoFiles {
  private static final String ENVIRONMENT = "environments/demo.yaml";
  private static final String APPLICATION = "apps/shop.yaml";

  private final Path directory;
  private final String java;
  private final Map<String, LocalRepository.File> examples;

  /**
   * Reads the examples.
   *
   * @throws IOException if the distribution is not whole
   */
  DemoFiles(Path directory, String java) throws IOException {
    this.directory = directory;
    this.java = java;
    this.examples = Examples.files();
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

  /** What lies in the repository before the first release: the examples, with this edge. */
  Map<String, LocalRepository.File> examples(int edgePort) {
    String control = "control: /run/slipway-edge/control.sock, listen: \"127.0.0.1:8080\"";
    String shop = "{name: shop, group: web, balancers: [{name: edge}]}";
    String fitting =
        changed(
            ENVIRONMENT,
            Map.of(
                control,
                "control: \"%s/edge.sock\", listen: \"127.0.0.1:%d\""
                    .formatted(directory, edgePort),
                shop,
                "{name: shop, group: web, balancers: [{name: edge}], env: {clear: {JAVA: \"%s\"}}}"
                    .formatted(java)));
    var files = new HashMap<>(examples);
    files.put(ENVIRONMENT, plain(fitting));
    return files;
  }

  /** The application at a version. */
  LocalRepository.File application(String version, int port) {
    return plain(
        changed(
            APPLICATION,
            Map.of(
                "version: \"1.0.0\"",
                "version: \"%s\"".formatted(version),
                "deployPath: /srv/shop/{{host.name}}",
                "deployPath: \"%s/srv/{{host.name}}\"".formatted(directory),
                "port: 8080",
                "port: " + port,
                "successThreshold: 2, minHealthyTime: 2s, healthyDeadline: 1m",
                "interval: 200ms, successThreshold: 3, minHealthyTime: 1s, healthyDeadline: 15s")));
  }

  /** The path of the application. */
  static String application() {
    return APPLICATION;
  }

  private String changed(String path, Map<String, String> changes) {
    LocalRepository.File file = examples.get(path);
    if (file == null) {
      throw new IllegalStateException("the examples have no " + path);
    }
    String text = new String(file.blob().bytes(), StandardCharsets.UTF_8);
    for (Map.Entry<String, String> change : changes.entrySet()) {
      if (!text.contains(change.getKey())) {
        throw new IllegalStateException("%s does not say %s".formatted(path, change.getKey()));
      }
      text = text.replace(change.getKey(), change.getValue());
    }
    return text;
  }

  private static LocalRepository.File plain(String text) {
    return new LocalRepository.File(
        new Blob(text.getBytes(StandardCharsets.UTF_8)), Tree.Mode.PLAIN);
  }
}
