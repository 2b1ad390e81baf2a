package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: one look at a repository shows everything that is wrong in it, and nothing that only seems
 * wrong because of something else. Method: break one place, or one in every file; then any line.
 */
class AllAtOnceTest {
  private static final Pattern VALUE_ENDS = Pattern.compile("(?<=[:,{\\[]) |\\n");

  private static final String APP = "apps/shop.yaml";
  private static final String PLACE = "environments/production.yaml";
  private static final String PROJECT = "slipway.yaml";

  private static List<Problem> problems(MapTree tree) {
    return Validation.tree(tree).problems();
  }

  private static String replaced(String text, String from, String to) {
    assertThat(text).contains(from);
    return text.replace(from, to);
  }

  @Test
  void whatIsWrongInShapeHidesNothingThatIsWrongInMeaning() {
    var application =
        Shop.application("surprise: 1")
            .replace("version: \"1.0\"", "version: 1.10")
            .replace("releases/shop}", "releases/nothing}");
    var environment =
        Shop.ENVIRONMENT
            .replace("ssh: {user: deploy,", "ssh: {user: \"a b\",")
            .replace("{name: front}]}", "{name: back}]}")
            .concat("    - {name: other, group: job}\n");
    var project = Shop.PROJECT + "    - {match: next, environment: nowhere, strategy: fast}\n";
    var found =
        problems(
            Shop.tree()
                .with(APP, application)
                .with(PLACE, environment)
                .with(PROJECT, project)
                .with("strategies/bad.yaml", Shop.strategy("{rolling: {batches: [0]}, more: 1}")));

    assertThat(found)
        .extracting(problem -> problem.file() + " " + problem.path())
        .containsExactly(
            APP + " /spec/release/version",
            APP + " /spec/release/source/path",
            APP + " /spec/surprise",
            PLACE + " /spec/ssh/user",
            PLACE + " /spec/applications/0/balancers/0/name",
            PLACE + " /spec/applications/1/name",
            PROJECT + " /spec/branches/1/environment",
            "strategies/bad.yaml /metadata/name",
            "strategies/bad.yaml /spec/rolling/batches/0",
            "strategies/bad.yaml /spec/more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: 8001 | port: many",
        "port: 8001 | prot: 8001",
        "port: 8001 | slots: [{name: BLUE, port: 1}, {name: green, port: 2}]",
        "port: 8001 | slots: [{name: blue, port: many}, {name: green, port: 0}]",
        "deployPath: /srv/shop | deployPath: srv",
        "deployPath: /srv/shop | keepReleases: 5",
        "{name: shop} | {name: SHOP}",
        "metadata: {name: shop} | metadata: {}",
        "kind: Application | kind: App",
        "slipway.dev/v1alpha1 | slipway.dev/v9",
        "source: {path: releases/shop} | source: {path: ../x}",
        "source: {path: releases/shop} | source: {url: \"https://a.example/b.tar\"}",
        "unit: shop.service | unit: shop",
        "service: {systemd: {unit: shop.service}} | service: {docker: {}}",
        "service: {systemd: {unit: shop.service}} | servcie: {systemd: {unit: shop.service}}",
        "version: \"1.0\" | version: 1.10"
      })
  void whatIsWrongInAnApplicationIsSaidOnceAndNothingElse(String from, String to) {
    var unit = to.contains("slots") ? "unit: \"shop@{{slot}}.service\"" : "unit: shop.service";
    var right = Shop.APPLICATION.replace("unit: shop.service", unit);
    var found = problems(Shop.tree().with(APP, replaced(right, from, to)));

    assertThat(found)
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.file()).isEqualTo(APP))
        .hasSizeLessThanOrEqualTo(to.contains("port: 0") ? 2 : 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user: deploy | user: \"a b\"",
        "groups: [web] | groups: [\"a b\"]",
        "groups: [web] | group: web",
        "name: \"web[1:4]\" | name: \"web 1\"",
        "{{host.name}}.example.com | a b",
        "haproxy: {socket: /run/haproxy.sock} | nginx: {}",
        "{name: front, haproxy | {name: \"f t\", haproxy",
        "{name: production} | {name: \"p n\"}",
        "group: web, balancers | group: \"a b\", balancers"
      })
  void whatIsWrongInAnEnvironmentIsSaidOnceAndNothingElse(String from, String to) {
    var found = problems(Shop.tree().with(PLACE, replaced(Shop.ENVIRONMENT, from, to)));

    assertThat(found).hasSize(1).allSatisfy(it -> assertThat(it.file()).isEqualTo(PLACE));
  }

  @ParameterizedTest
  @MethodSource("anyLineBroken")
  void noLineCanBeSoWrongThatNothingIsSaid(String file, String text) {
    assertThat(Validation.tree(Shop.tree().with(file, text)).files()).isPositive();
  }

  static Stream<Arguments> anyLineBroken() {
    return Stream.of(
            List.of(APP, Shop.APPLICATION),
            List.of(PLACE, Shop.ENVIRONMENT),
            List.of(PROJECT, Shop.PROJECT),
            List.of("strategies/special.yaml", Shop.strategy("{rolling: {batches: [1, 2]}}")))
        .flatMap(file ->
            broken(file.getLast()).stream().map(text -> Arguments.of(file.getFirst(), text)));
  }

  /** Each value in turn becomes what no schema and no reader waits for. */
  private static List<String> broken(String text) {
    var broken = new ArrayList<String>();
    for (String nonsense : List.of("", "[]", "{}", "[[{a: b}]]", "-1", "1e400", "\"\\u0000\"")) {
      for (String word : VALUE_ENDS.splitAsStream(text).toList()) {
        String value = word.strip().replaceAll("[,}\\]]+$", "");
        if (!value.isEmpty()) {
          broken.add(text.replace(": " + value, ": " + nonsense));
          broken.add(text.replace(value, nonsense));
        }
      }
    }
    return broken.stream().distinct().toList();
  }
}
