package dev.slipway.agent.probe;

import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Says whether an answer is what was expected, and if not, what was found in its place. */
final class Judgement {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int EXCERPT_MAX = 200;

  private Judgement() {}

  static Checked of(SmokeTest test, Answered.Got answer) {
    String question = test.inquiry().text();
    return fault(test.expected(), answer)
        .<Checked>map(fault -> new Checked.Bad(question + " " + fault + said(answer.body())))
        .orElseGet(() -> new Checked.Good("%s answers %d".formatted(question, answer.status())));
  }

  private static Optional<String> fault(Expected expected, Answered.Got answer) {
    return status(expected, answer.status())
        .or(() -> header(expected.headers(), answer.headers()))
        .or(() -> expected.contains().flatMap(text -> contains(text, answer.body())))
        .or(() -> expected.json().flatMap(json -> json(json, answer.body())));
  }

  private static Optional<String> status(Expected expected, int found) {
    return expected.statuses().contains(found)
        ? Optional.empty()
        : Optional.of("answers %d, expected %s".formatted(found, expected.status()));
  }

  private static Optional<String> header(Map<String, String> expected, Map<String, String> found) {
    return expected.entrySet().stream()
        .filter(entry -> !value(found, entry.getKey()).contains(entry.getValue()))
        .findFirst()
        .map(entry ->
            "has the header %s '%s', expected '%s' in it"
                .formatted(
                    entry.getKey(), excerpt(value(found, entry.getKey())), entry.getValue()));
  }

  private static String value(Map<String, String> headers, String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  private static Optional<String> contains(String text, Answered.Body body) {
    return body.text().contains(text)
        ? Optional.empty()
        : Optional.of(
            "does not say '%s'%s".formatted(excerpt(text), body.isCut() ? " soon enough" : ""));
  }

  private static Optional<String> json(Expected.Json expected, Answered.Body body) {
    if (body.isCut()) {
      return Optional.of("answers more than is read of a JSON text");
    }
    try {
      return at(expected, JSON.readTree(body.text()));
    } catch (JacksonException _) {
      return Optional.of("does not answer a JSON text");
    }
  }

  private static Optional<String> at(Expected.Json expected, JsonNode tree) {
    JsonNode found = tree.at(expected.pointer());
    boolean isEqual = found.isValueNode() && text(found).equals(expected.equals());
    return isEqual
        ? Optional.empty()
        : Optional.of(
            "has %s at '%s', expected '%s'"
                .formatted(
                    found.isMissingNode() ? "nothing" : "'%s'".formatted(excerpt(text(found))),
                    expected.pointer(),
                    expected.equals()));
  }

  private static String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asString() : node.toString();
  }

  private static String said(Answered.Body body) {
    String text = excerpt(body.text());
    return text.isEmpty() ? "" : "; it says: " + text;
  }

  /** Nothing that steers a terminal, breaks a line or turns a text around gets through. */
  private static String excerpt(String text) {
    String plain = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+", " ").strip();
    int shown = plain.codePointCount(0, plain.length());
    return shown <= EXCERPT_MAX
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, EXCERPT_MAX)) + "…";
  }
}
