package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Ssh;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.secret.SecretName;
import java.util.List;
import java.util.Optional;

/** What all applications of one environment have in common. */
record Scope(
    AgentConfig config,
    Bound bound,
    ProjectDocument project,
    BranchRule rule,
    EnvironmentDocument environment,
    Checkout branch) {

  Target target(String application) {
    return new Target(bound.repository(), bound.name(), application);
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
        config.secrets().file(bound.name(), ssh.secret()),
        ssh.become(),
        ssh.connectTimeout());
  }
}
