package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: an environment changes in an application what it says and nothing else, and a wrong patch
 * is told where it stands. Method: one repository with defaults, an application and a patch, read
 * the way the agent reads it.
 */
class PatchTest {
  private static final String PLACE = "environments/production.yaml";
  private static final String DEFAULTS =
      "  defaults: {keepReleases: 7, healthcheck: {path: /ok, interval: 2s, timeout: 4s}}\n";

  private static MapTree tree(String application, String patch) {
    return Shop.tree()
        .with("slipway.yaml", Shop.PROJECT + DEFAULTS)
        .with("apps/shop.yaml", application)
        .with(PLACE, Shop.ENVIRONMENT.stripTrailing().replaceAll("}$", "") + patch(patch) + "}\n");
  }

  /** Writes a patch on lines of its own, so that places in it can be told apart. */
  private static String patch(String patch) {
    return ",\n       patch: " + patch;
  }

  private static Wanted read(MapTree tree) {
    return Shop.wanted(
            DesiredTest.config("refs: [main]"), "shop", tree, Map.of("main", tree), Set.of())
        .getFirst();
  }

  private static Application patched(String application, String patch) {
    Wanted wanted = read(tree(application, patch));
    return wanted instanceof Wanted.Deploy(Deployment deployment, var _, var _, var _)
        ? deployment.fleet().application()
        : fail(wanted.toString());
  }

  private static List<Problem> refused(String application, String patch) {
    Wanted wanted = read(tree(application, patch));
    return wanted instanceof Wanted.Invalid invalid ? invalid.problems() : fail(wanted.toString());
  }

  private static Health.Http http(Application application) {
    return application.judged().health() instanceof Health.Http http
        ? http
        : fail(application.toString());
  }

