package dev.slipway.agent.balancer.edge;

import java.util.OptionalInt;
import java.util.regex.Pattern;
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

  private static final int VERSION = 3;

  /** Of before requests were told apart; spoken with processes that were not started since. */
  static final int FIRST = 1;

  /** Of before answers were compared. */
  private static final int SECOND = 2;

  private static final Pattern OLDER = Pattern.compile("this is version ([1-9]) of the language.*");

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

  /** A request, and the version of the language that it is in and the answer is to be in. */
  public record Asked(Request request, int version) {}

  /** Writes a request as one line without its end. */
  public static String write(Request request) {
    return write(request, VERSION);
  }

  static String write(Request request, int version) {
    return switch (request) {
      case Request.Make make -> line(version, "op", "make", make);
      case Request.Observe observe -> line(version, "op", "observe", observe);
      case Request.Status status -> line(version, "op", "status", status);
      case Request.TakeOver takeOver -> line(version, "op", "takeover", takeOver);
      case Request.Forget forget -> line(version, "op", "forget", forget);
    };
  }

  /** Writes a refusal of what was not understood, which every version can read. */
  public static String write(Response.Refused refused) {
    return write(refused, FIRST);
  }

  /** Writes a response as one line without its end. */
  public static String write(Response response, int version) {
    return switch (response) {
      case Response.Now now -> line(version, "is", "now", now);
      case Response.Refused refused -> line(version, "is", "refused", refused);
    };
  }

  /** Returns the first version that has words for this. */
  static int versionOf(Request request) {
    if (!(request instanceof Request.Make(_, var pool) && pool.routing().isPresent())) {
      return FIRST;
    }
    boolean isCompared =
        pool.routing()
            .flatMap(RoutingSpec::mirror)
            .flatMap(RoutingSpec.MirrorSpec::comparison)
            .isPresent();
    return isCompared ? VERSION : SECOND;
  }

  /** Returns which earlier version is the last that the other end understands, if one is. */
  static OptionalInt versionFrom(Response response) {
    if (response instanceof Response.Refused(var code, var reason)
        && code == Response.Code.BAD_REQUEST) {
      var older = OLDER.matcher(reason);
      int version = older.matches() ? Integer.parseInt(older.group(1)) : VERSION;
      return version < VERSION ? OptionalInt.of(version) : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  /** Reads a request. */
  public static Read<Asked> request(String line) {
    return read(line, "op", (op, version, body) -> new Asked(request(op, body), version));
  }

  private static Request request(String op, JsonNode body) {
    return switch (op) {
      case "make" -> JSON.treeToValue(body, Request.Make.class);
      case "observe" -> JSON.treeToValue(body, Request.Observe.class);
      case "status" -> JSON.treeToValue(body, Request.Status.class);
      case "takeover" -> JSON.treeToValue(body, Request.TakeOver.class);
      case "forget" -> JSON.treeToValue(body, Request.Forget.class);
      default ->
          throw new IllegalArgumentException(
              "op '%s' is unknown; known are make, observe, status, takeover, forget"
                  .formatted(op));
    };
  }

  /** Reads a response. */
  public static Read<Response> response(String line) {
    return read(
        line,
        "is",
        (is, _, body) ->
            switch (is) {
              case "now" -> JSON.treeToValue(body, Response.Now.class);
              case "refused" -> JSON.treeToValue(body, Response.Refused.class);
              default -> throw new IllegalArgumentException("answer '%s' is unknown".formatted(is));
            });
  }

  /** Writes any of the records of this package, for files. */
  public static String json(Object value) {
    JsonNode tree = JSON.valueToTree(value);
    Versions.leaveUnsaid(tree);
    return JSON.writeValueAsString(tree);
  }

  /** Reads a record that {@link #json} wrote. */
  public static <T> Read<T> json(String text, Class<T> type) {
    try {
      JsonNode tree = JSON.readTree(text);
      Versions.complete(tree);
      return new Read.Understood<>(JSON.treeToValue(tree, type));
    } catch (JacksonException e) {
      return new Read.Garbled<>(e.getOriginalMessage());
    }
  }

  private static String line(int version, String key, String word, Object body) {
    ObjectNode line = JSON.createObjectNode().put("v", version).put(key, word);
    line.setAll((ObjectNode) JSON.valueToTree(body));
    Versions.toEarlier(line, version);
    return JSON.writeValueAsString(line);
  }

  private interface Choice<T> {
    T read(String word, int version, JsonNode body);
  }

  private static <T> Read<T> read(String line, String key, Choice<T> choice) {
    try {
      if (!(JSON.readTree(line) instanceof ObjectNode body)) {
        return new Read.Garbled<>("a line is one JSON object");
      }
      int version = body.path("v").asInt(0);
      if (version < FIRST || version > VERSION) {
        return new Read.Garbled<>(
            "this is version %d of the language, not %s".formatted(VERSION, body.path("v")));
      }
      String word = body.path(key).asString("");
      body.remove("v");
      body.remove(key);
      if (version < VERSION) {
        Versions.ofEarlier(body, version);
      }
      return new Read.Understood<>(choice.read(word, version, body));
    } catch (JacksonException e) {
      return new Read.Garbled<>(e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return new Read.Garbled<>(String.valueOf(e.getMessage()));
    }
  }
}
