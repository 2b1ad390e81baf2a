package dev.slipway.agent.manifest.schema;

import com.networknt.schema.Error;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.PlainScalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes out of a tree what its schema does not allow, so that the rest can be read for its meaning.
 *
 * <p>What others refer to gets a value in its stead, at the same place, lest they seem wrong too.
 */
final class Mending {
  private static final int ROUNDS_MAX = 50;

  private final Function<Node, List<Error>> check;
  private final StandIns standIns;
  private final Set<String> quoted = new HashSet<>();
  private final Set<String> replaced = new HashSet<>();

  Mending(Function<Node, List<Error>> check, StandIns standIns) {
    this.check = check;
    this.standIns = standIns;
  }

  /** What takes the place of a value; nothing if it goes. */
  private record Fix(Optional<Node> value) {}

  /** Returns the part of a tree that its schema allows; empty if too little is left. */
  Optional<Node> sound(Node tree) {
    Node left = tree;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      List<Error> errors = check.apply(left);
      if (errors.isEmpty()) {
        return Optional.of(left);
      }
      var fixes = new HashMap<String, Fix>();
      for (Error error : errors) {
        if (!note(left, error, fixes)) {
          return Optional.empty();
        }
      }
      left = rebuilt(left, fixes);
    }
    return Optional.empty();
  }

  /** Notes what to do about an error; returns whether anything can be done. */
  private boolean note(Node tree, Error error, Map<String, Fix> fixes) {
    List<Node> way = way(tree, error);
    String keyword = String.valueOf(error.getKeyword());
    Place at = way.getLast().place();
    if (keyword.equals("additionalProperties")) {
      fixes.put(at.at(String.valueOf(error.getProperty())).path(), new Fix(Optional.empty()));
      return true;
    }
    if (keyword.equals("required")) {
      Place missing = at.at(String.valueOf(error.getProperty()));
      Optional<Node> value = standIn(missing);
      if (value.isPresent()) {
        fixes.put(missing.path(), new Fix(value));
        return true;
      }
    }
    return replace(way, fixes);
  }

  /** Begins with the value itself; where that was tried before, with what holds it. */
  private boolean replace(List<Node> way, Map<String, Fix> fixes) {
    for (Node node : way.reversed()) {
      String path = node.place().path();
      if (path.isEmpty() || path.equals("/spec")) {
        return false;
      }
      if (node instanceof Node.Scalar scalar && isMeantAsText(scalar) && quoted.add(path)) {
        var text = new Node.Scalar(scalar.place(), scalar.text(), Node.Style.QUOTED);
        fixes.put(path, new Fix(Optional.of(text)));
        return true;
      }
      Optional<Node> value = standIn(node.place());
      if (value.isPresent() || replaced.add(path)) {
        fixes.put(path, new Fix(value));
        return true;
      }
    }
    return false;
  }

  private static boolean isMeantAsText(Node.Scalar scalar) {
    return scalar.kind() != PlainScalar.TEXT && scalar.kind() != PlainScalar.NULL;
  }

  private Optional<Node> standIn(Place place) {
    Optional<Node> value = standIns.at(place);
    return value.isPresent() && replaced.add(place.path()) ? value : Optional.empty();
  }

  private static List<Node> way(Node tree, Error error) {
    var location = error.getInstanceLocation();
    var way = new ArrayList<Node>(List.of(tree));
    for (int index = 0; index < location.getNameCount(); index++) {
      String step = location.getName(index);
      switch (way.getLast()) {
        case Node.Mapping mapping -> mapping.get(step).ifPresent(way::add);
        case Node.Sequence(var _, var items) -> way.add(items.get(Integer.parseInt(step)));
        case Node.Scalar _ -> {}
      }
    }
    return way;
  }

  private static Node rebuilt(Node node, Map<String, Fix> fixes) {
    return switch (node) {
      case Node.Mapping mapping -> rebuilt(mapping, fixes);
      case Node.Sequence(var place, var items) ->
          new Node.Sequence(
              place, items.stream().flatMap(item -> fixed(item, fixes).stream()).toList());
      case Node.Scalar scalar -> scalar;
    };
  }

  private static Node rebuilt(Node.Mapping mapping, Map<String, Fix> fixes) {
    var entries = new ArrayList<Node.Entry>();
    var there = new HashSet<String>();
    for (Node.Entry entry : mapping.entries()) {
      there.add(entry.value().place().path());
      fixed(entry.value(), fixes)
          .ifPresent(value -> entries.add(new Node.Entry(entry.key(), value)));
    }
    fixes.forEach((path, fix) ->
        fix.value()
            .filter(_ -> !there.contains(path))
            .filter(value -> isRightBelow(mapping.place(), path))
            .ifPresent(value -> entries.add(StandIns.entry(value))));
    return new Node.Mapping(mapping.place(), entries);
  }

  private static boolean isRightBelow(Place place, String path) {
    return path.lastIndexOf('/') == place.path().length() && path.startsWith(place.path());
  }

  private static Optional<Node> fixed(Node node, Map<String, Fix> fixes) {
    Fix fix = fixes.get(node.place().path());
    return fix == null ? Optional.of(rebuilt(node, fixes)) : fix.value();
  }
}
