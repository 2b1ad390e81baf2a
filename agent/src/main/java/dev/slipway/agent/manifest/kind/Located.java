package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;

/** A text, where it stands and how it was written. */
public record Located(String text, Place place, Node.Style style) {
  Located(Node.Scalar scalar) {
    this(scalar.text(), scalar.place(), scalar.style());
  }

  @Override
  public String toString() {
    return text;
  }
}
