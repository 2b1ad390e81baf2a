package dev.slipway.agent.balancer.edge.proxy.comparing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds where two JSON documents differ, as pointers in which {@code *} stands for an element of an
 * array. Numbers are compared by value, and the order in an object means nothing.
 */
final class JsonDifference {
  private static final int FIELDS_MAX = 100;
  private static final int POINTER_MAX = 200;
  private static final String ELEMENT = "*";

  private final List<List<String>> ignored;
  private final SortedSet<String> fields = new TreeSet<>();

  JsonDifference(List<String> ignored) {
    this.ignored = ignored.stream().map(JsonDifference::words).toList();
  }

  private static List<String> words(String pointer) {
    return Stream.of(pointer.substring(1).split("/", -1))
        .map(word -> word.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  /** Returns the pointers; the whole body if there are too many to tell apart. */
  SortedSet<String> between(JsonNode one, JsonNode other) {
    walk("", ignored, one, other);
    return fields;
  }

  private void walk(String path, List<List<String>> without, JsonNode one, JsonNode other) {
    if (one.isObject() && other.isObject()) {
      var names = new TreeSet<>(one.propertyNames());
      names.addAll(other.propertyNames());
      names.forEach(name ->
          step(path, escaped(name), below(without, name), one.path(name), other.path(name)));
    } else if (one.isArray() && other.isArray()) {
      if (one.size() != other.size()) {
        add(path);
      }
      for (int at = 0; at < Math.min(one.size(), other.size()); at++) {
        var left = below(without, ELEMENT, String.valueOf(at));
        step(path, ELEMENT, left, one.path(at), other.path(at));
      }
    } else if (!isSame(one, other)) {
      add(path);
    }
  }

  private void step(
      String path, String word, List<List<String>> without, JsonNode one, JsonNode other) {
    if (without.stream().noneMatch(List::isEmpty)) {
      walk(path.length() > POINTER_MAX ? path : path + "/" + word, without, one, other);
    }
  }

  private static List<List<String>> below(List<List<String>> without, String... names) {
    var left = new ArrayList<List<String>>();
    for (var words : without) {
      if (List.of(names).contains(words.getFirst())) {
        left.add(words.subList(1, words.size()));
      }
    }
    return left;
  }

  private static boolean isSame(JsonNode one, JsonNode other) {
    boolean areNumbers = one.isNumber() && other.isNumber();
    return areNumbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private void add(String path) {
    if (fields.contains(Difference.BODY)) {
      return;
    }
    boolean isWhole = path.isEmpty() || fields.size() >= FIELDS_MAX;
    if (isWhole) {
      fields.clear();
    }
    fields.add(isWhole ? Difference.BODY : path);
  }
}
