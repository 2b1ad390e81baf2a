package dev.slipway.agent.manifest.yaml;

import dev.slipway.agent.manifest.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML file of another tool: anchors and merge keys are followed and tags passed over, as that
 * tool does, where a manifest of ours refuses them.
 */
public final class ForeignDocument {
  private static final int LEVELS_MAX = 64;
  private static final int NODES_MAX = 200_000;
  private static final int CHARACTERS_MAX = 8 << 20;
  private static final String MERGE = "<<";

  private final String file;
  private int nodes;

  private ForeignDocument(String file) {
    this.file = file;
  }

  /**
   * Returns the tree of a file's text, an empty mapping for an empty file, or why there is none.
   */
  public static Parsed<Node> read(String file, String text) {
    var settings = LoadSettings.builder().setLabel(file).setCodePointLimit(CHARACTERS_MAX).build();
    try {
      Node whole =
          new Compose(settings)
              .composeString(text)
              .map(root -> new ForeignDocument(file).node(root, "", 0))
              .orElseGet(() -> new Node.Mapping(Place.start(file), List.of()));
      return new Parsed.Valid<>(whole);
    } catch (MarkedYamlEngineException e) {
      return refused(place(file, e.getProblemMark(), ""), String.valueOf(e.getProblem()));
    } catch (YamlEngineException | TooLargeException e) {
      return refused(Place.start(file), String.valueOf(e.getMessage()));
    }
  }

  private static Parsed<Node> refused(Place place, String fact) {
    return new Parsed.Invalid<>(List.of(place.problem(Shown.sentence(fact), "correct the YAML")));
  }

  private Node node(org.snakeyaml.engine.v2.nodes.Node node, String path, int level) {
    if (level > LEVELS_MAX || ++nodes > NODES_MAX) {
      throw new TooLargeException();
    }
    Place place = place(file, node.getStartMark(), path);
    return switch (node) {
      case ScalarNode scalar ->
          new Node.Scalar(
              place,
              scalar.getValue(),
              scalar.getScalarStyle() == ScalarStyle.PLAIN ? Node.Style.PLAIN : Node.Style.QUOTED);
      case SequenceNode sequence -> sequence(sequence, place, level);
      case MappingNode mapping -> new Node.Mapping(place, entries(mapping, path, level));
      default -> throw new YamlEngineException("an unexpected kind of node at " + place.mention());
    };
  }

  private Node sequence(SequenceNode sequence, Place place, int level) {
    var items = new ArrayList<Node>();
    for (var item : sequence.getValue()) {
      items.add(node(item, place.below(String.valueOf(items.size())), level + 1));
    }
    return new Node.Sequence(place, items);
  }

  /** The last of two equal keys counts, and any key counts more than one that is merged in. */
  private List<Node.Entry> entries(MappingNode mapping, String path, int level) {
    var own = new LinkedHashMap<String, Node.Entry>();
    var merged = new LinkedHashMap<String, Node.Entry>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode written)) {
        throw new YamlEngineException("a key of %s is no text".formatted(path));
      }
      Place place = place(file, written.getStartMark(), path + "/" + written.getValue());
      Node value = node(tuple.getValueNode(), place.path(), level + 1);
      if (written.getValue().equals(MERGE)) {
        merge(value, merged);
      } else {
        var key = new Node.Scalar(place, written.getValue(), Node.Style.PLAIN);
        own.put(key.text(), new Node.Entry(key, value));
      }
    }
    merged.forEach(own::putIfAbsent);
    return List.copyOf(own.values());
  }

  private static void merge(Node value, Map<String, Node.Entry> into) {
    switch (value) {
      case Node.Mapping(_, var entries) ->
          entries.forEach(entry -> into.putIfAbsent(entry.name(), entry));
      case Node.Sequence(_, var items) -> items.forEach(item -> merge(item, into));
      case Node.Scalar scalar ->
          throw new YamlEngineException(
              "'<<' at %s merges what is no mapping".formatted(scalar.place().mention()));
    }
  }

  private static Place place(String file, Optional<Mark> mark, String path) {
    return mark.map(at -> new Place(file, at.getLine() + 1, at.getColumn() + 1, path))
        .orElseGet(() -> new Place(file, 1, 1, path));
  }

  /** It is deeper or larger than any file that people write. */
  private static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException() {
      super(
          "has more than %d levels or %,d values, counting what aliases repeat"
              .formatted(LEVELS_MAX, NODES_MAX));
    }
  }
}
