package dev.slipway.agent.metrics;

import dev.slipway.agent.http.Queries.Answered;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Prometheus, asked for the value of a query at the present moment over its HTTP API. */
final class Prometheus implements MetricSource {
  private static final String NO_ANSWERS =
      "Prometheus has no answers to compare; name provider balancer";

  private final String url;
  private final Endpoint endpoint;
  private final Function<Instance, Optional<String>> targets;
  private final InstantSource clock;

  /**
   * Takes how to ask it.
   *
   * @param targets the label {@code instance} of what is scraped for each instance
   */
  Prometheus(
      String base,
      Endpoint endpoint,
      Function<Instance, Optional<String>> targets,
      InstantSource clock) {
    this.url = base.replaceAll("/+$", "") + "/api/v1/query";
    this.endpoint = endpoint;
    this.targets = targets;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public Optional<String> objection(Question question) {
    if (question.measure() instanceof Measure.Custom(var text, var pointer)) {
      if (text.isBlank() || !pointer.isEmpty()) {
        return Optional.of("Prometheus takes a query and no pointer");
      }
    }
    if (question.measure() instanceof Measure.Differences) {
      return Optional.of(NO_ANSWERS);
    }
    var unknown =
        question.instances().stream()
            .filter(
                one -> PromQl.namesInstances(question.measure()) && targets.apply(one).isEmpty())
            .findFirst();
    if (unknown.isPresent()) {
      return Optional.of(
          "%s has no port, so that nobody knows what Prometheus calls it".formatted(unknown.get()));
    }
    return objection(promQl(question, question.window()).query(question.measure()));
  }

  private Optional<String> objection(String query) {
    var said = endpoint.ask(url, Map.of("query", query));
    return switch (said.answered()) {
      case Answered.Refused(var reason) -> Optional.of(said.shown(reason));
      // What cannot be reached now may be reached when it is asked.
      case Answered.Unanswered _ -> Optional.empty();
      case Answered.Text(var status, var _) when said.isDenied() ->
          Optional.of("%s answers %d; the secret must let in to it".formatted(url, status));
      case Answered.Text(var status, var text) ->
          Vector.of(status, text) instanceof Vector.Misasked(var reason)
              ? Optional.of("%s does not take the query: %s".formatted(url, said.shown(reason)))
              : Optional.empty();
    };
  }

  private PromQl promQl(Question question, Duration window) {
    List<String> known = new ArrayList<>();
    question.instances().forEach(one -> targets.apply(one).ifPresent(known::add));
    return PromQl.of(known, window);
  }

  @Override
  public boolean looksBack() {
    return true;
  }

  @Override
  public Watch watch(Question question) {
    return new Watched(question, clock.instant());
  }

  @Override
  public Watch watch(Question question, Duration ago) {
    return new Watched(question, clock.instant().minus(ago));
  }

  /** One question since one moment. */
  private final class Watched implements Watch {
    private final Question question;
    private final Instant began;

    Watched(Question question, Instant began) {
      this.question = question;
      this.began = began;
    }

    @Override
    public Reading read() {
      var elapsed = Duration.between(began, clock.instant());
      var window = elapsed.compareTo(question.window()) < 0 ? elapsed : question.window();
      if (window.toMillis() < 1) {
        return new Reading.NoData("watching has just begun");
      }
      var promQl = promQl(question, window);
      var query = promQl.query(question.measure());
      var value = number(query, window);
      if (!(value instanceof Reading.Value(var number, var _, var _))) {
        return value;
      }
      return switch (question.measure()) {
        case Measure.Requests() -> withSamples(number, value);
        case Measure.Custom _ -> fresh(value, query, window);
        case Measure.ErrorRate() -> sampled(number, promQl, window);
        case Measure.Differences() -> new Reading.Failed(NO_ANSWERS);
        case Measure.Latency _, Measure.Mean _ -> sampled(number, promQl, window);
      };
    }

    private Reading sampled(double number, PromQl promQl, Duration window) {
      var query = promQl.samples(question.measure());
      return query
          .map(text -> withSamples(number, number(text, window)))
          .orElseThrow(() -> new IllegalStateException("no samples for " + question));
    }

    private static Reading withSamples(double number, Reading samples) {
      return samples instanceof Reading.Value(var count, var _, var _)
          ? new Reading.Value(number, OptionalLong.of(Math.round(count)))
          : samples;
    }

    /** A plain selector also finds samples that are minutes old. */
    private Reading fresh(Reading value, String query, Duration window) {
      var asked = clock.instant();
      var at = number(PromQl.timestamp(query), window);
      if (!(at instanceof Reading.Value(var seconds, var _, var _))) {
        return at;
      }
      var sampled = Instant.ofEpochMilli(Math.round(seconds * 1_000));
      return stale(sampled, asked, window).<Reading>map(Reading.NoData::new).orElse(value);
    }

    /** Its clock may be another than ours, though not by more than the window. */
    private Optional<String> stale(Instant at, Instant asked, Duration window) {
      boolean isOld = at.isBefore(asked.minus(window));
      boolean isAhead = at.isAfter(clock.instant().plus(window));
      return isOld || isAhead
          ? Optional.of(
              "the sample is from %s, and it was asked for at %s with a window of %d ms"
                  .formatted(at, asked, window.toMillis()))
          : Optional.empty();
    }

    private Reading number(String query, Duration window) {
      var asked = clock.instant();
      var said = endpoint.ask(url, Map.of("query", query));
      return switch (said.answered()) {
        case Answered.Refused(var reason) -> new Reading.Failed(said.shown(reason));
        case Answered.Unanswered(var reason) -> new Reading.Failed(said.shown(reason));
        case Answered.Text(var status, var text) ->
            switch (Vector.of(status, text)) {
              case Vector.Misasked(var reason) -> new Reading.Failed(said.shown(reason));
              case Vector.Odd(var reason) -> new Reading.Failed(said.shown(reason));
              case Vector.Empty() -> new Reading.NoData("no series");
              case Vector.Single(var value, var at) -> number(value, at, asked, window);
            };
      };
    }

    private Reading number(double value, Instant at, Instant asked, Duration window) {
      if (!Double.isFinite(value)) {
        return new Reading.NoData("the query gives %s".formatted(value));
      }
      return stale(at, asked, window)
          .<Reading>map(Reading.NoData::new)
          .orElseGet(() -> new Reading.Value(value, OptionalLong.empty()));
    }

    @Override
    public void close() {
      // Nothing is kept.
    }
  }
}
