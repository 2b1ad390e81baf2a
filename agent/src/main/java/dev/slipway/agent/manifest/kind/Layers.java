package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.PlainScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One tree laid over another: maps merge, everything else replaces. Every node keeps its own place.
 *
 * <p>Where only one of several keys can be meant, the upper layer's choice replaces the lower's.
 */
public final class Layers {
  /** By the key of a mapping: sets of keys of which one set at most can be meant. */
  private static final Map<String, List<Set<String>>> CHOICES =
      Map.of(
          "", List.of(Set.of("port"), Set.of("slots")),
          "service", List.of(Set.of("systemd"), Set.of("commands"), Set.of("process")),
          "healthcheck",
              List.of(
                  Set.of("path", "scheme", "host", "expectedStatus"),
                  Set.of("tcp"),
                  Set.of("exec"),
                  Set.of("systemd")));

  private Layers() {}

  /** Returns the upper tree with what only the lower one has. */
  public static Node over(Node upper, Node lower) {
    return over("", upper, lower);
  }

  /**
   * Returns a mapping as a patch changes it: maps merge, lists and texts replace, null deletes.
   *
   * <p>A mapping that is changed stays where it was; only what the patch writes stands in the
   * patch.
   */
  public static Node.Mapping patched(Node.Mapping tree, Node.Mapping patch) {
    return patched("", tree, patch);
  }

  /** Returns whether a patch deletes what has this value. */
  public static boolean isDeletion(Node value) {
    return value instanceof Node.Scalar scalar && scalar.kind() == PlainScalar.NULL;
  }

  private static Node.Mapping patched(String key, Node.Mapping tree, Node.Mapping patch) {
    var chosen =
        new Node.Mapping(
            patch.place(),
            patch.entries().stream().filter(entry -> !isDeletion(entry.value())).toList());
    var entries = new ArrayList<Node.Entry>();
    for (Node.Entry entry : tree.entries()) {
      Optional<Node.Entry> change = patch.entry(entry.name());
      if (change.isPresent()) {
        changed(key, change.get(), Optional.of(entry.value())).ifPresent(entries::add);
      } else if (!isReplaced(key, entry, chosen)) {
        entries.add(entry);
      }
    }
    patch.entries().stream()
        .filter(entry -> tree.get(entry.name()).isEmpty())
        .forEach(entry -> changed(key, entry, Optional.empty()).ifPresent(entries::add));
    return new Node.Mapping(tree.place(), entries);
  }

  private static Optional<Node.Entry> changed(String key, Node.Entry change, Optional<Node> below) {
    if (isDeletion(change.value())) {
      return Optional.empty();
    }
    if (!(change.value() instanceof Node.Mapping mapping)) {
      return Optional.of(change);
    }
    var under =
        below
            .filter(Node.Mapping.class::isInstance)
            .map(Node.Mapping.class::cast)
            .orElseGet(() -> new Node.Mapping(mapping.place(), List.of()));
    String inner = key.equals("roles") ? "" : change.name();
    return Optional.of(new Node.Entry(change.key(), patched(inner, under, mapping)));
  }

  private static Node over(String key, Node upper, Node lower) {
    if (!(upper instanceof Node.Mapping above && lower instanceof Node.Mapping below)) {
      return upper;
    }
    var entries = new ArrayList<Node.Entry>();
    for (Node.Entry entry : above.entries()) {
      entries.add(
          below
              .get(entry.name())
              .map(under -> new Node.Entry(entry.key(), over(entry.name(), entry.value(), under)))
              .orElse(entry));
    }
    below.entries().stream()
        .filter(entry -> above.get(entry.name()).isEmpty() && !isReplaced(key, entry, above))
        .forEach(entries::add);
    return new Node.Mapping(above.place(), entries);
  }

  private static boolean isReplaced(String key, Node.Entry entry, Node.Mapping above) {
    List<Set<String>> choice = CHOICES.getOrDefault(key, List.of());
    return choice.stream().anyMatch(chosen -> chosen.contains(entry.name()))
        && choice.stream()
            .filter(chosen -> !chosen.contains(entry.name()))
            .anyMatch(other -> other.stream().anyMatch(name -> above.get(name).isPresent()));
  }
}
