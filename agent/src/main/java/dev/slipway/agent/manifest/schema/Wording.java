package dev.slipway.agent.manifest.schema;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.PlainScalar;
import dev.slipway.agent.manifest.yaml.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the schema validator found, in words that say where, what and what to do. */
final class Wording {
  static final String FACT = "x-fact";
  static final String USE = "x-use";

  /** Marks a value that may hold a password and is never repeated in a message. */
  static final String SECRET = "x-secret";

  private final Node root;
  private final Node node;
  private final Error error;

  /** The schema object that the broken keyword stands in. */
  private final JsonNode rule;

  Wording(SchemaFiles files, Node root, Error error) {
    this.root = root;
    this.error = error;
    this.node = find(error.getInstanceLocation());
    this.rule = ruleOf(files, error);
  }

  Problem problem() {
    return switch (String.valueOf(error.getKeyword())) {
      case "additionalProperties" -> unknownKey();
      case "required" -> missing(String.valueOf(error.getProperty()));
      case "dependentRequired" -> missing(companions());
      case "type" -> wrongType();
      case "minProperties", "maxProperties" -> exactlyOne();
      case "minItems", "maxItems" -> wrongCount();
      case "uniqueItems" -> place().problem("names one thing twice", "remove the repetition");
      case "enum", "const" -> wrongChoice();
      case Later.NAME -> later();
      case "false" -> place().problem("is not allowed here", "remove it");
      default -> wrongValue();
    };
  }

  private Problem unknownKey() {
    String key = String.valueOf(error.getProperty());
    Place place =
        node instanceof Node.Mapping mapping
            ? mapping.entry(key).map(entry -> entry.key().place()).orElse(node.place())
            : node.place();
    if (rule.has(FACT) && !rule.has("properties")) {
      return place.problem(Shown.text(key) + " " + rule.get(FACT).asString(), use());
    }
    List<String> known = known();
    String remedy =
        Nearest.to(key, known)
            .map("did you mean '%s'?"::formatted)
            .orElse("known here: " + String.join(", ", known));
    return place.problem("unknown key " + Shown.text(key), remedy);
  }

  private List<String> known() {
    return new ArrayList<>(rule.path("properties").propertyNames());
  }

  private Problem missing(String keys) {
    return node.place().problem("'%s' is missing".formatted(keys), "add it");
  }

  /** Returns the keys that must stand beside the one that the validator names. */
  private String companions() {
    return rule.path("dependentRequired")
        .path(String.valueOf(error.getProperty()))
        .valueStream()
        .map(JsonNode::asString)
        .filter(key -> node instanceof Node.Mapping mapping && mapping.get(key).isEmpty())
        .collect(Collectors.joining("', '"));
  }

  private Problem wrongType() {
    if (node instanceof Node.Scalar scalar && unquoted(scalar) && fits(scalar.text())) {
      String use = rule.path(USE).asString("");
      return scalar
          .place()
          .problem(
              "%s must be a string: quote it".formatted(Shown.text(scalar.text())),
              use.startsWith("quote") ? use : "write \"%s\"".formatted(Shown.bare(scalar.text())));
    }
    return rule.has(FACT)
        ? wrongValue()
        : place()
            .problem(
                "%s stands where %s is meant".formatted(found(), expected()),
                "write " + expected());
  }

  /** A text was meant, and what stands there is one only once it is quoted. */
  private boolean unquoted(Node.Scalar scalar) {
    boolean text = expected().contains("a text");
    return text && scalar.kind() != PlainScalar.TEXT && scalar.kind() != PlainScalar.NULL;
  }

  private boolean fits(String text) {
    String pattern = rule.path("pattern").asString("");
    return pattern.isEmpty() || Pattern.compile(pattern).matcher(text).find();
  }

  private String expected() {
    JsonNode type = rule.path("type");
    var names = new ArrayList<String>();
    if (type.isArray()) {
      type.valueStream().map(JsonNode::asString).map(Wording::typeName).forEach(names::add);
    } else {
      names.add(typeName(type.asString("")));
    }
    return String.join(" or ", names);
  }

