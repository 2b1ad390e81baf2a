package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.layers.Layered;
import dev.slipway.agent.manifest.render.Rendered;
import dev.slipway.agent.source.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An application of a config repository, as an environment has it. */
public final class Rendering {
  private final Checkout trunk;
  private final Checkout branch;
  private final List<Problem> problems = new ArrayList<>();

  private Rendering(Tree trunk, Tree branch) {
    this.trunk = new Checkout(trunk);
    this.branch = new Checkout(branch);
  }

  /**
   * Returns the text of an application's manifest with all that the other files say of it.
   *
   * @param trunk the directory that {@code slipway.yaml} and {@code environments/} count from
   * @param branch the directory that {@code apps/} counts from
   */
  public static Parsed<String> directories(
      Path trunk, Path branch, String environment, String application) {
    return trees(new DirectoryTree(trunk), new DirectoryTree(branch), environment, application);
  }

  static Parsed<String> trees(Tree trunk, Tree branch, String environment, String application) {
    var rendering = new Rendering(trunk, branch);
    Optional<String> text = rendering.text(environment, application);
    return rendering.problems.isEmpty() && text.isPresent()
        ? new Parsed.Valid<>(text.get())
        : new Parsed.Invalid<>(rendering.problems);
  }

  private Optional<String> text(String environment, String name) {
    Optional<ProjectDocument> project = existing(trunk.project(), Checkout.PROJECT);
    Optional<ApplicationEntry> entry =
        existing(trunk.environment(environment), Checkout.environmentFile(environment))
            .flatMap(document -> entry(document, name));
    Optional<Layered> application =
        existing(
            branch.application(name, project.flatMap(ProjectDocument::defaults)),
            Checkout.applicationFile(name));
    if (entry.isEmpty() || application.isEmpty() || !problems.isEmpty()) {
      return Optional.empty();
    }
    Layered patched =
        entry
            .get()
            .patch()
            .map(patch -> application.get().patched(patch, problems))
            .orElse(application.get());
    return Optional.of(Rendered.text(patched, entry.get()));
  }

  private Optional<ApplicationEntry> entry(EnvironmentDocument environment, String name) {
    List<String> names =
        environment.applications().stream().map(found -> found.name().text()).toList();
    if (!names.contains(name)) {
      problems.add(
          Desired.wholeFile(
              Checkout.environmentFile(environment.name()),
              "does not list '%s'".formatted(name),
              names.isEmpty()
                  ? "add it to applications"
                  : "use one of " + String.join(", ", names)));
    }
    return environment.applications().stream()
        .filter(found -> found.name().text().equals(name))
        .findFirst();
  }

  private <T> Optional<T> existing(Optional<Parsed<T>> file, String name) {
    if (file.isEmpty()) {
      problems.add(Desired.wholeFile(name, "does not exist", "write it, or name another"));
    }
    return file.flatMap(parsed ->
        switch (parsed) {
          case Parsed.Valid<T>(var value) -> Optional.of(value);
          case Parsed.Invalid<T>(var found) -> {
            problems.addAll(found);
            yield Optional.empty();
          }
        });
  }
}
