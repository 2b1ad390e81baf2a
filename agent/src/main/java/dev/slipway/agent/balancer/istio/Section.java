package dev.slipway.agent.balancer.istio;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in an object of Kubernetes, with its fields in their order, also those that nobody here
 * knows.
 */
record Section(Map<String, @Nullable Object> fields) {
  static final Section EMPTY = new Section(Map.of());

  Section {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** Returns what was read as a section; what is no mapping has no fields. */
  static Section of(@Nullable Object read) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    if (read instanceof Map<?, ?> map) {
      map.forEach((key, value) -> fields.put(String.valueOf(key), value));
    }
    return new Section(fields);
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  Optional<String> text(String key) {
    return fields.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  OptionalInt integer(String key) {
    return fields.get(key) instanceof Number number
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  Section section(String key) {
    return of(fields.get(key));
  }

  List<Section> sections(String key) {
    return fields.get(key) instanceof List<?> list
        ? list.stream().map(Section::of).toList()
        : List.of();
  }

  /** Returns this section with a field that has another value, where it was. */
  Section with(String key, Object value) {
    var changed = new LinkedHashMap<String, @Nullable Object>(fields);
    changed.put(key, value);
    return new Section(changed);
  }

  Section with(String key, Section value) {
    return with(key, value.fields());
  }

  Section with(String key, List<Section> values) {
    var list = new ArrayList<Object>();
    values.forEach(value -> list.add(value.fields()));
    return with(key, (Object) list);
  }

  Section without(String key) {
    var changed = new LinkedHashMap<String, @Nullable Object>(fields);
    changed.remove(key);
    return new Section(changed);
  }
}
