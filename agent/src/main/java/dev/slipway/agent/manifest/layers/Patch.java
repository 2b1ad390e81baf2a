package dev.slipway.agent.manifest.layers;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.Layers;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Nearest;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What an environment changes in the spec of an application. */
final class Patch {
  private static final Set<String> REFUSED = Set.of("release", "apiVersion", "kind", "metadata");

  private final Node.Mapping written;
  private final Node.Mapping changes;

  Patch(Node.Mapping written) {
    this.written = written;
    this.changes = only(written, name -> !REFUSED.contains(name));
  }

  /** Returns what it says that no patch may say, or that means nothing. */
  List<Problem> problems() {
    var problems = new ArrayList<Problem>();
    for (Node.Entry entry : written.entries()) {
      if (REFUSED.contains(entry.name())) {
        problems.add(
            entry
                .key()
                .place()
                .problem(
                    "'%s' is the branch's to say, and no patch changes it".formatted(entry.name()),
                    "remove it here, and change the application's own file"));
      }
    }
    checkDeletions(changes, "/spec", problems);
    return problems;
  }

  /** What can never be there was not meant to be deleted. */
  private static void checkDeletions(Node.Mapping patch, String at, List<Problem> problems) {
    List<String> known = Schemas.PACKAGED.keys(Kind.APPLICATION, at);
    for (Node.Entry entry : patch.entries()) {
      if (entry.value() instanceof Node.Mapping mapping) {
        checkDeletions(mapping, at + "/" + entry.name(), problems);
      } else if (Layers.isDeletion(entry.value())
          && !known.isEmpty()
          && !known.contains(entry.name())) {
        problems.add(unknown(entry, known));
      }
    }
  }

  private static Problem unknown(Node.Entry entry, List<String> known) {
    return entry
        .key()
        .place()
        .problem(
            "unknown key " + Shown.text(entry.name()),
            Nearest.to(entry.name(), known)
                .map("did you mean '%s'?"::formatted)
                .orElse("known here: " + String.join(", ", known)));
  }

  /**
   * Returns a spec as it is with the patch.
   *
   * <p>What belongs to a role and stands beside roles is meant for each of them; what is said of
   * one role goes over that.
   */
  Node.Mapping on(Node.Mapping spec) {
    if (!(spec.get(Roles.KEY).orElse(spec) instanceof Node.Mapping roles) || roles.equals(spec)) {
      return Layers.patched(spec, changes);
    }
    Node.Mapping each = only(changes, ApplicationDocument.OF_A_ROLE::contains);
    Node.Mapping whole = only(changes, name -> !ApplicationDocument.OF_A_ROLE.contains(name));
    return Layers.patched(Roles.each(spec, role -> Layers.patched(role, each)), whole);
  }

  private static Node.Mapping only(Node.Mapping mapping, Predicate<String> wanted) {
    return new Node.Mapping(
        mapping.place(),
        mapping.entries().stream().filter(entry -> wanted.test(entry.name())).toList());
  }
}
