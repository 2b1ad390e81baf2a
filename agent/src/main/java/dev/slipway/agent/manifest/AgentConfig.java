package dev.slipway.agent.manifest;

import dev.slipway.agent.source.RemoteSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The agent's own file: which repositories it follows, and the bounds that no commit can widen.
 *
 * @param stateDirectory journal, clones and artifacts
 * @param listen address and port of the API
 */
public record AgentConfig(
    List<Repository> repositories,
    List<Bound> environments,
    Path secretsDirectory,
    Path stateDirectory,
    String listen) {
  public AgentConfig {
    repositories = List.copyOf(repositories);
    environments = List.copyOf(environments);
  }

  /** A repository that is followed. */
  public record Repository(RemoteSpec remote, String trunk, Duration interval, Rewind rewind) {}

  /** What an environment may be: the refs that may ask for it and the hosts that it may name. */
  public record Bound(String name, String repository, List<String> refs, List<String> hosts) {
    public Bound {
      refs = List.copyOf(refs);
      hosts = List.copyOf(hosts);
    }
  }

  /** What happens when history was rewritten. */
  public enum Rewind {
    /** Nothing is deployed until a person has said so. */
    STOP,
    ALLOW
  }
}
