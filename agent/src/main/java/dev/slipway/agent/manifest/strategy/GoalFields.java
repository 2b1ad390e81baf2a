package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.text.NumberText;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.analysis.arms.Goal.HigherIs;
import dev.slipway.strategies.analysis.arms.Goal.Numbers;
import dev.slipway.strategies.fleet.Template;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What two releases are compared by: one goal of an A/B test, and where its numbers are. */
final class GoalFields {
  private static final Set<String> VARIABLES = Set.of("instances", "window", "arm");

  private final Fields fields;

  private GoalFields(Fields fields) {
    this.fields = fields;
  }

  /** Returns the goals of a test, or what is usual where none can be read. */
  static List<Goal> read(Fields test) {
    var names = new HashSet<String>();
    List<Goal> goals =
        test.children("goals").stream()
            .flatMap(entry -> new GoalFields(entry).goal(names).stream())
            .toList();
    return goals.isEmpty() ? Contest.DEFAULT.goals() : goals;
  }

  private Optional<Goal> goal(Set<String> names) {
    String name = fields.required("name").text();
    if (!names.add(name)) {
      fields.report("name", "two goals are called '%s'".formatted(name), "give each its own name");
      return Optional.empty();
    }
    boolean isBuiltin = name.equals(Goal.FEWER_FAILURES.name());
    Optional<HigherIs> higherIs =
        fields
            .text("higherIs")
            .map(text -> text.equals("better") ? HigherIs.BETTER : HigherIs.WORSE);
    double confidence = part("confidence", Goal.USUAL_CONFIDENCE);
    double effect = part("minimumEffect", 0);
    return numbers(name, isBuiltin)
        .map(numbers ->
            new Goal(
                name,
                numbers,
                higherIs.orElse(isBuiltin ? HigherIs.WORSE : HigherIs.BETTER),
                confidence,
                effect));
  }

  private double part(String key, double usual) {
    return fields.text(key).map(text -> NumberText.parse(text).value()).orElse(usual);
  }

  private Optional<Numbers> numbers(String name, boolean isBuiltin) {
    Optional<String> url = fields.text("url");
    Optional<String> successes = fields.text("successes");
    Optional<String> trials = fields.text("trials");
    Optional<String> values = fields.text("values");
    boolean isCounted = successes.isPresent() && trials.isPresent() && values.isEmpty();
    boolean isListed =
        url.isPresent() && values.isPresent() && successes.isEmpty() && trials.isEmpty();
    boolean isWritten =
        url.isPresent() || successes.isPresent() || trials.isPresent() || values.isPresent();
    if (isBuiltin ? isWritten : !(isCounted || isListed)) {
      reportSource(name, isBuiltin);
      return Optional.empty();
    }
    checkProvider(isBuiltin);
    checkVariables(url.isPresent());
    if (isBuiltin) {
      return Optional.of(new Numbers.Failures(fields.text("provider")));
    }
    return isListed
        ? Optional.of(new Numbers.Values(url.orElseThrow(), values.orElseThrow()))
        : Optional.of(counted(url, successes.orElseThrow(), trials.orElseThrow()));
  }

  private static Numbers counted(Optional<String> url, String successes, String trials) {
    return url.<Numbers>map(at -> new Numbers.Document(at, successes, trials))
        .orElseGet(() -> new Numbers.Queries(successes, trials));
  }

  private void reportSource(String name, boolean isBuiltin) {
    if (isBuiltin) {
      fields.report(
          "name",
          "'%s' is built in, and where to find it is written beside it".formatted(name),
          "leave that out, or give the goal another name");
    } else {
      fields.report(
          "name",
          "nothing says how '%s' is counted, or two things do".formatted(name),
          "write successes and trials, or a url and values; or use error-rate");
    }
  }

  private void checkProvider(boolean isBuiltin) {
    if (!isBuiltin && fields.has("provider")) {
      fields.report(
          "provider",
          "successes and trials are for prometheus, and with a url for json",
          "leave it out");
    }
  }

  private void checkVariables(boolean isDocument) {
    for (String key : List.of("url", "successes", "trials", "values")) {
      var unknown =
          new TreeSet<>(fields.text(key).map(text -> new Template(text).names()).orElse(Set.of()));
      unknown.removeAll(isDocument ? Set.of("arm") : VARIABLES);
      if (!unknown.isEmpty()) {
        fields.report(
            key,
            "there is no variable {{%s}} here".formatted(unknown.first()),
            isDocument ? "use {{arm}}" : "use {{instances}}, {{window}} or {{arm}}");
      }
    }
  }
}
