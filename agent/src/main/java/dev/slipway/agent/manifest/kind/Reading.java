package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import java.util.ArrayList;
import java.util.List;

/** One pass over one document: the problems found so far, and the mappings that were opened. */
public final class Reading {
  private final List<Problem> problems = new ArrayList<>();
  private final List<Fields> opened = new ArrayList<>();

  /** Returns the fields of a mapping that passed its schema. */
  public Fields open(Node node) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw new IllegalArgumentException("%s is no mapping".formatted(node.place()));
    }
    var fields = new Fields(mapping, this);
    opened.add(fields);
    return fields;
  }

  /** Notes a problem. */
  public void report(Place place, String fact, String remedy) {
    problems.add(place.problem(fact, remedy));
  }

  /** Returns the problems found so far. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Returns the pointers of keys that are written and were asked for. */
  List<String> read() {
    return opened.stream().flatMap(fields -> fields.read().stream()).toList();
  }
}
