package dev.slipway.agent.manifest;

import dev.slipway.agent.metrics.Program;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.source.RemoteSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The agent's own file: which repositories it follows, and the bounds that no commit can widen.
 *
 * @param directory where the file lies, and the pinned host keys beside it
 * @param stateDirectory journal, clones and artifacts
 * @param listen address and port of the API
 */
public record AgentConfig(
    List<Repository> repositories,
    List<Bound> environments,
    Secrets secrets,
    Path directory,
    Path stateDirectory,
    String listen) {
  public AgentConfig {
    repositories = List.copyOf(repositories);
    environments = List.copyOf(environments);
  }

  /** Returns the programs that analyses of a target's environment may run. */
  public List<Program> commands(Target target) {
    return environments.stream()
        .filter(bound -> bound.name().equals(target.bound()))
        .flatMap(bound -> bound.allowed().commands().stream())
        .toList();
  }

  /** A repository that is followed. */
  public record Repository(RemoteSpec remote, String trunk, Duration interval, Rewind rewind) {}

  /**
   * What an environment may be.
   *
   * @param refs patterns of the branches that may ask for it
   * @param hosts patterns of the addresses that it may name
   * @param deployPaths the directories that releases may lie below
   * @param allowed what else it may name
   */
  public record Bound(
      String name,
      String repository,
      List<String> refs,
      List<String> hosts,
      List<String> deployPaths,
      Local local,
      Allowed allowed) {
    /** Where releases may lie unless the agent's file says otherwise. */
    public static final List<String> DEPLOY_PATHS = List.of("/srv", "/opt", "/var/www", "/home");

    public Bound {
      refs = List.copyOf(refs);
      hosts = List.copyOf(hosts);
      deployPaths = List.copyOf(deployPaths);
    }
  }

  /**
   * What an environment may name besides hosts and directories.
   *
   * @param jumpHosts patterns of hosts that it may go through, beside its own
   * @param units patterns of systemd's units; empty means all but those of the system itself
   * @param unitFiles patterns of the units whose files it may install
   * @param sourceFiles the directories on the agent's machine that releases may come from
   * @param sourceHosts patterns of hosts that releases may be fetched from; empty means all but
   *     loopback and link-local ones
   * @param commands the programs on the agent's machine that its analyses may run
   */
  public record Allowed(
      List<String> jumpHosts,
      List<String> units,
      List<String> unitFiles,
      List<String> sourceFiles,
      List<String> sourceHosts,
      List<Program> commands) {
    public Allowed {
      jumpHosts = List.copyOf(jumpHosts);
      units = List.copyOf(units);
      unitFiles = List.copyOf(unitFiles);
      sourceFiles = List.copyOf(sourceFiles);
      sourceHosts = List.copyOf(sourceHosts);
      commands = List.copyOf(commands);
    }
  }

  /** Whether an environment may deploy to the agent's own machine. */
  public enum Local {
    REFUSED,
    ALLOWED
  }

  /** What happens when history was rewritten. */
  public enum Rewind {
    /** Nothing is deployed until a person has said so. */
    STOP,
    ALLOW
  }
}
