package dev.slipway.agent.manifest.layers;

import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.Layers;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.List;
import java.util.function.UnaryOperator;

/** The roles of an application's spec. */
final class Roles {
  static final String KEY = "roles";

  private Roles() {}

  /** Returns a spec in which each role is changed; the same one if roles are left out. */
  static Node.Mapping each(Node.Mapping spec, UnaryOperator<Node.Mapping> change) {
    return mapped(
        spec,
        entry ->
            entry.name().equals(KEY) && entry.value() instanceof Node.Mapping roles
                ? new Node.Entry(entry.key(), mapped(roles, role -> changed(role, change)))
                : entry);
  }

  /** Returns a spec in which each role has the defaults that were laid beside the roles. */
  static Node.Mapping withDefaults(Node.Mapping spec) {
    if (spec.get(KEY).isEmpty()) {
      return spec;
    }
    List<Node.Entry> below = spec.entries().stream().filter(Roles::isDefaultOfARole).toList();
    var rest =
        new Node.Mapping(
            spec.place(),
            spec.entries().stream().filter(entry -> !isDefaultOfARole(entry)).toList());
    return each(
        rest,
        role ->
            Layers.over(role, new Node.Mapping(role.place(), below)) instanceof Node.Mapping whole
                ? whole
                : role);
  }

  private static boolean isDefaultOfARole(Node.Entry entry) {
    return ApplicationDocument.OF_A_ROLE.contains(entry.name())
        && entry.key().place().file().equals(ProjectDocument.FILE);
  }

  private static Node.Entry changed(Node.Entry role, UnaryOperator<Node.Mapping> change) {
    return role.value() instanceof Node.Mapping mapping
        ? new Node.Entry(role.key(), change.apply(mapping))
        : role;
  }

  private static Node.Mapping mapped(Node.Mapping mapping, UnaryOperator<Node.Entry> change) {
    return new Node.Mapping(mapping.place(), mapping.entries().stream().map(change).toList());
  }
}
