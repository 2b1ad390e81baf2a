package dev.slipway.agent.balancer.edge;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The language of the control socket: one JSON object a line, {@code v} for the version of the
 * language, {@code op} for what is asked, {@code is} for what is answered.
 *
 * <p>Requests are read strictly, so that a word which this version does not know is refused and not
 * half obeyed.
 */
public final class Wire {
  /** The longest line; a pool of the most members fits. */
  public static final int LINE_BYTES_MAX = 1 << 20;

  /** The longest answer: the views of many pools. */
  static final int ANSWER_BYTES_MAX = 1 << 26;

  private static final int VERSION = 1;
  private static final int DEPTH_MAX = 16;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private Wire() {}

  /** A line, read: either what it says or why it says nothing. */
  public sealed interface Read<T> {
    /** It was understood. */
    record Understood<T>(T value) implements Read<T> {}

    /** It was not. */
    record Garbled<T>(String reason) implements Read<T> {}
  }

  /** Writes a request as one line without its end. */
  public static String write(Request request) {
    return switch (request) {
      case Request.Make make -> line("op", "make", make);
      case Request.Observe observe -> line("op", "observe", observe);
      case Request.Status status -> line("op", "status", status);
      case Request.TakeOver takeOver -> line("op", "takeover", takeOver);
      case Request.Forget forget -> line("op", "forget", forget);
    };
  }

  /** Writes a response as one line without its end. */
  public static String write(Response response) {
    return switch (response) {
      case Response.Now now -> line("is", "now", now);
      case Response.Refused refused -> line("is", "refused", refused);
    };
  }

  /** Reads a request. */
  public static Read<Request> request(String line) {
    return read(
        line,
        "op",
        (op, body) ->
            switch (op) {
              case "make" -> JSON.treeToValue(body, Request.Make.class);
              case "observe" -> JSON.treeToValue(body, Request.Observe.class);
              case "status" -> JSON.treeToValue(body, Request.Status.class);
              case "takeover" -> JSON.treeToValue(body, Request.TakeOver.class);
              case "forget" -> JSON.treeToValue(body, Request.Forget.class);
              default ->
                  throw new IllegalArgumentException(
                      "op '%s' is unknown; known are make, observe, status, takeover, forget"
                          .formatted(op));
            });
  }

  /** Reads a response. */
  public static Read<Response> response(String line) {
    return read(
        line,
        "is",
        (is, body) ->
            switch (is) {
              case "now" -> JSON.treeToValue(body, Response.Now.class);
              case "refused" -> JSON.treeToValue(body, Response.Refused.class);
              default -> throw new IllegalArgumentException("answer '%s' is unknown".formatted(is));
            });
  }

  /** Writes any of the records of this package, for files. */
  public static String json(Object value) {
    return JSON.writeValueAsString(value);
  }

  /** Reads a record that {@link #json} wrote. */
  public static <T> Read<T> json(String text, Class<T> type) {
    try {
      return new Read.Understood<>(JSON.readValue(text, type));
    } catch (JacksonException e) {
      return new Read.Garbled<>(e.getOriginalMessage());
    }
  }

  private static String line(String key, String word, Object body) {
    ObjectNode line = JSON.createObjectNode().put("v", VERSION).put(key, word);
    line.setAll((ObjectNode) JSON.valueToTree(body));
    return JSON.writeValueAsString(line);
  }

  private interface Choice<T> {
    T read(String word, JsonNode body);
  }

  private static <T> Read<T> read(String line, String key, Choice<T> choice) {
    try {
      if (!(JSON.readTree(line) instanceof ObjectNode body)) {
        return new Read.Garbled<>("a line is one JSON object");
      }
      if (body.path("v").asInt(0) != VERSION) {
        return new Read.Garbled<>(
            "this is version %d of the language, not %s".formatted(VERSION, body.path("v")));
      }
      String word = body.path(key).asString("");
      body.remove("v");
      body.remove(key);
      return new Read.Understood<>(choice.read(word, body));
    } catch (JacksonException e) {
      return new Read.Garbled<>(e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return new Read.Garbled<>(String.valueOf(e.getMessage()));
    }
  }
}
