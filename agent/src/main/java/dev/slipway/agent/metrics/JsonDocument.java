package dev.slipway.agent.metrics;

import dev.slipway.agent.http.Queries.Answered;
import dev.slipway.agent.metrics.Question.Measure;
import java.util.Map;
import java.util.Optional;

/** A number in a document of JSON, which is read anew each time. */
final class JsonDocument implements MetricSource {
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
          JsonNumber.objection(pointer).or(() -> objection(url));
      case Measure.ErrorRate _ -> Optional.of(ONLY_DOCUMENTS);
      case Measure.Latency _ -> Optional.of(ONLY_DOCUMENTS);
      case Measure.Mean _ -> Optional.of(ONLY_DOCUMENTS);
      case Measure.Differences _ -> Optional.of(ONLY_DOCUMENTS);
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

  @Override
  public boolean looksBack() {
    return true;
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
      case Answered.Text(var _, var text) -> new JsonNumber(pointer, said::shown).in(text);
    };
  }
}
