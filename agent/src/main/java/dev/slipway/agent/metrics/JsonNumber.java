package dev.slipway.agent.metrics;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where in a text of JSON a number is looked for.
 *
 * @param pointer as in RFC 6901; empty where the whole text is the number
 * @param shown makes a part of the text fit to be told
 */
record JsonNumber(String pointer, UnaryOperator<String> shown) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Returns why nothing can ever be found by a pointer; nothing if something can. */
  static Optional<String> objection(String pointer) {
    return parsed(pointer).isEmpty()
        ? Optional.of("'%s' is no JSON pointer, such as /data/errors/0".formatted(pointer))
        : Optional.empty();
  }

  private static Optional<JsonPointer> parsed(String pointer) {
    try {
      return pointer.matches("(/([^~]|~[01])*)?")
          ? Optional.of(JsonPointer.compile(pointer))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the number, or the list of them, to which the pointer leads. */
  Reading in(String text) {
    return parsed(pointer)
        .map(one -> in(text, one))
        .orElseGet(() -> new Reading.Failed("'%s' is no JSON pointer".formatted(pointer)));
  }

  private Reading in(String text, JsonPointer where) {
    try {
      JsonNode document = JSON.readTree(text);
      // What is empty is read as a document that is missing.
      return document.isMissingNode() ? noJson(text) : number(document.at(where));
    } catch (JacksonException e) {
      return noJson(text);
    }
  }

  private Reading noJson(String text) {
    return new Reading.Failed("it answers with what is no JSON: '%s'".formatted(shown.apply(text)));
  }

  private Reading number(JsonNode found) {
    if (found.isMissingNode() || found.isNull()) {
      return new Reading.NoData("there is nothing where the pointer leads");
    }
    if (found.isArray() && found.isEmpty()) {
      return new Reading.NoData("the list where the pointer leads is empty");
    }
    if (isNumber(found)) {
      return new Reading.Value(found.doubleValue(), OptionalLong.empty());
    }
    return found.isArray() && found.valueStream().allMatch(JsonNumber::isNumber)
        ? new Reading.Listed(found.valueStream().map(JsonNode::doubleValue).toList())
        : new Reading.Failed(
            "where the pointer leads is no number, but %s"
                .formatted(shown.apply(found.toString())));
  }

  private static boolean isNumber(JsonNode found) {
    return found.isNumber() && Double.isFinite(found.doubleValue());
  }
}
