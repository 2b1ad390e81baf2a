package dev.slipway.agent.manifest.render;

import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.PlainScalar;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A tree as YAML, in the order of its schema, with a comment where a value is from elsewhere. */
final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/_.][A-Za-z0-9/_.@+-]*");
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final int ASCII_END = 0x7e;
  private static final int SHORT_END = 0xffff;

  private final Kind kind;
  private final String own;
  private final StringBuilder text = new StringBuilder();

  private YamlText(Kind kind, String own) {
    this.kind = kind;
    this.own = own;
  }

  /**
   * Returns the text of a document.
   *
   * @param own the file whose values need no comment
   */
  static String of(Kind kind, String own, Node.Mapping document) {
    var yaml = new YamlText(kind, own);
    yaml.mapping(document, "", "");
    return yaml.text.toString();
  }

  private void mapping(Node.Mapping mapping, String at, String indent) {
    for (Node.Entry entry : inOrder(mapping, at)) {
      text.append(indent).append(key(entry.name())).append(':');
      value(entry.value(), at + "/" + entry.name(), indent);
    }
  }

  private void value(Node value, String at, String indent) {
    switch (value) {
      case Node.Mapping mapping when mapping.entries().isEmpty() -> end(" {}", mapping);
      case Node.Mapping mapping -> {
        text.append('\n');
        mapping(mapping, at, indent + "  ");
      }
      case Node.Sequence(var _, var items) when items.stream().anyMatch(isMapping()) -> {
        text.append('\n');
        items.forEach(item -> item(item, at, indent + "  "));
      }
      case Node.Sequence sequence -> end(" " + flow(sequence, at), sequence);
      case Node.Scalar scalar -> end(" " + scalar(scalar), scalar);
    }
  }

  private void item(Node item, String at, String indent) {
    text.append(indent).append('-');
    end(" " + flow(item, at + "/0"), item);
  }

  private static Predicate<Node> isMapping() {
    return Node.Mapping.class::isInstance;
  }

  /** All of a list was written in one place, so one comment is enough for an item. */
  private String flow(Node node, String at) {
    return switch (node) {
      case Node.Mapping mapping ->
          inOrder(mapping, at).stream()
              .map(entry -> key(entry.name()) + ": " + flow(entry.value(), at + "/" + entry.name()))
              .collect(Collectors.joining(", ", "{", "}"));
      case Node.Sequence(var _, var items) ->
          items.stream()
              .map(item -> flow(item, at + "/0"))
              .collect(Collectors.joining(", ", "[", "]"));
      case Node.Scalar scalar -> scalar(scalar);
    };
  }

  private void end(String line, Node written) {
    text.append(line);
    if (!written.place().file().equals(own)) {
      boolean nowhere = written.place().file().equals(Defaults.NOWHERE);
      text.append("  # ").append(nowhere ? Defaults.NOWHERE : written.place().mention());
    }
    text.append('\n');
  }

  private List<Node.Entry> inOrder(Node.Mapping mapping, String at) {
    List<String> keys = Schemas.PACKAGED.keys(kind, at);
    return mapping.entries().stream()
        .sorted(Comparator.comparingInt(entry -> keys.indexOf(entry.name())))
        .toList();
  }

  private static String key(String name) {
    PlainScalar read = PlainScalar.of(name);
    boolean plain = read == PlainScalar.TEXT || read == PlainScalar.AMBIGUOUS;
    return plain && KEY.matcher(name).matches() ? name : quoted(name);
  }

  private static String scalar(Node.Scalar scalar) {
    boolean word = scalar.kind() != PlainScalar.TEXT || PLAIN.matcher(scalar.text()).matches();
    return scalar.style() == Node.Style.PLAIN && word ? scalar.text() : quoted(scalar.text());
  }

  private static String quoted(String value) {
    var quoted = new StringBuilder("\"");
    value.codePoints().forEach(point -> append(quoted, point));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int point) {
    if (point == '"' || point == '\\') {
      quoted.append('\\');
    }
    if ((point >= ' ' && point <= ASCII_END) || Character.isLetterOrDigit(point)) {
      quoted.appendCodePoint(point);
    } else {
      quoted.append(point > SHORT_END ? "\\U%08x".formatted(point) : "\\u%04x".formatted(point));
    }
  }
}
