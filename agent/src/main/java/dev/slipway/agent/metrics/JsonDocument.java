package dev.slipway.agent.metrics;

import dev.slipway.agent.http.Queries.Answered;
import dev.slipway.agent.metrics.Question.Measure;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A number in a document of JSON, which is read anew each time. */
final class JsonDocument implements MetricSource {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String ONLY_DOCUMENTS =
      "a JSON document knows no metric by itself; name its address and a pointer";

  private final Endpoint endpoint;

  JsonDocument(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public Optional<String> objection(Question question) {
    return switch (question.measure()) {
      case Measure.Custom(var url, var pointer) ->
          parsed(pointer).isEmpty()
              ? Optional.of("'%s' is no JSON pointer, such as /data/errors/0".formatted(pointer))
              : objection(url);
      case Measure.ErrorRate _ -> Optional.of(ONLY_DOCUMENTS);
      case Measure.Latency _ -> Optional.of(ONLY_DOCUMENTS);
      case Measure.Requests _ -> Optional.of(ONLY_DOCUMENTS);
    };
  }

  private Optional<String> objection(String url) {
    var said = endpoint.ask(url, Map.of());
    return switch (said.answered()) {
      case Answered.Refused(var reason) -> Optional.of(said.shown(reason));
      case Answered.Unanswered _ -> Optional.empty();
      case Answered.Text(var status, var _) ->
          said.isDenied()
              ? Optional.of("it answers %d; the secret must let in to it".formatted(status))
              : Optional.empty();
    };
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

  @Override
  public Watch watch(Question question) {
    return new Watch() {
      @Override
      public Reading read() {
        return question.measure() instanceof Measure.Custom(var url, var pointer)
            ? number(url, pointer)
            : new Reading.Failed(ONLY_DOCUMENTS);
      }

      @Override
      public void close() {
        // Nothing is kept.
      }
    };
  }

  private Reading number(String url, String pointer) {
    var said = endpoint.ask(url, Map.of());
    return switch (said.answered()) {
      case Answered.Refused(var reason) -> new Reading.Failed(said.shown(reason));
      case Answered.Unanswered(var reason) -> new Reading.Failed(said.shown(reason));
      case Answered.Text(var status, var text) when status != 200 ->
          new Reading.Failed("it answers %d: '%s'".formatted(status, said.shown(text)));
      case Answered.Text(var _, var text) ->
          parsed(pointer)
              .map(one -> number(said, text, one))
              .orElseGet(() -> new Reading.Failed("'%s' is no JSON pointer".formatted(pointer)));
    };
  }

  private static Reading number(Endpoint.Said said, String text, JsonPointer pointer) {
    try {
      JsonNode document = JSON.readTree(text);
      // What is empty is read as a document that is missing.
      return document.isMissingNode() ? noJson(said, text) : number(said, document.at(pointer));
    } catch (JacksonException e) {
      return noJson(said, text);
    }
  }

  private static Reading noJson(Endpoint.Said said, String text) {
    return new Reading.Failed("it answers with what is no JSON: '%s'".formatted(said.shown(text)));
  }

  private static Reading number(Endpoint.Said said, JsonNode found) {
    if (found.isMissingNode() || found.isNull()) {
      return new Reading.NoData("there is nothing where the pointer leads");
    }
    return found.isNumber() && Double.isFinite(found.doubleValue())
        ? new Reading.Value(found.doubleValue(), OptionalLong.empty())
        : new Reading.Failed(
            "where the pointer leads is no number, but %s".formatted(said.shown(found.toString())));
  }
}
