package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.source.BranchPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which branch asks for an environment: the first rule that matches a branch counts. */
final class BranchRules {
  private BranchRules() {}

  /** Returns the rules for an environment that can take effect; more than one is a problem. */
  static List<BranchRule> of(ProjectDocument project, String environment, List<Problem> problems) {
    var rules = new ArrayList<BranchRule>();
    Map<String, BranchRule> taken = new HashMap<>();
    for (BranchRule rule : project.branches()) {
      BranchRule earlier = taken.putIfAbsent(rule.match().text(), rule);
      if (rule.environment().text().equals(environment)) {
        check(rule, earlier == null ? List.copyOf(rules) : List.of(earlier), problems);
        rules.add(rule);
      }
    }
    return rules;
  }

  /** Returns the rule for a branch, if it is sent to this environment by it. */
  static Optional<BranchRule> of(ProjectDocument project, String environment, String branch) {
    return project.branches().stream()
        .filter(rule -> new BranchPattern(rule.match().text()).matches(branch))
        .findFirst()
        .filter(rule -> rule.environment().text().equals(environment));
  }

  private static void check(BranchRule rule, List<BranchRule> earlier, List<Problem> problems) {
    if (rule.match().text().contains("*")) {
      problems.add(
          rule.match()
              .place()
              .problem(
                  "pattern '%s' needs an environment with previews, and '%s' has none"
                      .formatted(rule.match(), rule.environment()),
                  "name one branch, or write preview in environments/%s.yaml"
                      .formatted(rule.environment())));
    }
    earlier.stream()
        .findFirst()
        .ifPresent(other ->
            problems.add(
                rule.match()
                    .place()
                    .problem(
                        "branch '%s' and branch '%s' at %s: %s"
                            .formatted(
                                rule.match(),
                                other.match(),
                                other.match().place().mention(),
                                other.match().text().equals(rule.match().text())
                                    ? "a branch has one rule, and the first counts"
                                    : "two rules claim environment '%s'"
                                        .formatted(rule.environment())),
                        "keep one of them")));
  }
}