  @Test
  void aPatchGoesOverTheApplicationAndThatOverTheDefaults() {
    String own = Shop.application("healthcheck: {timeout: 3s, minHealthyTime: 1s}");
    Application shop = patched(own, "{keepReleases: 9, healthcheck: {minHealthyTime: 6s}}");
    assertThat(shop.keepReleases()).isEqualTo(9);
    Health.Http http = http(shop);
    assertThat(http.path()).isEqualTo("/ok");
    assertThat(http.timing().interval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(http.timing().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(http.timing().minHealthyTime()).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void listsAreReplacedAndMapsAreMerged() {
    String own = Shop.application("linkedDirs: [log, tmp]\nenv: {clear: {A: \"1\", B: \"1\"}}");
    Wanted wanted = read(tree(own, "{linkedDirs: [run], env: {clear: {B: \"2\", A: null}}}"));
    assertThat(wanted)
        .isInstanceOfSatisfying(
            Wanted.Deploy.class,
            deploy -> {
              assertThat(deploy.deployment().release().linkedDirs()).containsExactly("run");
              assertThat(deploy.deployment().release().env())
                  .containsExactlyEntriesOf(Map.of("B", "2"));
            });
  }

  @Test
  void nullDeletesAKeyOfTheApplicationAndOfTheDefaults() {
    String own = Shop.application("owner: {user: shop, group: shop}\nhealthcheck: {timeout: 3s}");
    assertThat(patched(own, "{}").owner()).contains(new Owner("shop", "shop"));
    Application shop = patched(own, "{owner: null, healthcheck: {interval: ~, timeout: null}}");
    assertThat(shop.owner()).isEqualTo(Optional.empty());
    assertThat(http(shop).timing().interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(http(shop).timing().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(http(shop).path()).isEqualTo("/ok");
    assertThat(http(patched(own, "{healthcheck: null}")).path()).isEqualTo("/up");
    assertThat(patched(own, "{keepReleases: null}").keepReleases()).isEqualTo(5);
  }

  @Test
  void aChoiceOfThePatchReplacesThatOfTheApplication() {
    String own = Shop.application("healthcheck: {path: /up}");
    Application exec = patched(own, "{healthcheck: {exec: [bin/ok]}}");
    assertThat(exec.judged().health()).isInstanceOf(Health.Exec.class);
    Application slots =
        patched(
            own,
            "{slots: [{name: blue, port: 1}],"
                + " service: {systemd: {unit: \"shop@{{slot}}.service\"}}}");
    assertThat(slots.judged().slots()).extracting(Slot::name).containsExactly("blue");
  }

  @Test
  void whatIsDeletedIsNoChoice() {
    String own = Shop.application("healthcheck: {path: /mine}");
    assertThat(http(patched(own, "{healthcheck: {tcp: null, exec: null}}")).path())
        .isEqualTo("/mine");
  }

  @Test
  void whatIsSaidBesideRolesIsMeantForEachAndWhatIsSaidOfOneGoesOverIt() {
    String roles =
        Shop.APPLICATION.replace(
            """
              service: {systemd: {unit: shop.service}}
              port: 8001
            """,
            """
              roles:
                web:
                  service: {systemd: {unit: shop.service}}
                  port: 8001
                  healthcheck: {timeout: 3s}
            """);
    assertThat(http(patched(roles, "{healthcheck: {timeout: 1s, interval: null}}")).timing())
        .satisfies(timing -> {
          assertThat(timing.timeout()).isEqualTo(Duration.ofSeconds(1));
          assertThat(timing.interval()).isEqualTo(Duration.ofSeconds(1));
        });
    String both = "{healthcheck: {timeout: 1s}, roles: {web: {healthcheck: {timeout: 2s}}}}";
    assertThat(http(patched(roles, both)).timing().timeout()).isEqualTo(Duration.ofSeconds(2));
    String one = "{roles: {web: {healthcheck: {interval: null, path: null}}}}";
    assertThat(http(patched(roles, one)).path()).isEqualTo("/up");
    String slots = "{roles: {web: {slots: [{name: a, port: 1}]}}}";
    assertThat(patched(roles, slots).judged().slots()).extracting(Slot::name).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "release: {version: \"2\"}",
        "apiVersion: slipway.dev/v2",
        "kind: Strategy",
        "metadata: {name: other}"
      })
  void theReleaseAndWhatTheFileIsAreNotPatched(String entry) {
    String key = entry.replaceAll(":.*", "");
    assertThat(refused(Shop.APPLICATION, "{" + entry + "}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.toString()).startsWith(PLACE + ":12:16 ");
          assertThat(problem.path()).endsWith("/patch/" + key);
          assertThat(problem.fact()).startsWith("'%s' is the branch's to say".formatted(key));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{healthchek: {path: /x}} | 12:16 | unknown key 'healthchek'",
        "{healthcheck: {pth: /x}} | 12:30 | unknown key 'pth'",
        "{healthcheck: {pth: null}} | 12:30 | unknown key 'pth'",
        "{keepReleases: 1} | 12:30 | '1' is not a number of releases to keep",
        "{keepReleases: five} | 12:30 | 'five' is not a number",
        "{linkedDirs: [null]} | 12:29 | nothing",
        "{deployPath: /srv/../etc} | 12:28 | outside allowed base",
        "{deployPath: /etc/shop} | 12:28 | '/etc/shop' is outside allowed base /srv",
        "{smokeTests: [{pth: /}]} | 12:30 | unknown key 'pth'",
        "{warmup: {requests: 0}} | 12:35 | '0' is not a number of requests",
        "{deployPath: null} | 12:16 | with this patch, apps/shop.yaml:5 /spec: 'deployPath' is"
            + " missing",
        "{service: ~} | 12:16 | with this patch, apps/shop.yaml:5 /spec: 'service' is missing",
        "{port: null, healthcheck: {path: /x}} | 12:48 | there is no port to ask",
        "{healthcheck: {minHealthyTime: 9m}} | 12:29 | healthyDeadline 5m is too short",
        "{owner: {user: shop}} | 12:23 | 'group' is missing",
        "{port: 1, slots: [{name: a, port: 2}]} | 12:22 | 'port' is for applications without slots",
      })
  void aWrongPatchIsToldWhereItStands(String patch, String at, String fact) {
    assertThat(refused(Shop.APPLICATION, patch))
        .anySatisfy(problem -> {
          assertThat(problem.toString()).startsWith(PLACE + ":" + at + " ");
          assertThat(problem.fact()).contains(fact);
        })
        .allSatisfy(problem -> assertThat(problem.file()).isEqualTo(PLACE));
  }

  @Test
  void aWrongPatchStopsNoOtherApplication() {
    MapTree tree = tree(Shop.APPLICATION, "{release: {version: \"2\"}, keepReleases: 1}");
    String two =
        Shop.ENVIRONMENT.stripTrailing().replaceAll("}$", "")
            + patch("{keepReleases: 1}")
            + "}\n    - {name: api, group: web}\n";
    String api =
        Shop.APPLICATION
            .replace("name: shop", "name: api")
            .replace("/srv/shop", "/srv/api")
            .replace("shop.service", "api.service")
            .replace("8001", "8002");
    MapTree both = tree.with(PLACE, two).with("apps/api.yaml", api);
    assertThat(
            Shop.wanted(
                DesiredTest.config("refs: [main]"), "shop", both, Map.of("main", both), Set.of()))
        .satisfiesExactly(
            first -> assertThat(first).isInstanceOf(Wanted.Deploy.class),
            second -> assertThat(second).isInstanceOf(Wanted.Invalid.class));
  }

  @Test
  void whatIsWrongWithoutThePatchIsToldOfTheApplicationAlone() {
    String wrong = Shop.APPLICATION.replace("/srv/shop", "srv/shop");
    assertThat(refused(wrong, "{keepReleases: 1}"))
        .singleElement()
        .extracting(Problem::file)
        .isEqualTo("apps/shop.yaml");
  }

  @Test
  void validationTellsOfAPatchTogetherWithAllElse() {
    MapTree tree =
        tree(
            Shop.application("linkedDirs: [log, log/x]"),
            "{keepReleases: 1, release: null, deployPath: null}");
    assertThat(Validation.tree(tree).problems())
        .extracting(Problem::fact)
        .satisfiesExactlyInAnyOrder(
            fact -> assertThat(fact).contains("'1' is not a number of releases"),
            fact -> assertThat(fact).contains("'release' is the branch's to say"),
            fact -> assertThat(fact).contains("'deployPath' is missing"),
            fact -> assertThat(fact).contains("lies in or around '"));
  }
}
