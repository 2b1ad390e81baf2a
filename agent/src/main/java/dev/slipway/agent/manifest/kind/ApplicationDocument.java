package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.Owner;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is released, with what the project lays under it.
 *
 * @param namesRoles whether its roles have names; its one role goes by the application's if not
 * @param roles how each role runs, in the order in which people wrote them
 * @param procedures what is run around the release
 */
public record ApplicationDocument(
    Located name,
    Located version,
    SourceEntry source,
    Located deployPath,
    int keepReleases,
    Optional<Owner> owner,
    List<Located> linkedDirs,
    List<Located> linkedFiles,
    List<FileEntry> files,
    Variables env,
    boolean namesRoles,
    Map<String, RoleDocument> roles,
    ProceduresDocument procedures) {
  private static final int KEPT = 5;
  private static final String MODE = "0644";

  /** What stands in each role, or in the application where roles are left out. */
  public static final List<String> OF_A_ROLE =
      List.of("service", "slots", "port", "healthcheck", "drain", "stop");

  public ApplicationDocument {
    files = List.copyOf(files);
    roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
  }

  /**
   * A file of the config repository that is laid into the release.
   *
   * @param path below the release
   * @param from where it lies in the repository
   * @param mode three octal digits
   */
  public record FileEntry(Located path, Located from, String mode) {}

  /** Where the files come from. */
  public sealed interface SourceEntry {
    /** An archive over HTTP. */
    record Url(Located url, String sha256, Optional<String> secret) implements SourceEntry {}

    /** A directory of the repository. */
    record Directory(Located path) implements SourceEntry {}

    /** An archive on the agent's machine. */
    record File(Located path, String sha256) implements SourceEntry {}
  }

  /** Reads a document that passed its schema and has the defaults under it. */
  public static ApplicationDocument read(Fields document, String name) {
    Located named = Envelope.named(document, name);
    Fields spec = Envelope.spec(document);
    Fields release = spec.child("release").orElseThrow();
    Located version = release.required("version");
    if (version.style() == Node.Style.PLAIN) {
      release.report(
          "version",
          "version %s must be a string: quote it".formatted(version),
          "write \"%s\", since 1.10 would be read as 1.1".formatted(version));
    }
    Optional<Fields> roles = spec.child("roles");
    return new ApplicationDocument(
        named,
        version,
        source(release),
        spec.required("deployPath"),
        spec.integer("keepReleases", KEPT),
        spec.child("owner").map(ApplicationDocument::owner),
        spec.texts("linkedDirs"),
        spec.texts("linkedFiles"),
        spec.children("files").stream().map(ApplicationDocument::file).toList(),
        Variables.under(spec),
        roles.isPresent(),
        roles
            .map(written -> roles(written, spec, named.place()))
            .orElseGet(() -> Map.of(named.text(), RoleDocument.read(spec))),
        ProceduresDocument.read(spec));
  }

  /** Reads each role, over what the defaults have for it. */
  private static Map<String, RoleDocument> roles(Fields roles, Fields spec, Place own) {
    var below =
        OF_A_ROLE.stream()
            .flatMap(key -> spec.node(key).map(node -> entry(key, node)).stream())
            .toList();
    below.stream()
        .filter(entry -> entry.value().place().file().equals(own.file()))
        .forEach(entry ->
            spec.report(
                entry.name(),
                "'%s' stands beside roles".formatted(entry.name()),
                "move it into the role"));
    var found = new LinkedHashMap<String, RoleDocument>();
    for (String name : roles.keys()) {
      Node role = roles.node(name).orElseThrow();
      var layered = Layers.over(role, new Node.Mapping(role.place(), below));
      found.put(name, RoleDocument.read(roles.reading().open(layered)));
    }
    return found;
  }

  private static Node.Entry entry(String key, Node value) {
    return new Node.Entry(new Node.Scalar(value.place(), key, Node.Style.PLAIN), value);
  }

  private static SourceEntry source(Fields release) {
    Fields source = release.child("source").orElseThrow();
    List<String> given = List.of("url", "path", "file").stream().filter(source::has).toList();
    Optional<Located> url = source.located("url");
    Optional<Located> path = source.located("path");
    Optional<Located> file = source.located("file");
    String sha256 = source.text("sha256").orElse("");
    Optional<String> secret = Envelope.secret(source);
    if (given.size() != 1) {
      source
          .reading()
          .report(
              source.place(),
              given.isEmpty()
                  ? "does not say where the files come from"
                  : "gives more than one place: " + String.join(", ", given),
              "write exactly one of url, path and file");
    }
    if (path.isPresent() && !sha256.isEmpty()) {
      source.report("sha256", "goes with url and file, not with path", "remove it");
    }
    if (url.isEmpty() && secret.isPresent()) {
      source.report("secretRef", "goes with url, and with nothing else", "remove it");
    }
    return url.<SourceEntry>map(at -> new SourceEntry.Url(at, sha256, secret))
        .or(() -> file.map(at -> new SourceEntry.File(at, sha256)))
        .orElseGet(() -> new SourceEntry.Directory(path.orElse(release.required("version"))));
  }

  private static FileEntry file(Fields file) {
    return new FileEntry(
        file.required("path"), file.required("from"), file.text("mode").orElse(MODE).substring(1));
  }

  private static Owner owner(Fields fields) {
    return new Owner(fields.required("user").text(), fields.required("group").text());
  }
}
