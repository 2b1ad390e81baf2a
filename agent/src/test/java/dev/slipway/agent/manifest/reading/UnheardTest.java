package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: a shared file that is wrong is told even while nobody knows of an application.
 *
 * <p>Method: small repositories with one such file missing or broken.
 */
class UnheardTest {
  private static final Target SHOP = new Target("shop", "production", "shop");

  private static List<String> unheard(MapTree tree, Set<Target> known) {
    return Desired.of(DesiredTest.config("refs: [main]"), "shop", tree, Map.of("main", tree), known)
        .unheard()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void aSoundRepositoryHasNothingUnheard() {
    assertThat(unheard(Shop.tree(), Set.of())).isEmpty();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(unheard(Shop.tree().without("slipway.yaml"), Set.of()))
        .singleElement()
        .asString()
        .startsWith("slipway.yaml:1:1")
        .contains("does not exist");
  }

  @Test
  void everyProblemOfABrokenEnvironmentIsTold() {
    assertThat(unheard(Shop.tree().with("environments/production.yaml", "kind: Shop"), Set.of()))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem).startsWith("environments/production.yaml:1:"));
  }

  @Test
  void whatAKnownApplicationTellsIsNotToldTwice() {
    assertThat(unheard(Shop.tree().without("slipway.yaml"), Set.of(SHOP))).isEmpty();
  }
}
