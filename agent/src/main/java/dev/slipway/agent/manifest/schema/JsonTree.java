package dev.slipway.agent.manifest.schema;

import dev.slipway.agent.manifest.yaml.Node;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A located tree as JSON, which is what schemas speak of. */
final class JsonTree {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonTree() {}

  static JsonNode of(Node node) {
    return switch (node) {
      case Node.Mapping(var _, var entries) -> {
        var object = JSON.objectNode();
        entries.forEach(entry -> object.set(entry.name(), of(entry.value())));
        yield object;
      }
      case Node.Sequence(var _, var items) -> {
        var array = JSON.arrayNode();
        items.forEach(item -> array.add(of(item)));
        yield array;
      }
      case Node.Scalar scalar -> scalar(scalar);
    };
  }

  private static JsonNode scalar(Node.Scalar scalar) {
    return switch (scalar.kind()) {
      case TEXT -> JSON.stringNode(scalar.text());
      case INTEGER -> JSON.numberNode(new BigInteger(scalar.text()));
      case DECIMAL -> JSON.numberNode(new BigDecimal(scalar.text()));
      case BOOLEAN -> JSON.booleanNode(scalar.text().toLowerCase(Locale.ROOT).equals("true"));
      // What tools read differently is nothing that any schema asks for.
      case NULL, AMBIGUOUS -> JSON.nullNode();
    };
  }
}
