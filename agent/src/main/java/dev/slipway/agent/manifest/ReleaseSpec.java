package dev.slipway.agent.manifest;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.util.List;
import java.util.Map;

/** A release as a manifest asks for it: what it is, before its files were seen. */
public record ReleaseSpec(
    String application,
    String version,
    ArtifactSource source,
    Map<String, String> env,
    Service service,
    List<String> linkedDirs,
    List<String> linkedFiles) {
  public ReleaseSpec {
    env = Map.copyOf(env);
    linkedDirs = List.copyOf(linkedDirs);
    linkedFiles = List.copyOf(linkedFiles);
  }

  /** Returns the release, once the digest of its files is known. */
  public Release of(Digest content) {
    return new Release(application, version, content, env, service, linkedDirs, linkedFiles);
  }
}
