package dev.slipway.strategies.fleet;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an application is at one moment: its files and the configuration that travels with them.
 *
 * <p>{@code content} is the digest of the sorted list of files, so that a host can check it with
 * {@code sha256sum}. The release's own digest covers everything here and nothing else: health,
 * drain, strategy, hosts and secret values are not part of a release and start no rollout.
 */
public record Release(
    String application,
    String version,
    Digest content,
    Map<String, String> env,
    Service service,
    List<String> linkedDirs,
    List<String> linkedFiles) {
  public Release {
    if (application.isBlank() || version.isBlank()) {
      throw new IllegalArgumentException("a release needs an application and a version");
    }
    env = Collections.unmodifiableMap(new TreeMap<>(env));
    linkedDirs = List.copyOf(linkedDirs);
    linkedFiles = List.copyOf(linkedFiles);
  }

  /** Returns version and digest, by which plans and people name this release. */
  public ReleaseId id() {
    return new ReleaseId(version, digest());
  }

  /** Returns the digest of everything that makes this release what it is. */
  public Digest digest() {
    var text = new Canonical();
    text.field("application", application).field("version", version).field("content", content);
    env.forEach((name, value) -> text.field("env " + name, value));
    text.field("service", service.canonical());
    return text.list("linkedDir", linkedDirs).list("linkedFile", linkedFiles).digest();
  }

  /**
   * Returns the name of the directory that holds the files on a host: version and twelve digits.
   *
   * <p>It depends on what lies in the directory only, so that a changed environment variable sends
   * no file again.
   */
  public String directory() {
    var layout = new Canonical().field("content", content);
    layout.list("linkedDir", linkedDirs).list("linkedFile", linkedFiles);
    return version + "-" + layout.digest().abbreviated();
  }
}
