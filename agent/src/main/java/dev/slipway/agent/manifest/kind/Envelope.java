package dev.slipway.agent.manifest.kind;

import java.util.Optional;

/** What every kind has around its {@code spec}. */
public final class Envelope {
  private Envelope() {}

  /** Reads the envelope and returns the name, which must be that of the file. */
  public static Optional<Located> read(Fields document) {
    document.text("apiVersion");
    document.text("kind");
    return document.child("metadata").flatMap(metadata -> metadata.located("name"));
  }

  /** Returns what the document describes. */
  public static Fields spec(Fields document) {
    return document
        .child("spec")
        .orElseThrow(() -> new IllegalStateException("%s has no spec".formatted(document.place())));
  }

  /** Reads the envelope of a file of which the name matters. */
  public static Located named(Fields document, String expected) {
    Located name =
        read(document)
            .orElseThrow(() -> new IllegalStateException("%s no name".formatted(document.place())));
    if (!name.text().equals(expected)) {
      document
          .reading()
          .report(
              name.place(),
              "the file is called '%s' and what it describes '%s'".formatted(expected, name),
              "give both one name");
    }
    return name;
  }

  static Optional<String> secret(Fields fields) {
    return fields.child("secretRef").flatMap(reference -> reference.text("name"));
  }
}
