package dev.slipway.agent.manifest.layers;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Layers;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells where a patch makes something wrong that stands elsewhere: a key that is missing now, a
 * time that is too short beside a longer one.
 */
final class Blame {
  private static final Pattern SPEC = Pattern.compile("^/spec(?:/defaults)?");
  private static final String ROLES = "^/roles/[^/]+";

  private final Node.Mapping patch;

  Blame(Node.Mapping patch) {
    this.patch = patch;
  }

  /** Returns the problem at the part of the patch that leads to it. */
  Problem of(Problem problem) {
    if (problem.file().equals(patch.place().file())) {
      return problem;
    }
    return culprit(problem)
        .problem(
            "with this patch, %s:%d %s: %s"
                .formatted(problem.file(), problem.line(), problem.path(), problem.fact()),
            problem.remedy());
  }

  private Place culprit(Problem problem) {
    String at = SPEC.matcher(problem.path()).replaceFirst("");
    Node.Mapping direct = deepest(at);
    Node.Mapping found = direct.equals(patch) ? deepest(at.replaceFirst(ROLES, "")) : direct;
    return deleted(found, problem.fact()).orElse(found.place());
  }

  private Node.Mapping deepest(String pointer) {
    Node.Mapping found = patch;
    for (String step : List.of(pointer.substring(Math.min(1, pointer.length())).split("/"))) {
      Optional<Node> next = found.get(step);
      if (next.isEmpty() || !(next.get() instanceof Node.Mapping mapping)) {
        return found;
      }
      found = mapping;
    }
    return found;
  }

  private static Optional<Place> deleted(Node.Mapping from, String fact) {
    return from.entries().stream()
        .filter(entry -> Layers.isDeletion(entry.value()))
        .filter(entry -> fact.contains("'" + entry.name() + "'"))
        .map(entry -> entry.key().place())
        .findFirst();
  }
}