  private static String typeName(String type) {
    return switch (type) {
      case "object" -> "a mapping";
      case "array" -> "a list";
      case "string" -> "a text";
      case "integer" -> "a whole number";
      case "boolean" -> "true or false";
      default -> "something else";
    };
  }

  private Problem exactlyOne() {
    List<String> choices = known();
    choices.remove("name");
    String remedy = rule.path(USE).asString("write exactly one of " + String.join(", ", choices));
    boolean few = error.getKeyword().equals("minProperties");
    return place().problem(few ? "says too little" : "says more than one thing", remedy);
  }

  private Problem wrongCount() {
    int limit = rule.path(String.valueOf(error.getKeyword())).asInt();
    return error.getKeyword().equals("minItems")
        ? place().problem("is an empty list", "write at least " + limit)
        : place().problem("has more entries than the limit of " + limit, "split or shorten it");
  }

  private Problem wrongChoice() {
    var allowed = new ArrayList<String>();
    if (rule.has("const")) {
      allowed.add(rule.get("const").asString());
    }
    rule.path("enum").valueStream().map(JsonNode::asString).forEach(allowed::add);
    return place().problem(found() + " is not known here", "use " + String.join(" or ", allowed));
  }

  private Problem later() {
    String name = error.getInstanceLocation().getName(-1);
    boolean whole = rule.path(Later.NAME).isBoolean();
    String what = whole ? "'%s'".formatted(name) : "'%s: %s'".formatted(name, scalarText());
    return keyPlace().problem(what + " is not supported yet", "leave it out");
  }

  private Problem wrongValue() {
    String fact = rule.path(FACT).asString("is not allowed here");
    return place().problem(found() + " " + fact, use());
  }

  private String use() {
    return rule.path(USE).asString("change it");
  }

  private String found() {
    return switch (node) {
      case Node.Mapping(var _, var _) -> "a mapping";
      case Node.Sequence(var _, var _) -> "a list";
      case Node.Scalar scalar when rule.has(SECRET) -> "the value";
      case Node.Scalar scalar when scalar.kind() == PlainScalar.NULL -> "nothing";
      case Node.Scalar scalar -> Shown.text(scalar.text());
    };
  }

  private String scalarText() {
    return node instanceof Node.Scalar scalar ? Shown.bare(scalar.text()) : "…";
  }

  private Place place() {
    return node.place();
  }

  /** Returns the place of the key that leads here, which is where people look for a name. */
  private Place keyPlace() {
    NodePath location = error.getInstanceLocation();
    boolean named = location.getNameCount() > 0 && location.getElement(-1) instanceof String;
    if (named && find(location.getParent()) instanceof Node.Mapping mapping) {
      return mapping.entry(location.getName(-1)).map(entry -> entry.key().place()).orElse(place());
    }
    return place();
  }

  private Node find(NodePath location) {
    Node found = root;
    for (int index = 0; index < location.getNameCount(); index++) {
      String step = location.getName(index);
      found =
          switch (found) {
            case Node.Mapping mapping -> mapping.get(step).orElse(mapping);
            case Node.Sequence(var _, var items) -> items.get(Integer.parseInt(step));
            case Node.Scalar scalar -> scalar;
          };
    }
    return found;
  }

  private static JsonNode ruleOf(SchemaFiles files, Error error) {
    JsonNode found = files.tree(String.valueOf(error.getSchemaLocation().getAbsoluteIri()));
    NodePath fragment = error.getSchemaLocation().getFragment();
    for (int index = 0; index < fragment.getNameCount() - 1; index++) {
      found = step(found, fragment.getName(index));
    }
    return found;
  }

  private static JsonNode step(JsonNode from, String name) {
    return from.isArray() ? from.path(Integer.parseInt(name)) : from.path(name);
  }
}
