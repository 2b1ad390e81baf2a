package dev.slipway.agent.manifest.layers;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.kind.Layers;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An application as its layers make it: the tree, where each value stands where it was written, and
 * what it says.
 */
public record Layered(Node.Mapping tree, ApplicationDocument document) {
  private static final String SPEC = "spec";

  /** Reads an application's tree, which passed its schema. */
  public static Layered read(Fields fields, String name) {
    return new Layered(fields.tree(), ApplicationDocument.read(fields, name));
  }

  /** Returns an application's tree with the project's defaults under its spec. */
  public static Node under(Node tree, Optional<Node.Mapping> defaults) {
    return tree instanceof Node.Mapping document
        ? withSpec(
            document,
            spec -> defaults.map(below -> (Node.Mapping) Layers.over(spec, below)).orElse(spec))
        : tree;
  }

  /**
   * Returns the application with a patch over it.
   *
   * @param problems takes what the patch makes wrong; the result then is what is left of it
   */
  public Layered patched(Node.Mapping written, List<Problem> problems) {
    var patch = new Patch(written);
    Node.Mapping patched = withSpec(tree, spec -> patch.on(Roles.withDefaults(spec)));
    List<Problem> shape = Schemas.PACKAGED.check(Kind.APPLICATION, patched);
    String name = document.name().text();
    Node sound =
        shape.isEmpty()
            ? patched
            : Schemas.PACKAGED.sound(Kind.APPLICATION, patched, name).orElse(tree);
    var reading = new Reading();
    Layered layered = read(reading.open(sound), name);
    var found = new ArrayList<>(shape);
    found.addAll(FollowUps.of(shape).removedFrom(reading.problems()));
    found.removeAll(new HashSet<>(problemsBefore()));
    var blame = new Blame(written);
    found.forEach(problem -> problems.add(blame.of(problem)));
    problems.addAll(patch.problems());
    return layered;
  }

  /** Returns the tree with defaults in the roles that they hold for, and another spec. */
  public Node.Mapping withSpec(UnaryOperator<Node.Mapping> change) {
    return withSpec(tree, spec -> change.apply(Roles.withDefaults(spec)));
  }

  /** What is wrong without the patch is not the patch's doing. */
  private List<Problem> problemsBefore() {
    var reading = new Reading();
    read(reading.open(tree), document.name().text());
    return reading.problems();
  }

  private static Node.Mapping withSpec(Node.Mapping document, UnaryOperator<Node.Mapping> change) {
    return new Node.Mapping(
        document.place(),
        document.entries().stream()
            .map(entry ->
                entry.name().equals(SPEC) && entry.value() instanceof Node.Mapping spec
                    ? new Node.Entry(entry.key(), change.apply(spec))
                    : entry)
            .toList());
  }
}
