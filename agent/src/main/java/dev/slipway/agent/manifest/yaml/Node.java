package dev.slipway.agent.manifest.yaml;

import java.util.List;
import java.util.Optional;

/** A value of a document, with its place. */
public sealed interface Node {
  /** Returns where it begins. */
  Place place();

  /** Keys and values, in the order of the text; no key stands twice. */
  record Mapping(Place place, List<Entry> entries) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** Returns the value of a key. */
    public Optional<Node> get(String key) {
      return entry(key).map(Entry::value);
    }

    /** Returns the key and its value. */
    public Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.name().equals(key)).findFirst();
    }
  }

  /** Items, in the order of the text. */
  record Sequence(Place place, List<Node> items) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A single value as it was written. */
  record Scalar(Place place, String text, Style style) implements Node {
    /** Returns what tools would take it for. */
    public PlainScalar kind() {
      return style == Style.QUOTED ? PlainScalar.TEXT : PlainScalar.of(text);
    }
  }

  /** A key and its value. */
  record Entry(Scalar key, Node value) {
    /** Returns the key as text. */
    public String name() {
      return key.text();
    }
  }

  /** How a scalar was written. */
  enum Style {
    PLAIN,
    /** In quotes, or as a block: always a text. */
    QUOTED
  }
}
