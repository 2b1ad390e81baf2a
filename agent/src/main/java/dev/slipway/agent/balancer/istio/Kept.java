package dev.slipway.agent.balancer.istio;

import java.util.Optional;

/** An object as the API server keeps it, with all that is in it. */
record Kept(Section whole) {
  private static final String METADATA = "metadata";
  private static final String ANNOTATIONS = "annotations";
  private static final String SPEC = "spec";

  /** Returns what another object has instead, also one of the same name that came after it. */
  String uid() {
    return whole.section(METADATA).text("uid").orElse("");
  }

  Optional<String> annotation(String key) {
    return whole.section(METADATA).section(ANNOTATIONS).text(key);
  }

  Section spec() {
    return whole.section(SPEC);
  }

  Kept with(Section spec) {
    return new Kept(whole.with(SPEC, spec));
  }

  Kept annotated(String key, String value) {
    Section metadata = whole.section(METADATA);
    Section annotations = metadata.section(ANNOTATIONS).with(key, value);
    return new Kept(whole.with(METADATA, metadata.with(ANNOTATIONS, annotations)));
  }
}
