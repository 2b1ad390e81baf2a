package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: what is rendered is what is used, all of it, and says where each value comes from. Method:
 * what is rendered is put in the place of the application, defaults and patch are taken away, and
 * the repository must ask for the same as before.
 */
class RenderingTest {
  private static final Path EXAMPLES = Path.of("..", "examples-repo");
  private static final String PLACE = "environments/production.yaml";
  private static final String DEFAULTS =
      "  defaults: {keepReleases: 7, healthcheck: {path: /ok, interval: 2s, host: h}}\n";
  private static final String ROLE =
      """
        roles:
          web:
            service: {systemd: {unit: shop.service}}
            port: 8001
            healthcheck: {timeout: 3s}
      """;

  private static String rendered(Tree tree, String environment, String application) {
    return switch (Rendering.trees(tree, tree, environment, application)) {
      case Parsed.Valid<String>(var text) -> text;
      case Parsed.Invalid<String>(var problems) -> fail(problems.toString());
    };
  }

  private static MapTree tree(String application, String patch) {
    return Shop.tree()
        .with("slipway.yaml", Shop.PROJECT + DEFAULTS)
        .with("apps/shop.yaml", application)
        .with(
            PLACE,
            Shop.ENVIRONMENT.stripTrailing().replaceAll("}$", "")
                + ", env: {clear: {LEVEL: warn, NO: \"no\"}},\n       patch: "
                + patch
                + "}\n");
  }

  /** Returns the repository with only what is rendered of an application. */
  private static MapTree alone(MapTree tree, String text) {
    return tree.with("apps/shop.yaml", text)
        .with("slipway.yaml", Shop.PROJECT)
        .with(PLACE, Shop.ENVIRONMENT);
  }

  private static Deployment deployed(Tree tree, String environment, String application) {
    Map<String, Tree> branches = Map.of("main", tree, "staging", tree, "demo", tree);
    return Shop.wanted(ExamplesTest.config(), "examples", tree, branches, Set.of()).stream()
        .filter(of -> of.target().environment().equals(environment))
        .filter(of -> of.target().application().equals(application))
        .map(of ->
            of instanceof Wanted.Deploy(var deployment, var _, var _, var _)
                ? deployment
                : fail(of.toString()))
        .findFirst()
        .orElseThrow();
  }

  private static Deployment shop(MapTree tree) {
    var config = DesiredTest.config("refs: [main]");
    Wanted wanted = Shop.wanted(config, "shop", tree, Map.of("main", tree), Set.of()).getFirst();
    return wanted instanceof Wanted.Deploy(var deployment, var _, var _, var _)
        ? deployment
        : fail(wanted + "\n");
  }

  private static void assertSame(Deployment found, Deployment expected) {
    assertThat(found.fleet()).isEqualTo(expected.fleet());
    assertThat(found.release())
        .usingRecursiveComparison()
        .ignoringFields("source.commit")
        .isEqualTo(expected.release());
    assertThat(found.fronts()).isEqualTo(expected.fronts());
    assertThat(found.strategy()).isEqualTo(expected.strategy());
  }

  static Stream<Arguments> examples() {
    return ExamplesTest.wanted().stream()
        .map(of -> Arguments.of(of.target().environment(), of.target().application()));
  }

  @ParameterizedTest(name = "{1} in {0}")
  @MethodSource("examples")
  void everyExampleMeansTheSameAsItsRendering(String environment, String application) {
    var examples = new DirectoryTree(EXAMPLES);
    String text = rendered(examples, environment, application);
    var changed = new Overlaid(examples, "apps/" + application + ".yaml", text);
    assertSame(
        deployed(changed, environment, application), deployed(examples, environment, application));
    assertThat(rendered(changed, environment, application))
        .as("nothing is left to the defaults")
        .doesNotContain("# default")
        .doesNotContain("# slipway.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{keepReleases: null}",
        "{healthcheck: null}",
        "{healthcheck: {interval: null, host: null, timeout: 1500ms}}",
        "{healthcheck: {tcp: connect}}",
        "{healthcheck: {exec: [bin/ok, 'a b', --x=1, '{{port}}']}}",
        "{healthcheck: {systemd: active, minHealthyTime: 1h1m1s1ms, healthyDeadline: 2h}}",
        "{healthcheck: {from: agent, scheme: https, expectedStatus: 204, successThreshold: 1}}",
        "{drain: {onTimeout: abort, timeout: 0s}, stop: {timeout: 2m}}",
        "{linkedDirs: [a b, log], linkedFiles: [x/y], owner: {user: a, group: b}}",
        "{slots: [{name: current1, port: 1}], service: {process: {run: [a, '#: \"']}}}",
        "{service: {commands: {start: ['-'], stop: ['~', 'yes'], status: ['1.10', 'é😀']}}}",
        "{service: none}",
        "{deployPath: '/srv/{{host.name}}', env: {clear: {'NULL': 'null', Y: 'y', A: '#'}}}",
      })
  void whateverIsPatchedMeansTheSameAsItsRendering(String patch) {
    for (String application : List.of(Shop.APPLICATION, inRole(), Shop.application("env: {}"))) {
      MapTree tree = tree(application, patch);
      String text = rendered(tree, "production", "shop");
      assertThat(text).contains("# default", "# " + PLACE + ":11");
      MapTree alone = alone(tree, text);
      assertSame(shop(alone), shop(tree));
      assertThat(rendered(alone, "production", "shop")).isEqualTo(withoutComments(text));
    }
  }

