package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.ConfigFile;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.ApplicationDocument.SourceEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.ProceduresDocument;
import dev.slipway.agent.manifest.kind.Variables;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.Tree.Read;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The release that an application asks for: where its files come from, and what goes with them. */
final class Releases {
  private static final String OWN = ".slipway/";

  private final Scope scope;
  private final List<Problem> problems;

  Releases(Scope scope, List<Problem> problems) {
    this.scope = scope;
    this.problems = problems;
  }

  ReleaseSpec of(
      ApplicationDocument application,
      ApplicationEntry entry,
      Map<String, Service> services,
      List<ConfigFile> files) {
    checkLinks(application);
    Variables env = application.env().with(entry.env());
    return new ReleaseSpec(
        application.name().text(),
        application.version().text(),
        configured(source(application), files),
        env.clear(),
        env.secret(),
        services,
        texts(application.linkedDirs()),
        texts(application.linkedFiles()),
        new Procedures(application.procedures().hooks(), tasks(application, services)));
  }

  /** A task runs where the application runs, and nowhere else. */
  private List<Task> tasks(ApplicationDocument application, Map<String, Service> services) {
    var tasks = new ArrayList<Task>();
    for (ProceduresDocument.Entry task : application.procedures().tasks()) {
      String role =
          task.role().map(Located::text).orElse(services.keySet().stream().findFirst().orElse(""));
      boolean isForeign = !services.isEmpty() && !services.containsKey(role);
      if (isForeign) {
        problems.add(
            task.role()
                .orElse(task.name())
                .place()
                .problem(
                    "task '%s' names the role %s, and '%s' has no such role in environment '%s'"
                        .formatted(
                            task.name(),
                            Shown.text(role),
                            application.name(),
                            scope.bound().name()),
                    "use " + String.join(", ", services.keySet())));
      } else if (!services.isEmpty()
          && tasks.stream().noneMatch(other -> other.name().equals(task.name().text()))) {
        tasks.add(task.in(role));
      }
    }
    return tasks;
  }

  private static ArtifactSource configured(ArtifactSource.Stored source, List<ConfigFile> files) {
    return files.isEmpty() ? source : new ArtifactSource.Configured(source, files);
  }

  private ArtifactSource.Stored source(ApplicationDocument application) {
    var bounds = new Bounds(scope.bound());
    return switch (application.source()) {
      case SourceEntry.Url(var written, var sha256, var secret) -> {
        String url = filled(written, application);
        bounds.sourceUrl(written.place(), url).ifPresent(problems::add);
        yield new ArtifactSource.Url(
            url,
            new Digest(sha256),
            secret.map(name -> new SecretName(scope.bound().name(), name)));
      }
      case SourceEntry.File(var written, var sha256) -> {
        String path = filled(written, application);
        bounds.sourceFile(written.place(), path).ifPresent(problems::add);
        yield new ArtifactSource.File(path, new Digest(sha256));
      }
      case SourceEntry.Directory(var path) -> directory(path, filled(path, application));
    };
  }

  private String filled(Located text, ApplicationDocument application) {
    return new Templates(problems)
        .fill(text.place(), text.text(), Map.of("version", application.version().text()));
  }

  private ArtifactSource.Stored directory(Located written, String path) {
    Tree tree = scope.branch().tree();
    if (tree.list(path).isEmpty()) {
      String fact =
          switch (tree.read(path)) {
            case Read.Found _ -> "is a file and not a directory";
            case Read.Missing() -> "is not a directory of this commit, or an empty one";
            case Read.Refused(var reason) -> "is outside allowed base: " + reason;
          };
      problems.add(
          written
              .place()
              .problem(Shown.text(path) + " " + fact, "commit the files of the release there"));
    }
    return new ArtifactSource.Tree(scope.bound().repository(), tree.commit(), path);
  }

  /** What is inside a linked directory would lie in shared/ and be the same for every release. */
  private void checkLinks(ApplicationDocument application) {
    var seen = new TreeMap<String, Place>();
    Stream.of(
            application.linkedDirs(),
            application.linkedFiles(),
            application.files().stream().map(file -> file.path()).toList())
        .flatMap(List::stream)
        .forEach(link -> {
          if ((link.text() + "/").startsWith(OWN)) {
            problems.add(
                link.place()
                    .problem(
                        Shown.text(link.text()) + " is Slipway's own directory of a release",
                        "choose another name"));
          }
          seen.forEach((other, place) -> {
            if ((link.text() + "/").startsWith(other + "/")
                || (other + "/").startsWith(link.text() + "/")) {
              problems.add(
                  link.place()
                      .problem(
                          "%s lies in or around '%s' at %s"
                              .formatted(Shown.text(link.text()), other, place.mention()),
                          "keep the outer one"));
            }
          });
          seen.put(link.text(), link.place());
        });
  }

  private static List<String> texts(List<Located> written) {
    return written.stream().map(Located::text).toList();
  }
}
