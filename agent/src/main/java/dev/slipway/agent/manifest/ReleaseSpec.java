package dev.slipway.agent.manifest;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A release as a manifest asks for it: what it is, before its files were seen.
 *
 * @param secrets the variables whose values are secrets of the environment
 * @param services what runs in each role, by the role's name and in the order of the roles
 * @param procedures what is run around it
 */
public record ReleaseSpec(
    String application,
    String version,
    ArtifactSource source,
    Map<String, String> env,
    Set<String> secrets,
    Map<String, Service> services,
    List<String> linkedDirs,
    List<String> linkedFiles,
    Procedures procedures) {
  public ReleaseSpec {
    env = Map.copyOf(env);
    secrets = Set.copyOf(secrets);
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    linkedDirs = List.copyOf(linkedDirs);
    linkedFiles = List.copyOf(linkedFiles);
  }

  /** Makes a release without secrets, around which nothing is run. */
  public ReleaseSpec(
      String application,
      String version,
      ArtifactSource source,
      Map<String, String> env,
      Map<String, Service> services,
      List<String> linkedDirs,
      List<String> linkedFiles) {
    this(
        application,
        version,
        source,
        env,
        Set.of(),
        services,
        linkedDirs,
        linkedFiles,
        Procedures.NONE);
  }

  /** Returns the release, once the digest of its files is known. */
  public Release of(Digest content) {
    return new Release(
        application, version, content, env, secrets, services, linkedDirs, linkedFiles, procedures);
  }
}
