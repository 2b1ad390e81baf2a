package dev.slipway.strategies.fleet;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application is at one moment: its files and the configuration that travels with them.
 *
 * <p>{@code content} is the digest of the sorted list of files, so that a host can check it with
 * {@code sha256sum}. The release's own digest covers everything here and nothing else: health,
 * drain, strategy, hosts and secret values are not part of a release and start no rollout.
 *
 * @param secrets the variables whose values are secret: only their names are part of a release
 * @param services what runs in each role, by the role's name and in the order of the roles
 * @param procedures what is run around it
 */
public record Release(
    String application,
    String version,
    Digest content,
    Map<String, String> env,
    Set<String> secrets,
    Map<String, Service> services,
    List<String> linkedDirs,
    List<String> linkedFiles,
    Procedures procedures) {
  public Release {
    if (application.isBlank() || version.isBlank()) {
      throw new IllegalArgumentException("a release needs an application and a version");
    }
    if (services.isEmpty()) {
      throw new IllegalArgumentException("a release needs a role");
    }
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    env = Collections.unmodifiableMap(new TreeMap<>(env));
    secrets = Collections.unmodifiableSet(new TreeSet<>(secrets));
    linkedDirs = List.copyOf(linkedDirs);
    linkedFiles = List.copyOf(linkedFiles);
  }

  /** Makes a release without secrets, around which nothing is run. */
  public Release(
      String application,
      String version,
      Digest content,
      Map<String, String> env,
      Map<String, Service> services,
      List<String> linkedDirs,
      List<String> linkedFiles) {
    this(
        application,
        version,
        content,
        env,
        Set.of(),
        services,
        linkedDirs,
        linkedFiles,
        Procedures.NONE);
  }

  /** Returns this release with what is run around it. */
  public Release with(Procedures others) {
    return new Release(
        application, version, content, env, secrets, services, linkedDirs, linkedFiles, others);
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
    secrets.forEach(name -> text.field("secret", name));
    describe(text);
    text.list("linkedDir", linkedDirs).list("linkedFile", linkedFiles);
    procedures.describe(text);
    return text.digest();
  }

  /** Where there is one role, its name makes no difference to what runs. */
  private void describe(Canonical text) {
    if (services.size() == 1) {
      text.field("service", services.values().iterator().next().canonical());
    } else {
      new TreeMap<>(services)
          .forEach((role, service) -> text.field("service " + role, service.canonical()));
    }
  }

  /** Returns whether this release knows a role; one from before the role existed does not. */
  public boolean plays(String role) {
    return services.containsKey(role);
  }

  /** Returns what runs in a role; nothing in one that this release does not know. */
  public Service service(String role) {
    return services.getOrDefault(role, new Service.None());
  }

  /**
   * Returns this release with its first role under the name that the application's has now.
   *
   * <p>Names of roles change, and an application that gets its second role often names its first
   * one only then. What was judged is judged still.
   */
  public Release in(Application application) {
    String own = services.keySet().iterator().next();
    String judged = application.judged().name();
    boolean isRenamed =
        !plays(judged) && application.roles().stream().noneMatch(role -> role.name().equals(own));
    if (!isRenamed) {
      return this;
    }
    var renamed = new LinkedHashMap<String, Service>();
    services.forEach((role, service) -> renamed.put(role.equals(own) ? judged : role, service));
    return new Release(
        this.application,
        version,
        content,
        env,
        secrets,
        renamed,
        linkedDirs,
        linkedFiles,
        procedures);
  }

  /**
   * Returns the name of the directory that holds the files on a host: version and twelve digits.
   *
   * <p>It depends on what lies in the directory only, so that a changed environment variable sends
   * no file again, unless hooks run, which may write there what a variable says.
   */
  public String directory() {
    var layout = new Canonical().field("content", content);
    layout.list("linkedDir", linkedDirs).list("linkedFile", linkedFiles);
    if (!procedures.hooks().isEmpty()) {
      procedures.hooks().describe(layout);
      env.forEach((name, value) -> layout.field("env " + name, value));
    }
    return version + "-" + layout.digest().abbreviated();
  }
}
