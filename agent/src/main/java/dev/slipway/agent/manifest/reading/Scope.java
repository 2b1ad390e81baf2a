package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Slug;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Ssh;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.secret.SecretName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all applications of one environment have in common.
 *
 * @param asking the branch that asks
 */
record Scope(
    AgentConfig config,
    Bound bound,
    ProjectDocument project,
    BranchRule rule,
    String asking,
    EnvironmentDocument environment,
    Checkout branch) {

  Target target(String application) {
    return new Target(bound.repository(), environmentName(), application);
  }

  /** Returns the name of the environment, which may be the branch's own. */
  String environmentName() {
    return environment.preview().isPresent()
        ? Target.preview(bound.name(), Slug.of(asking))
        : bound.name();
  }

  /** Returns what a path is filled with: the name of a branch may hold anything. */
  Map<String, String> safeVariables() {
    return Map.of("environment", environmentName(), "branch.slug", Slug.of(asking));
  }

  /** Returns what templates are filled with, whatever the host and the release. */
  Map<String, String> variables() {
    return Map.of(
        "environment", environmentName(), "branch", asking, "branch.slug", Slug.of(asking));
  }

  /** Returns the file of a secret that belongs to the environment. */
  Path secret(String name) {
    return config.secrets().file(bound.name(), name);
  }

  Optional<SshSettings> ssh() {
    return environment.ssh().map(this::settings);
  }

  List<Receiver> receivers() {
    return environment.receivers().stream()
        .map(entry ->
            new Receiver(
                entry.kind(), new SecretName(bound.name(), entry.secret().text()), entry.on()))
        .toList();
  }

  private SshSettings settings(Ssh ssh) {
    return new SshSettings(
        ssh.user(),
        ssh.port(),
        ssh.proxyJump().map(Located::text),
        config.directory().resolve(ssh.knownHosts()),
        secret(ssh.secret()),
        ssh.become(),
        ssh.connectTimeout());
  }
}
