package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.layers.Layered;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.strategy.StrategyDocument;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.source.Tree.Read;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The manifests of one commit. */
record Checkout(Tree tree, ManifestFile.Manner manner) {
  static final String PROJECT = ProjectDocument.FILE;

  /** Takes only files that are right. */
  Checkout(Tree tree) {
    this(tree, ManifestFile.Manner.WHOLE);
  }

  /** Returns another commit, read in the same manner. */
  Checkout of(Tree other) {
    return new Checkout(other, manner);
  }

  static String environmentFile(String name) {
    return "environments/" + name + ".yaml";
  }

  static String applicationFile(String name) {
    return "apps/" + name + ".yaml";
  }

  static String strategyFile(String name) {
    return "strategies/" + name + ".yaml";
  }

  /** Returns what a file holds; empty if there is no such file. */
  Optional<Parsed<ProjectDocument>> project() {
    return document(Kind.PROJECT, PROJECT, UnaryOperator.identity(), ProjectDocument::read);
  }

  Optional<Parsed<EnvironmentDocument>> environment(String name) {
    return document(
        Kind.ENVIRONMENT,
        environmentFile(name),
        UnaryOperator.identity(),
        fields -> EnvironmentDocument.read(fields, name));
  }

  /** Returns an application with the project's defaults under it. */
  Optional<Parsed<Layered>> application(String name, Optional<Node.Mapping> defaults) {
    return document(
        Kind.APPLICATION,
        applicationFile(name),
        tree -> Layered.under(tree, defaults),
        fields -> Layered.read(fields, name));
  }

  Optional<Parsed<StrategyDocument>> strategy(String name) {
    return document(
        Kind.STRATEGY,
        strategyFile(name),
        UnaryOperator.identity(),
        fields -> StrategyDocument.read(fields, name));
  }

  private <T> Optional<Parsed<T>> document(
      Kind kind, String file, UnaryOperator<Node> change, Function<Fields, T> reader) {
    return switch (tree.read(file)) {
      case Read.Missing() -> Optional.empty();
      case Read.Refused(var reason) -> Optional.of(refused(file, reason));
      case Read.Found(var blob, var _) ->
          Optional.of(ManifestFile.read(kind, file, blob.bytes(), manner, change, reader));
    };
  }

  private static <T> Parsed<T> refused(String file, String reason) {
    Problem problem =
        Place.start(file)
            .problem(
                "is outside allowed base or limits: " + reason,
                "commit a regular file of at most 1 MiB");
    return new Parsed.Invalid<>(List.of(problem));
  }
}