  private static String inRole() {
    return Shop.APPLICATION.replace(
        "  service: {systemd: {unit: shop.service}}\n  port: 8001\n", ROLE);
  }

  private static String withoutComments(String text) {
    return text.replaceAll("(?m)  # \\S+$", "");
  }

  @Test
  void aDefaultThatAsksAPortIsNotRenderedWhereThereIsNone() {
    MapTree tree = tree(Shop.APPLICATION.replace("  port: 8001\n", ""), "{stop: {timeout: 1s}}");
    String text = rendered(tree, "production", "shop");
    assertThat(text).contains("systemd: active  # default").doesNotContain("path: /ok", "host: h");
  }

  @Test
  void eachValueSaysWhereItComesFromInTheOrderOfTheSpecification() {
    MapTree tree =
        tree(
            Shop.application("healthcheck: {timeout: 4s}"),
            "{healthcheck: {minHealthyTime: 3s}, linkedDirs: [log]}");
    assertThat(rendered(tree, "production", "shop"))
        .isEqualTo(
            """
            # apps/shop.yaml: 'shop' as environments/production.yaml asks for it.
            # What is from another file says so; 'default' is what holds where nobody wrote anything.
            apiVersion: slipway.dev/v1alpha1
            kind: Application
            metadata:
              name: shop
            spec:
              release:
                version: "1.0"
                source:
                  path: releases/shop
              deployPath: /srv/shop
              keepReleases: 7  # slipway.yaml:7
              linkedDirs: [log]  # environments/production.yaml:12
              env:
                clear:
                  LEVEL: warn  # environments/production.yaml:11
                  NO: "no"  # environments/production.yaml:11
              service:
                systemd:
                  unit: shop.service
                  onActivate: restart  # default
              port: 8001
              healthcheck:
                path: /ok  # slipway.yaml:7
                scheme: http  # default
                host: h  # slipway.yaml:7
                expectedStatus: 200  # default
                interval: 2s  # slipway.yaml:7
                timeout: 4s
                successThreshold: 3  # default
                minHealthyTime: 3s  # environments/production.yaml:12
                healthyDeadline: 5m  # default
                from: host  # default
              drain:
                timeout: 30s  # default
                onTimeout: proceed  # default
              stop:
                timeout: 90s  # default
            """
                .replace("timeout: 90s", "timeout: 1m30s"));
  }

  @ParameterizedTest
  @CsvSource({
    "production, api, environments/production.yaml, does not list 'api'",
    "staging, shop, environments/staging.yaml, does not exist",
  })
  void whatIsNotThereIsSaid(String environment, String application, String file, String fact) {
    var parsed = Rendering.trees(Shop.tree(), Shop.tree(), environment, application);
    assertThat(parsed)
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid -> assertThat(invalid.problems().toString()).contains(file + ":1", fact));
  }

  @Test
  void theApplicationIsTheBranchsAndAllElseIsTheTrunks() {
    MapTree branch =
        MapTree.of(
            Map.of(
                "apps/shop.yaml",
                Shop.APPLICATION.replace("\"1.0\"", "\"2.0\""),
                "slipway.yaml",
                "not read",
                PLACE,
                "not read"));
    assertThat(Rendering.trees(tree(Shop.APPLICATION, "{}"), branch, "production", "shop"))
        .isInstanceOfSatisfying(
            Parsed.Valid.class,
            valid -> assertThat(valid.value().toString()).contains("\"2.0\"", "keepReleases: 7"));
  }

  @Test
  void aWrongPatchIsNotRendered() {
    MapTree tree = tree(Shop.APPLICATION, "{keepReleases: 1}");
    assertThat(Rendering.trees(tree, tree, "production", "shop"))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat((Problem) invalid.problems().getFirst())
                    .extracting(Problem::line)
                    .isEqualTo(12));
  }

  /** Another tree but for one file. */
  private record Overlaid(Tree under, String path, String text) implements Tree {
    @Override
    public String commit() {
      return under.commit();
    }

    @Override
    public Read read(String file) {
      return file.equals(path) ? MapTree.of(Map.of(path, text)).read(path) : under.read(file);
    }

    @Override
    public List<String> list(String directory) {
      return under.list(directory);
    }
  }
}
