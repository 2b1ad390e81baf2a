package dev.slipway.agent.manifest.kind;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: variables of an environment are laid over those of an application, be they clear or secret.
 * Method: pairs of them, and one that is both.
 */
class VariablesTest {
  private static final Variables OF_APPLICATION =
      new Variables(Map.of("LOG", "info", "MODE", "a"), Set.of("TOKEN", "URL"));

  @Test
  void theEnvironmentAddsAndOverrides() {
    var over = new Variables(Map.of("LOG", "warn"), Set.of("KEY"));

    assertThat(OF_APPLICATION.with(over))
        .isEqualTo(
            new Variables(Map.of("LOG", "warn", "MODE", "a"), Set.of("TOKEN", "URL", "KEY")));
    assertThat(OF_APPLICATION.with(Variables.NONE)).isEqualTo(OF_APPLICATION);
  }

  @Test
  void theEnvironmentMayMakeAClearOneSecretAndASecretOneClear() {
    var over = new Variables(Map.of("URL", "http://localhost"), Set.of("MODE"));

    assertThat(OF_APPLICATION.with(over))
        .isEqualTo(
            new Variables(
                Map.of("LOG", "info", "URL", "http://localhost"), Set.of("TOKEN", "MODE")));
  }

  @Test
  void whatIsBothInOnePlaceIsAProblemWhereItStands() {
    var reading = new Reading();

    Variables.under(reading.open(tree("env: {clear: {TOKEN: x},\n  secret: [URL, TOKEN]}")));

    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "app.yaml:2:17 /env/secret/1: 'TOKEN' is both clear and secret; take it out of one of"
                + " them");
  }

  private static Node tree(String text) {
    return switch (Document.read("app.yaml", text.getBytes(UTF_8))) {
      case Parsed.Valid<Node>(var node) -> node;
      case Parsed.Invalid<Node>(List<Problem> problems) ->
          throw new AssertionError(problems.toString());
    };
  }
}
