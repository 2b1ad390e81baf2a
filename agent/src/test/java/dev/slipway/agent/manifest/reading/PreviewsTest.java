package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Slug;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.source.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: every branch that a rule matches is an environment of its own, and no branch takes what
 * another one has, or production.
 *
 * <p>Method: one repository with a production and previews on the same machine, read with other
 * branches, times and holders in each test.
 */
final class PreviewsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final String AGENT =
      Guarded.AGENT
          .replace("refs: [feature],", "refs: [\"feature/*\"],")
          .replace("hosts: [dev1.example.com, box", "hosts: [\"10.0.0.*\", dev1.example.com, box");

  private static final String RULES =
      Shop.PROJECT + "    - {match: \"feature/*\", environment: preview, strategy: recreate}\n";

  private static final String PREVIEW =
      Guarded.PREVIEW
              .replace(
                  "  applications:",
                  "  balancers: [{name: front, edge: {control: /run/edge.sock}}]\n  applications:")
              .replace(
                  "{name: tryout, group: web}",
                  "{name: tryout, group: web, balancers: [{name: front}]}")
          + """
            preview:
              max: 3
              ttl: 2h
              ports: 9000-9005
              domain: "{{branch.slug}}.dev.example.com"
          """;

  private static final String TRYOUT =
      Guarded.TRYOUT
          .replace("/srv/tryout", "\"/srv/{{environment}}\"")
          .replace("tryout.service", "\"tryout@{{branch.slug}}.service\"");

  private static final MapTree TRUNK =
      Guarded.TRUNK.with("slipway.yaml", RULES).with("environments/preview.yaml", PREVIEW);

  private final Map<String, Tree> branches = new HashMap<>(Map.of("main", TRUNK));
  private final Map<String, Instant> pushed = new HashMap<>();
  private List<Preview> held = List.of();
  private Set<Integer> foreign = Set.of();
  private Set<String> unread = Set.of();
  private MapTree trunk = TRUNK;

  private void branch(String name, String application) {
    branches.put(name, Guarded.BRANCH.with("apps/tryout.yaml", application));
    pushed.putIfAbsent(name, NOW);
  }

  private void branches(String... names) {
    Stream.of(names).forEach(name -> branch(name, TRYOUT));
  }

  private Desired read() {
    return Desired.of(
        Guarded.config(AGENT),
        "shop",
        trunk,
        branches,
        Set.of(),
        new Standing(NOW, pushed, unread, held, foreign));
  }

  private Map<String, Wanted> previews() {
    var found = new HashMap<String, Wanted>();
    read().wanted().stream()
        .filter(one -> one.target().isPreview())
        .forEach(one -> found.put(one.target().environment(), one));
    return found;
  }

  private Wanted of(String branch) {
    Wanted found = previews().get(environment(branch));
    return found == null ? fail("nothing is said of " + branch) : found;
  }

  private Deployment deployment(String branch) {
    return of(branch) instanceof Wanted.Deploy(var deployment, var _, var _)
        ? deployment
        : fail(of(branch).toString());
  }

  private int port(String branch) {
    return deployment(branch)
        .fleet()
        .application()
        .judged()
        .slots()
        .getFirst()
        .port()
        .orElseThrow();
  }

  private void hold() {
    held =
        previews().values().stream()
            .filter(Wanted.Deploy.class::isInstance)
            .map(one -> ((Wanted.Deploy) one).deployment().asPreview())
            .toList();
  }

  private static String environment(String branch) {
    return Target.preview("preview", Slug.of(branch));
  }

  private void trunk(String file, UnaryOperator<String> change) {
    String before = file.equals("slipway.yaml") ? RULES : PREVIEW;
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    trunk = trunk.with(file, after);
    branches.put("main", trunk);
  }

  @Test
  void everyMatchingBranchIsAnEnvironmentOfItsOwn() {
    branches("feature/a", "feature/b");

    assertThat(previews()).containsOnlyKeys("preview.feature-a", "preview.feature-b");
    Deployment one = deployment("feature/a");
    assertThat(one.target()).hasToString("shop/preview.feature-a/tryout");
    assertThat(one.branch()).isEqualTo("feature/a");
    assertThat(one.fronts().getFirst().route().backend()).isEqualTo("feature-a.dev.example.com");
    assertThat(one.variables())
        .containsEntry("environment", "preview.feature-a")
        .containsEntry("branch.slug", "feature-a");
  }

  @Test
  void eachHasAPortOfTheRangeThatNobodyElseHasAndKeepsIt() {
    branches("feature/a", "feature/b");
    assertThat(List.of(port("feature/a"), port("feature/b"))).containsExactlyInAnyOrder(9000, 9001);
    hold();
    int kept = port("feature/b");
    branches.remove("feature/a");
    held = held.stream().filter(one -> one.branch().equals("feature/b")).toList();
    branches("feature/0");

    assertThat(port("feature/b")).isEqualTo(kept);
    assertThat(port("feature/0")).isIn(9000, 9001).isNotEqualTo(kept);
    assertThat(read().allotted()).map(Preview::branch).containsExactly("feature/0");
  }

  @Test
  void aPortOfAnotherApplicationOrProgramOrRepositoryIsLeftOut() {
    trunk =
        trunk.with(
            "apps/api.yaml", Guarded.TRYOUT.replace("tryout", "api").replace("9001", "9000"));
    branches.put("main", trunk);
    foreign = Set.of(9001);
    held =
        List.of(
            new Preview(new Target("other", "preview.x", "app"), "x", Map.of("app/current", 9002)));
    branches("feature/a");

    assertThat(port("feature/a")).isEqualTo(9003);
  }

  @Test
  void severalSlotsAndRolesHaveSeveralPorts() {
    branch(
        "feature/a",
        TRYOUT
            .replace("port: 9001", "slots: [{name: blue, port: 1}, {name: green, port: 2}]")
            .replace("@{{branch.slug}}", "@{{branch.slug}}-{{slot}}"));

    assertThat(deployment("feature/a").asPreview().ports())
        .isEqualTo(Map.of("tryout/blue", 9000, "tryout/green", 9001));
  }

  @Test
  void whereNoPortIsLeftThatIsSaid() {
    trunk("environments/preview.yaml", text -> text.replace("9000-9005", "9000-9001"));
    branches("feature/a", "feature/b", "feature/c");

    assertThat(previews().values())
        .filteredOn(Wanted.Invalid.class::isInstance)
        .singleElement()
        .asString()
        .contains("no port of 9000-9001 is left for role 'tryout'")
        .contains("widen the range, or delete a branch");
  }

  @Test
  void beyondTheLimitABranchWaitsUntilOneGoes() {
    branches("feature/a", "feature/b", "feature/c");
    hold();
    branches("feature/0");

    assertThat(of("feature/0"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class,
            waits -> {
              assertThat(waits.why()).isEqualTo(Wanted.Why.FULL);
              assertThat(waits.reason())
                  .isEqualTo("limit of 3 previews reached; delete a branch or raise max");
            });
    held = held.stream().filter(one -> !one.branch().equals("feature/a")).toList();
    branches.remove("feature/a");
    assertThat(deployment("feature/0").branch()).isEqualTo("feature/0");
  }

  @Test
  void ofThoseThatWaitWhoWasPushedFirstComesFirst() {
    branches("feature/a", "feature/b", "feature/c", "feature/d");
    pushed.put("feature/d", NOW.minusSeconds(60));

    assertThat(of("feature/d")).isInstanceOf(Wanted.Deploy.class);
    assertThat(of("feature/c")).isInstanceOf(Wanted.Absent.class);
  }

  @Test
  void onePushedTooLongAgoHasExpiredAndTheNextPushBringsItBack() {
    branches("feature/a");
    pushed.put("feature/a", NOW.minus(Duration.ofMinutes(121)));
    assertThat(of("feature/a"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class,
            gone -> {
              assertThat(gone.why()).isEqualTo(Wanted.Why.EXPIRED);
              assertThat(gone.reason()).contains("push to bring it back");
            });

    pushed.put("feature/a", NOW.minus(Duration.ofMinutes(119)));
    assertThat(of("feature/a")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aDeletedBranchTakesItsPreviewAlong() {
    branches("feature/a", "feature/b");
    hold();
    branches.remove("feature/a");

    assertThat(of("feature/a"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class, gone -> assertThat(gone.why()).isEqualTo(Wanted.Why.GONE));
    assertThat(of("feature/b")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void whatIsNotKnownToBeDeletedStays() {
    branches("feature/a");
    hold();
    branches.remove("feature/a");
    unread = Set.of("feature/a");
    assertThat(of("feature/a")).asString().contains("cannot be read now");
    assertThat(of("feature/a")).isInstanceOf(Wanted.Missing.class);

    unread = Set.of();
    trunk("environments/preview.yaml", text -> text + "    onBranchDeleted: keep\n");
    assertThat(of("feature/a")).isInstanceOf(Wanted.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slipway.yaml", "environments/preview.yaml"})
  void aTrunkThatIsWrongRemovesNothing(String file) {
    branches("feature/a");
    hold();
    branches.remove("feature/a");
    trunk = trunk.with(file, "spec: {");
    branches.put("main", trunk);

    assertThat(of("feature/a")).isInstanceOf(Wanted.Invalid.class);
  }

  @Test
  void aRuleThatIsTakenBackRemovesNothing() {
    branches("feature/a");
    hold();
    trunk("slipway.yaml", text -> text.replace("feature/*", "topic/*"));

    assertThat(of("feature/a")).isInstanceOf(Wanted.Missing.class);
  }

  @Test
  void theFirstRuleThatMatchesABranchCounts() {
    trunk(
        "slipway.yaml",
        text ->
            text.replace(
                "    - {match: \"feature/*\"",
                "    - {match: \"feature/x*\", environment: production}\n"
                    + "    - {match: \"feature/z*\", environment: preview}\n"
                    + "    - {match: \"feature/*\""));
    branches("feature/x1", "feature/z1", "feature/a");

    assertThat(previews()).containsOnlyKeys("preview.feature-z1", "preview.feature-a");
  }

  @Test
  void onlyBranchesThatTheAgentsFileLetsInHaveOne() {
    trunk("slipway.yaml", text -> text.replace("feature/*", "*"));
    branches("feature/a", "topic/b");

    assertThat(previews()).containsOnlyKeys("preview.feature-a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/srv/tryout", "/srv/{{host.name}}"})
  void aDirectoryThatAllPreviewsWouldShareIsRefused(String path) {
    branch("feature/a", TRYOUT.replace("/srv/{{environment}}", path));

    Guarded.assertRefused(
        of("feature/a"),
        "apps/tryout.yaml",
        "would be the same for every preview & put {{environment}} or {{branch.slug}} into it");
  }

  @Test
  void aUnitThatAllPreviewsWouldShareIsRefused() {
    branch("feature/a", TRYOUT.replace("@{{branch.slug}}", ""));

    Guarded.assertRefused(
        of("feature/a"), "apps/tryout.yaml", "unit 'tryout.service' would be the same");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv/shop/{{environment}}",
        "/srv/shop/releases/{{branch.slug}}",
        "/srv/{{environment}}/../shop",
        "/etc/{{environment}}",
        "/srv/{{branch}}"
      })
  void aBranchThatClaimsWhatIsProductionsGetsNothing(String path) {
    branch("feature/a", TRYOUT.replace("/srv/{{environment}}", path));

    assertThat(of("feature/a")).isInstanceOf(Wanted.Invalid.class);
    assertThat(Guarded.of(read().wanted(), "production", "shop")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aBranchNamesNoPortItself() {
    branch("feature/a", TRYOUT.replace("port: 9001", "port: 22"));

    assertThat(port("feature/a")).isEqualTo(9000);
  }

  @Test
  void twoBranchesThatShareADirectoryAreNotBothTaken() {
    branch("feature/a", TRYOUT.replace("{{environment}}", "{{environment}}"));
    branch(
        "feature/b",
        TRYOUT.replace("/srv/{{environment}}", "/srv/preview.feature-a/{{environment}}"));

    assertThat(previews().values()).filteredOn(Wanted.Invalid.class::isInstance).hasSize(1);
  }

  @Test
  void aDomainThatIsProductionsPoolIsRefused() {
    trunk =
        trunk.with(
            "environments/production.yaml",
            Guarded.PRODUCTION
                .replace("haproxy: {socket: /run/haproxy.sock}", "edge: {control: /run/edge.sock}")
                .replace(
                    "{name: shop, group: web, balancers: [{name: front}]}",
                    "{name: shop, group: web, balancers: [{name: front, backend:"
                        + " Feature-A.dev.example.com}]}"));
    branches.put("main", trunk);
    branches("feature/a", "feature/b");

    assertThat(of("feature/a")).asString().contains("is claimed by 'tryout' and by 'shop'");
    assertThat(of("feature/b")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aDomainThatAllPreviewsWouldShareIsRefused() {
    trunk(
        "environments/preview.yaml",
        text -> text.replace("{{branch.slug}}.dev.example.com", "dev.example.com"));
    branches("feature/a");

    assertThat(of("feature/a")).asString().contains("would be the same for every preview");
  }

  @Test
  void haproxyIsToldOfServersAndOfNoDomains() {
    trunk(
        "environments/preview.yaml",
        text -> text.replace("edge: {control: /run/edge.sock}", "haproxy: {socket: /run/h.sock}"));
    branches("feature/a");
    assertThat(of("feature/a"))
        .asString()
        .contains("HAProxy is not told of domains while it runs")
        .contains("every preview would be the same server of balancer 'front'");

    trunk =
        trunk.with(
            "environments/preview.yaml",
            PREVIEW
                .replace("edge: {control: /run/edge.sock}", "haproxy: {socket: /run/h.sock}")
                .replace("{{branch.slug}}.dev", "{{port}}.dev")
                .replace("[{name: front}]", "[{name: front, backend: \"preview_{{port}}\"}]"));
    branches.put("main", trunk);
    assertThat(deployment("feature/a").fronts().getFirst().route().backend())
        .isEqualTo("preview_9000");
  }

  @Test
  void whoseHistoryMayBeRewrittenIsKnown() {
    branches("feature/a");
    unread = Set.of("feature/b", "topic/c");

    assertThat(read().previewed()).containsExactlyInAnyOrder("feature/a", "feature/b");
  }
}
