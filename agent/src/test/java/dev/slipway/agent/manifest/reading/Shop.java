package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A small config repository that is right, for tests that make it wrong in one place. */
public final class Shop {
  public static final String PROJECT =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Project
      metadata: {name: platform}
      spec:
        branches:
          - {match: main, environment: production}
      """;

  public static final String ENVIRONMENT =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Environment
      metadata: {name: production}
      spec:
        ssh: {user: deploy, secretRef: {name: key}}
        hosts:
          - {name: "web[1:4]", address: "{{host.name}}.example.com", groups: [web]}
        balancers:
          - {name: front, haproxy: {socket: /run/haproxy.sock}}
        applications:
          - {name: shop, group: web, balancers: [{name: front}]}
      """;

  public static final String APPLICATION =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Application
      metadata: {name: shop}
      spec:
        release: {version: "1.0", source: {path: releases/shop}}
        deployPath: /srv/shop
        service: {systemd: {unit: shop.service}}
        port: 8001
      """;

  private Shop() {}

  public static MapTree tree() {
    return MapTree.of(
        Map.of(
            "slipway.yaml", PROJECT,
            "environments/production.yaml", ENVIRONMENT,
            "apps/shop.yaml", APPLICATION,
            "releases/shop/index.html", "hello"));
  }

  /** Returns what a repository asks for, of its applications alone. */
  public static List<Wanted> wanted(
      AgentConfig config,
      String repository,
      Tree trunk,
      Map<String, ? extends Tree> branches,
      Set<Target> known) {
    return Desired.of(config, repository, trunk, Map.copyOf(branches), known).wanted();
  }

  /** Returns an application with further lines in its spec. */
  public static String application(String lines) {
    return APPLICATION + lines.indent(2);
  }

  /** Returns a strategy called {@code special}. */
  static String strategy(String spec) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Strategy
    metadata: {name: special}
    spec: %s
    """
        .formatted(spec);
  }

  /** Returns an agent's file that follows one repository. */
  public static String agent(String url) {
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Agent
    spec:
      repositories:
        - {name: shop, url: "%s"}
      environments:
        - {name: production, repository: shop, refs: [main], hosts: ["*.example.com"]}
    """
        .formatted(url);
  }
}
