package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.Deployment.OnNewRevision;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import java.util.List;
import java.util.Optional;

/** Which branch asks for which environment, and what lies under every application. */
public record ProjectDocument(
    List<BranchRule> branches, OnNewRevision onNewRevision, Optional<Node.Mapping> defaults) {
  /** The name of its file. */
  public static final String FILE = "slipway.yaml";

  public ProjectDocument {
    branches = List.copyOf(branches);
  }

  /** A branch, the environment that it asks for, and how. */
  public record BranchRule(
      Place place, Located match, Located environment, Optional<Located> strategy) {}

  /** Reads a document that passed its schema. */
  public static ProjectDocument read(Fields document) {
    Envelope.read(document);
    Fields spec = Envelope.spec(document);
    return new ProjectDocument(
        spec.children("branches").stream().map(ProjectDocument::rule).toList(),
        spec.text("onNewRevision").orElse("supersede").equals("finish")
            ? OnNewRevision.FINISH
            : OnNewRevision.SUPERSEDE,
        spec.node("defaults").filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast));
  }

  private static BranchRule rule(Fields fields) {
    return new BranchRule(
        fields.place(),
        fields.required("match"),
        fields.required("environment"),
        fields.located("strategy"));
  }
}
