package dev.slipway.agent.metrics;

import dev.slipway.agent.metrics.Question.Measure;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The questions in the words of Prometheus, over the series that its client libraries call so.
 *
 * <p>What was counted is the last sample within the window less the one at its beginning, so that
 * an error of a status which was never seen before counts too, as it does not with {@code
 * increase()}. A target that was not scraped well at the beginning is left out, since nobody knows
 * what it had counted by then; one that restarted has counted from zero.
 *
 * @param selector of the targets, as {@code instance=~"…"}
 */
record PromQl(String selector, Duration window) {
  private static final String INSTANCES = "instances";
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*(instances|window)\\s*}}");
  private static final Pattern SPECIAL = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");

  /** Returns what selects targets by their addresses. */
  static PromQl of(Collection<String> targets, Duration window) {
    var alternatives =
        targets.stream()
            .map(target -> SPECIAL.matcher(target).replaceAll("\\\\$0"))
            .collect(Collectors.joining("|"));
    // A string of PromQL takes a backslash as the beginning of something, as a regex does.
    return new PromQl("instance=~\"%s\"".formatted(alternatives.replace("\\", "\\\\")), window);
  }

  /** Returns whether a query is about instances by their addresses. */
  static boolean namesInstances(Measure measure) {
    return !(measure instanceof Measure.Custom(var text, var _))
        || VARIABLE.matcher(text).results().anyMatch(found -> found.group(1).equals(INSTANCES));
  }

  /** Returns the query for a number. */
  String query(Measure measure) {
    return switch (measure) {
      case Measure.ErrorRate() ->
          """
          (%s
          or 0 * %s)
          / %s\
          """
              .formatted(
                  counted("", "http_requests_total", ",code=~\"5..\""), requests(), requests());
      case Measure.Requests() -> requests();
      case Measure.Latency(int percentile) ->
          "histogram_quantile(0.%02d, %s)"
              .formatted(
                  percentile, counted(" by (le)", "http_request_duration_seconds_bucket", ""));
      case Measure.Mean() ->
          "%s / %s".formatted(counted("", "http_request_duration_seconds_sum", ""), answers());
      case Measure.Differences() -> throw new IllegalArgumentException("no answers are here");
      case Measure.Custom(var text, var _) ->
          VARIABLE
              .matcher(text)
              .replaceAll(found ->
                  Matcher.quoteReplacement(found.group(1).equals(INSTANCES) ? selector : range()));
    };
  }

  /** Returns the query for how many requests a number was made of, where that is known. */
  Optional<String> samples(Measure measure) {
    return switch (measure) {
      case Measure.ErrorRate() -> Optional.of(requests());
      case Measure.Latency _, Measure.Mean _ -> Optional.of(answers());
      case Measure.Requests _, Measure.Differences _ -> Optional.empty();
      case Measure.Custom _ -> Optional.empty();
    };
  }

  /** Returns the query for when the samples are from that another query selects by itself. */
  static String timestamp(String query) {
    // On lines of its own, for it may end with a comment.
    return "timestamp(\n%s\n)".formatted(query);
  }

  private String requests() {
    return counted("", "http_requests_total", "");
  }

  private String answers() {
    return counted("", "http_request_duration_seconds_count", "");
  }

  private String counted(String by, String series, String label) {
    var all = "%s{%s%s}".formatted(series, selector, label);
    var last = "last_over_time(%s[%s])".formatted(all, range());
    return "sum%s (((%s - %s offset %s) >= 0 or %s) and on (instance) (up{%s} offset %s == 1))"
        .formatted(by, last, all, range(), last, selector, range());
  }

  private String range() {
    return window.toMillis() + "ms";
  }
}
