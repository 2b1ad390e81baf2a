package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: no file names a secret of another environment or of the agent, and what cannot be told to
 * anybody is refused. Method: a repository that is right, made wrong in one place.
 */
class SecretReferencesTest {
  private static final String URL =
      "url: \"https://b.example.com/a.tar\", sha256: \"%s\"".formatted("0".repeat(64));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {name: ../staging/nexus}                   | is not the name of a secret
          {name: staging/nexus}                      | is not the name of a secret
          {name: /etc/slipway/secrets/git-key}       | is not the name of a secret
          {name: ..}                                 | is not the name of a secret
          {name: "nexus\\n"}                         | is not the name of a secret
          {name: "{{environment}}"}                  | is not the name of a secret
          {name: nexus, environment: staging}        | unknown key 'environment'
          {name: nexus, namespace: staging}          | unknown key 'namespace'
          {}                                         | 'name' is missing
          nexus                                      | stands where a mapping is meant
          """)
  void aReferenceIsANameAndNothingElse(String reference, String fact) {
    var source = "{%s, secretRef: %s}".formatted(URL, reference);
    assertThat(problems("apps/shop.yaml", Shop.APPLICATION, "{path: releases/shop}", source))
        .anyMatch(problem -> problem.contains(fact));

    var receiver = "\n  notify: [{slack: {secretRef: %s}}]\n".formatted(reference);
    assertThat(ofEnvironment(receiver)).anyMatch(problem -> problem.contains(fact));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {path: releases/shop, secretRef: {name: nexus}} | goes with url
          {secretRef: {name: nexus}}                      | does not say where the files come from
          """)
  void onlyAnAddressTakesALogin(String source, String fact) {
    assertThat(problems("apps/shop.yaml", Shop.APPLICATION, "{path: releases/shop}", source))
        .anyMatch(problem -> problem.contains(fact));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {on: [aborted]}                                          | does not say where to write to
          {slack: {secretRef: {name: a}}, webhook: {secretRef: {name: b}}} | or says more than one place
          {slack: {secretRef: {name: a}}, on: []}                  | is an empty list
          {slack: {secretRef: {name: a}}, on: [rolledback]}        | 'rolledback' is not known here
          {slack: {secretRef: {name: a}}, on: [aborted, aborted]}  | names one thing twice
          {slack: {url: "https://hooks.slack.com/services/x"}}     | unknown key 'url'
          {teams: {secretRef: {name: a}}}                          | unknown key 'teams'
          """)
  void aReceiverIsOnePlaceAndKnownEvents(String receiver, String fact) {
    assertThat(ofEnvironment("\n  notify: [%s]\n".formatted(receiver)))
        .anyMatch(problem -> problem.contains(fact));
  }

  @ParameterizedTest
  @CsvSource({"slack, slack", "webhook, webhook"})
  void nobodyIsToldTwice(String one, String other) {
    var receivers =
        "\n  notify: [{%s: {secretRef: {name: a}}}, {%s: {secretRef: {name: a}}, on: [started]}]\n";

    assertThat(ofEnvironment(receivers.formatted(one, other)))
        .anyMatch(
            problem -> problem.contains("'a' is told already, at environments/production.yaml:12"));
    assertThat(ofEnvironment(receivers.formatted("slack", "webhook"))).isEmpty();
  }

  private static List<String> ofEnvironment(String lines) {
    var file = "environments/production.yaml";
    return said(Shop.tree().with(file, Shop.ENVIRONMENT.stripTrailing() + lines));
  }

  private static List<String> problems(String file, String text, String from, String to) {
    assertThat(text).contains(from);
    return said(Shop.tree().with(file, text.replace(from, to)));
  }

  private static List<String> said(MapTree tree) {
    return Validation.tree(tree).problems().stream().map(Problem::toString).toList();
  }
}
