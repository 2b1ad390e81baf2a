package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a name that could be taken for something else is refused where it stands. Method: a
 * repository that is right but for one name, which is a word for a shell, a path or an eye.
 */
class HostileNamesTest {
  private static final String APP = "apps/shop.yaml";
  private static final String PLACE = "environments/production.yaml";

  private static List<Problem> problems(String file, String text) {
    return Validation.tree(Shop.tree().with(file, text)).problems();
  }

  private static void assertRefused(String file, String text) {
    assertThat(problems(file, text))
        .anySatisfy(problem -> {
          assertThat(problem.file()).isEqualTo(file);
          assertThat(problem.line()).isPositive();
          assertThat(problem.fact().codePoints())
              .as("what is shown can be trusted: %s", problem.fact())
              .noneMatch(HostileNamesTest::isTreacherous);
        });
  }

  /** A letter that steers a terminal, or turns round what stands beside it. */
  private static boolean isTreacherous(int letter) {
    return Character.isISOControl(letter) || Character.getType(letter) == Character.FORMAT;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's",
        "a\\\"b",
        "$(id)",
        "`id`",
        "a b",
        "../shop",
        "shop/../x",
        "-rf",
        "sh\\u00F6p",
        "\\U0001F680",
        "shop\\u202Epohs",
        "shop\\u200B",
        "shop\\e[31m",
        ""
      })
  void aHostOrAnApplicationHasAPlainName(String name) {
    assertRefused(PLACE, Shop.ENVIRONMENT.replace("name: \"web[1:4]\"", "name: \"" + name + "\""));
    assertRefused(APP, Shop.APPLICATION.replace("{name: shop}", "{name: \"" + name + "\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apps/\u001b[31mred.yaml",
        "apps/\u202egpj.yaml",
        "strategies/\u009b31m.yaml",
        "environments/a\nb.txt"
      })
  void aFileCannotSteerTheTerminalThatItsNameIsShownOn(String file) {
    assertThat(problems(file, "kind: {}"))
        .isNotEmpty()
        .allSatisfy(problem ->
            assertThat(problem.toString().codePoints()).noneMatch(HostileNamesTest::isTreacherous));
  }

  @ParameterizedTest
  @ValueSource(strings = {"feat/\\u202Eniam", "feat/\\u009B31m"})
  void aBranchCannotEither(String branch) {
    var asked = Shop.PROJECT.replace("match: main", "match: \"" + branch + "\"");
    var twice = asked + "    - {match: \"" + branch + "\", environment: production}\n";
    assertThat(problems("slipway.yaml", twice))
        .isNotEmpty()
        .allSatisfy(problem ->
            assertThat(problem.toString().codePoints()).noneMatch(HostileNamesTest::isTreacherous));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 4096, 100_000})
  void aNameThatNobodyCouldReadIsRefused(int length) {
    String name = "x".repeat(length);
    assertRefused(PLACE, Shop.ENVIRONMENT.replace("name: \"web[1:4]\"", "name: \"" + name + "\""));
    assertRefused(APP, Shop.APPLICATION.replace("{name: shop}", "{name: " + name + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv/../etc",
        "/srv/shop/../../etc",
        "/srv/./shop/..",
        "srv/shop",
        "~/shop",
        "$(id)",
        "-rf",
        "",
        "/srv/a\\nb",
        "/srv/\\u202Epohs"
      })
  void aPathThatLeadsElsewhereIsRefused(String path) {
    assertRefused(APP, Shop.APPLICATION.replace("/srv/shop", "\"" + path + "\""));
  }
}
