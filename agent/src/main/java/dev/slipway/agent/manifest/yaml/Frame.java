package dev.slipway.agent.manifest.yaml;

import dev.slipway.agent.manifest.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A collection that is still being read. */
sealed interface Frame {
  /** Takes the next node, and says if it may not stand here. */
  Optional<Problem> add(Node node);

  /** Returns the pointer of the node that is to come. */
  String path();

  /** Returns the collection, which is complete. */
  Node close();

  /** The document itself, which holds one node. */
  final class Whole implements Frame {
    private @Nullable Node node;

    @Override
    public Optional<Problem> add(Node added) {
      node = added;
      return Optional.empty();
    }

    @Override
    public String path() {
      return "";
    }

    @Override
    public Node close() {
      return node().orElseThrow();
    }

    Optional<Node> node() {
      return Optional.ofNullable(node);
    }
  }

  /** A sequence. */
  final class Items implements Frame {
    private final Place place;
    private final List<Node> items = new ArrayList<>();

    Items(Place place) {
      this.place = place;
    }

    @Override
    public Optional<Problem> add(Node node) {
      items.add(node);
      return Optional.empty();
    }

    @Override
    public String path() {
      return place.below(String.valueOf(items.size()));
    }

    @Override
    public Node close() {
      return new Node.Sequence(place, items);
    }
  }

  /** A mapping: its nodes come as key, value, key, value. */
  final class Map implements Frame {
    private final Place place;
    private final java.util.Map<String, Node.Entry> entries = new LinkedHashMap<>();
    private Node.@Nullable Scalar key;

    Map(Place place) {
      this.place = place;
    }

    @Override
    public Optional<Problem> add(Node node) {
      if (key == null) {
        key = keyOf(node);
        return complaint(node, key.text());
      }
      entries.putIfAbsent(key.text(), new Node.Entry(key, node));
      key = null;
      return Optional.empty();
    }

    private Node.Scalar keyOf(Node node) {
      return switch (node) {
        case Node.Scalar(var at, var text, var style) ->
            new Node.Scalar(
                new Place(at.file(), at.line(), at.column(), place.below(text)), text, style);
        case Node.Mapping(var at, var _) -> new Node.Scalar(at, "", Node.Style.QUOTED);
        case Node.Sequence(var at, var _) -> new Node.Scalar(at, "", Node.Style.QUOTED);
      };
    }

    private Optional<Problem> complaint(Node node, String name) {
      if (!(node instanceof Node.Scalar scalar)) {
        return Optional.of(node.place().problem("a key must be a text", "use a plain word"));
      }
      if (scalar.style() == Node.Style.PLAIN && name.equals("<<")) {
        return Optional.of(
            node.place().problem("merge key '<<' is not supported here", "write the keys out"));
      }
      if (scalar.kind() != PlainScalar.TEXT && scalar.kind() != PlainScalar.AMBIGUOUS) {
        return Optional.of(
            node.place().problem("key %s is not a text".formatted(Shown.text(name)), "quote it"));
      }
      return Optional.ofNullable(entries.get(name))
          .map(first ->
              node.place()
                  .problem(
                      "duplicate key %s, first on line %d"
                          .formatted(Shown.text(name), first.key().place().line()),
                      "keep one of them"));
    }

    @Override
    public String path() {
      return key == null ? place.path() : key.place().path();
    }

    @Override
    public Node close() {
      return new Node.Mapping(place, List.copyOf(entries.values()));
    }
  }
}
