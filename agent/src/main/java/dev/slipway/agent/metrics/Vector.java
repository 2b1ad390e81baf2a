package dev.slipway.agent.metrics;

import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Prometheus's instant query came to. */
sealed interface Vector {
  /** One series, and so one number; NaN and infinite ones too. */
  record Single(double value, Instant at) implements Vector {}

  /** No series. */
  record Empty() implements Vector {}

  /** The query is none, or not one for a vector: asking it again will not help. */
  record Misasked(String reason) implements Vector {}

  /** The answer is an error, is not all, or is none that Prometheus would give. */
  record Odd(String reason) implements Vector {}

  /** Reads an answer. */
  static Vector of(int status, String text) {
    return new Reader(status).read(text);
  }

  /** Reads what came with a status. */
  record Reader(int status) {
    private static final JsonMapper JSON = new JsonMapper();

    private static final String NUMBER =
        "[+-]?(NaN|Inf|[0-9]{1,400}(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?)";

    Vector read(String text) {
      try {
        var json = JSON.readTree(text);
        return switch (json.path("status").asString("")) {
          case "success" -> status == 200 ? success(json) : odd(text);
          case "error" -> error(json);
          case String _ -> odd(text);
        };
      } catch (JacksonException e) {
        return odd(text);
      }
    }

    private Vector odd(String text) {
      return new Odd("it answers %d, and not as Prometheus: '%s'".formatted(status, text));
    }

    private Vector error(JsonNode json) {
      var type = json.path("errorType").asString("");
      var error = json.path("error").asString("");
      return type.equals("bad_data")
          ? new Misasked(error)
          : new Odd("it answers %d %s: %s".formatted(status, type, error));
    }

    private Vector success(JsonNode json) {
      var warnings = json.path("warnings");
      if (!warnings.isEmpty()) {
        return new Odd("it warns that this is not all: %s".formatted(warnings));
      }
      var data = json.path("data");
      var type = data.path("resultType").asString("");
      return switch (type) {
        case "vector" -> vector(data.path("result"));
        case "scalar", "string", "matrix" ->
            new Misasked(
                "the query gives a %s, not a vector of one series%s"
                    .formatted(type, type.equals("scalar") ? "; write vector(…) around it" : ""));
        case String _ -> odd(json.toString());
      };
    }

    private Vector vector(JsonNode result) {
      if (!result.isArray()) {
        return odd(result.toString());
      }
      if (result.size() > 1) {
        return new Odd(
            "the query gives %d series, such as %s; make one of them, with sum(…) perhaps"
                .formatted(result.size(), labels(result)));
      }
      return result.isEmpty() ? new Empty() : single(result.get(0));
    }

    private static List<String> labels(JsonNode result) {
      return StreamSupport.stream(result.spliterator(), false)
          .limit(2)
          .map(series -> series.path("metric").toString())
          .toList();
    }

    private Vector single(JsonNode series) {
      var sample = series.path("value");
      var at = sample.path(0);
      var value = sample.path(1).asString("");
      if (!at.isNumber() || !value.matches(NUMBER)) {
        return odd(series.toString());
      }
      var number = value.replace("Inf", "Infinity");
      return new Single(
          Double.parseDouble(number), Instant.ofEpochMilli(Math.round(at.asDouble() * 1_000)));
    }
  }
}
