package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.plan.Amount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: a repository means what the specification says, within bounds that no commit widens, and a
 * wrong part disturbs no other. Method: small repositories, changed in one place at a time.
 */
class DesiredTest {
  static final Target SHOP = new Target("shop", "production", "shop");
  private static final Target API = new Target("shop", "production", "api");

  @Test
  void putsADeploymentTogetherFromAllFiles() {
    Deployment shop = deployed(read(Shop.tree()), SHOP);
    assertThat(shop.branch()).isEqualTo("main");
    assertThat(shop.revision()).isEqualTo(Shop.tree().commit());
    assertThat(shop.strategy()).isEqualTo(Rolling.DEFAULT);
    assertThat(shop.release().source())
        .isEqualTo(new ArtifactSource.Tree("shop", Shop.tree().commit(), "releases/shop"));
    assertThat(shop.fleet().hosts(shop.fleet().application().judged()))
        .extracting(Host::address)
        .containsExactly(
            "web1.example.com", "web2.example.com", "web3.example.com", "web4.example.com");
    assertThat(shop.ssh().orElseThrow().privateKey())
        .isEqualTo(Path.of("/etc/slipway/secrets/production/key"));
    assertThat(shop.ssh().orElseThrow().knownHosts())
        .isEqualTo(Path.of("/etc/slipway/known_hosts"));
    assertThat(shop.maxConcurrentRollouts()).isEqualTo(4);
  }

  @Test
  void standsEachInstanceInItsBalancer() {
    Deployment shop = deployed(read(Shop.tree()), SHOP);
    Deployment.Front front = shop.fronts().getFirst();
    assertThat(front.balancer())
        .isEqualTo(new BalancerSpec.Haproxy("front", List.of(), "/run/haproxy.sock"));
    assertThat(front.route().backend()).isEqualTo("shop");
    assertThat(front.route().servers().get(new Instance("web2", "shop", "current")))
        .hasToString("Server[name=web2, address=web2.example.com, port=8001]");
  }

  @Test
  void laysEnvironmentOverApplicationAndHostBesideThem() {
    var tree =
        Shop.tree()
            .with("apps/shop.yaml", Shop.application("env: {clear: {A: \"1\", B: \"1\"}}"))
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT
                    .replace("group: web, b", "group: web, env: {clear: {B: \"2\"}}, b")
                    .replace("groups: [web]}", "groups: [web], env: {clear: {C: \"3\"}}}"));
    Deployment shop = deployed(read(tree), SHOP);
    assertThat(shop.release().env()).containsOnly(Map.entry("A", "1"), Map.entry("B", "2"));
    assertThat(shop.fleet().hosts(shop.fleet().application().judged()))
        .allSatisfy(host -> assertThat(host.env()).containsOnly(Map.entry("C", "3")));
  }

  @Test
  void laysTheProjectsDefaultsUnderTheApplication() {
    String defaults = "  defaults: {keepReleases: 7, healthcheck: {path: /ok, timeout: 2s}}\n";
    var tree =
        Shop.tree()
            .with("slipway.yaml", Shop.PROJECT + defaults)
            .with("apps/shop.yaml", Shop.application("healthcheck: {timeout: 3s}"));
    var application = deployed(read(tree), SHOP).fleet().application();
    assertThat(application.keepReleases()).isEqualTo(7);
    assertThat(application.judged().health())
        .isInstanceOfSatisfying(
            Health.Http.class,
            http -> {
              assertThat(http.path()).isEqualTo("/ok");
              assertThat(http.timing().timeout()).isEqualTo(Duration.ofSeconds(3));
            });
  }

  @Test
  void aChoiceOfTheApplicationReplacesTheOneBelow() {
    String defaults = "  defaults: {port: 1, healthcheck: {path: /ok, host: h, timeout: 2s}}\n";
    var exec =
        Shop.tree()
            .with("slipway.yaml", Shop.PROJECT + defaults)
            .with("apps/shop.yaml", Shop.application("healthcheck: {exec: [bin/ok]}"));
    assertThat(deployed(read(exec), SHOP).fleet().application().judged().health())
        .isInstanceOfSatisfying(
            Health.Exec.class,
            of -> assertThat(of.timing().timeout()).isEqualTo(Duration.ofSeconds(2)));
    var slots =
        exec.with(
            "apps/shop.yaml",
            Shop.APPLICATION
                .replace("port: 8001", "slots: [{name: a, port: 2}, {name: b, port: 3}]")
                .replace("shop.service", "\"shop@{{slot}}.service\""));
    assertThat(deployed(read(slots), SHOP).fleet().application().judged())
        .satisfies(role -> assertThat(role.slots()).hasSize(2))
        .extracting(role -> ((Health.Http) role.health()).host().orElse(""))
        .isEqualTo("h");
  }

  @Test
  void aDefaultPathDoesNotTurnAWorkerIntoAServer() {
    String worker = Shop.APPLICATION.replace("  port: 8001\n", "");
    var tree =
        Shop.tree()
            .with("slipway.yaml", Shop.PROJECT + "  defaults: {healthcheck: {path: /ok}}\n")
            .with("apps/shop.yaml", worker)
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT.replace(", balancers: [{name: front}]", ""));
    assertThat(deployed(read(tree), SHOP).fleet().application().judged().health())
        .isInstanceOf(Health.Running.class);
  }

  @Test
  void theEnvironmentsStrategyGoesBeforeTheBranchsAndAFileBeforeWhatIsBuiltIn() {
    var ofBranch =
        Shop.tree()
            .with("slipway.yaml", Shop.PROJECT.replace("production}", "production, strategy: s}"))
            .with(
                "strategies/s.yaml",
                Shop.strategy("{rolling: {batches: [1, 50%]}}").replace("special", "s"));
    assertThat(deployed(read(ofBranch), SHOP).strategy())
        .isInstanceOfSatisfying(
            Rolling.class,
            rolling ->
                assertThat(rolling.batches())
                    .containsExactly(new Amount.Count(1), new Amount.Percent(50)));
    var ofEnvironment =
        ofBranch.with(
            "environments/production.yaml",
            Shop.ENVIRONMENT.replace("group: web, b", "group: web, strategy: recreate, b"));
    assertThat(deployed(read(ofEnvironment), SHOP).strategy()).isEqualTo(Recreate.DEFAULT);
  }

  @Test
  void applicationsComeFromTheBranchAndEnvironmentsFromTheTrunkAlone() {
    var trunk =
        Shop.tree().with("slipway.yaml", Shop.PROJECT.replace("match: main", "match: live"));
    var branch =
        Shop.tree()
            .with("apps/shop.yaml", Shop.APPLICATION.replace("\"1.0\"", "\"2.0\""))
            .with("environments/production.yaml", "what the branch says of hosts is not read")
            .with("slipway.yaml", "nor what it says of branches");
    var wanted =
        Shop.wanted(
            config("refs: [live]"), "shop", trunk, Map.of("main", trunk, "live", branch), Set.of());
    Deployment shop = deployed(wanted, SHOP);
    assertThat(shop.release().version()).isEqualTo("2.0");
    assertThat(shop.revision()).isEqualTo(branch.commit());
  }

  @Test
  void noCommitNamesAHostThatIsOutOfBounds() {
    String elsewhere = Shop.ENVIRONMENT.replace("}}.example.com", "}}.example.org");
    assertThat(invalid(read(Shop.tree().with("environments/production.yaml", elsewhere)), SHOP))
        .contains("host 'web1.example.org' is not in the bounds of environment 'production'");
  }

  @Test
  void noBranchAsksForAnEnvironmentThatTheAgentDoesNotGrantIt() {
    var wanted =
        Shop.wanted(
            config("refs: [release]"), "shop", Shop.tree(), Map.of("main", Shop.tree()), Set.of());
    assertThat(invalid(wanted, SHOP))
        .contains("slipway.yaml:6:15", "branch 'main' may not ask for environment 'production'");
  }

  @Test
  void theAgentsOwnMachineIsAHostOnlyWhereTheAgentsFileSaysSo() {
    String local =
        Shop.ENVIRONMENT
            .replace("  ssh: {user: deploy, secretRef: {name: key}}\n", "")
            .replace("web[1:4]", "web1")
            .replace("groups: [web]}", "groups: [web], local: true}");
    var tree = Shop.tree().with("environments/production.yaml", local);
    assertThat(invalid(read(tree), SHOP)).contains("is the agent's own machine");
    var allowed =
        Shop.wanted(
            config("refs: [main], local: true"), "shop", tree, Map.of("main", tree), Set.of());
    var fleet = deployed(allowed, SHOP).fleet();
    assertThat(fleet.hosts(fleet.application().judged()))
        .extracting(Host::reach)
        .containsExactly(Reach.LOCAL);
    assertThat(deployed(allowed, SHOP).ssh()).isEmpty();
  }

  @Test
  void releasesLieBelowABaseOfTheAgentsFile() {
    var tree =
        Shop.tree().with("apps/shop.yaml", Shop.APPLICATION.replace("/srv/shop", "/data/shop"));
    assertThat(invalid(read(tree), SHOP))
        .contains("'/data/shop' is outside allowed base /srv, /opt, /var/www, /home");
    var wider =
        Shop.wanted(
            config("refs: [main], deployPaths: [/data]"),
            "shop",
            tree,
            Map.of("main", tree),
            Set.of());
    assertThat(deployed(wider, SHOP).fleet().application().deployPath()).isEqualTo("/data/shop");
  }

  @Test
  void aWrongApplicationStopsNoOther() {
    var tree = two().with("apps/api.yaml", "spec: [");
    var wanted = read(tree);
    assertThat(invalid(wanted, API)).contains("apps/api.yaml:1");
    assertThat(deployed(wanted, SHOP).release().version()).isEqualTo("1.0");
  }

  @Test
  void aWrongEnvironmentStopsItsApplicationsAndThoseThatAreKnown() {
    var tree = Shop.tree().with("environments/production.yaml", Shop.ENVIRONMENT + "  hots: []\n");
    var wanted =
        Shop.wanted(config("refs: [main]"), "shop", tree, Map.of("main", tree), Set.of(SHOP));
    assertThat(invalid(wanted, SHOP)).contains("unknown key 'hots'; did you mean 'hosts'?");
  }

  @Test
  void whatVanishedIsMissingAndNotRemoved() {
    var wanted =
        Shop.wanted(
            config("refs: [main]"),
            "shop",
            Shop.tree().without("apps/shop.yaml"),
            Map.of("main", Shop.tree().without("apps/shop.yaml")),
            Set.of(SHOP, API));
    assertThat(wanted)
        .containsExactlyInAnyOrder(
            new Wanted.Missing(API, "environments/production.yaml does not list 'api'"),
            new Wanted.Missing(SHOP, "apps/shop.yaml does not exist on branch 'main'"));
  }

  @Test
  void aFileThatNeverWasIsAProblemOfTheList() {
    assertThat(invalid(read(Shop.tree().without("apps/shop.yaml")), SHOP))
        .contains("environments/production.yaml:11:14", "apps/shop.yaml does not exist on branch");
  }

  @Test
  void aDeletedBranchLeavesItsApplicationsMissing() {
    var wanted = Shop.wanted(config("refs: [main]"), "shop", Shop.tree(), Map.of(), Set.of(SHOP));
    assertThat(wanted).containsExactly(new Wanted.Missing(SHOP, "branch 'main' does not exist"));
  }

  @Test
  void twoRulesForOneEnvironmentStopIt() {
    String rules = Shop.PROJECT + "    - {match: other, environment: production}\n";
    assertThat(invalid(read(Shop.tree().with("slipway.yaml", rules)), SHOP))
        .contains("slipway.yaml:7:15", "two rules claim environment 'production'");
  }

  @Test
  void aPatternOfBranchesIsRefusedByName() {
    String rules = Shop.PROJECT.replace("match: main", "match: \"feature/*\"");
    assertThat(invalid(read(Shop.tree().with("slipway.yaml", rules)), SHOP))
        .contains("needs an environment with previews");
  }

  @Test
  void twoApplicationsShareNoDirectoryPortOrServer() {
    assertThat(invalid(read(two()), API))
        .contains(
            "deployPath /srv/shop on web1.example.com is claimed by 'api' (host web1) and by"
                + " 'shop'",
            "unit shop.service on web1.example.com",
            "port 8001 on web1.example.com");
    var below = two();
    below =
        below.with(
            "apps/api.yaml",
            Shop.APPLICATION
                .replace("name: shop", "name: api")
                .replace("/srv/shop", "/srv/shop/inside")
                .replace("shop.service", "api.service")
                .replace("8001", "8002"));
    assertThat(invalid(read(below), API)).contains("deployPath /srv/shop/inside");
    assertThat(deployed(read(below), SHOP).target()).isEqualTo(SHOP);
  }

  @Test
  void localHostsNeedDirectoriesOfTheirOwn() {
    String local =
        Shop.ENVIRONMENT.replace(
            "\"{{host.name}}.example.com\", groups: [web]",
            "\"{{host.name}}.example.com\", local: true, groups: [web]");
    var tree = Shop.tree().with("environments/production.yaml", local);
    var config = config("refs: [main], local: true");
    assertThat(invalid(Shop.wanted(config, "shop", tree, Map.of("main", tree), Set.of()), SHOP))
        .contains("deployPath /srv/shop on the agent's machine is claimed by 'shop' (host web2)");
  }

  @Test
  void aRangeKeepsItsDigitsAndAHostInRepairTakesNoPart() {
    String text =
        Shop.ENVIRONMENT
            .replace("web[1:4]", "web[08:11]")
            .replace(
                "  balancers:\n", "    - {name: w, groups: [web], suspend: true}\n  balancers:\n")
            .replace("{name: w,", "{name: w, address: w.example.com,");
    var fleet =
        deployed(read(Shop.tree().with("environments/production.yaml", text)), SHOP).fleet();
    assertThat(fleet.hosts(fleet.application().judged()))
        .extracting(Host::name)
        .containsExactly("web08", "web09", "web10", "web11");
  }

  @Test
  void anEnvironmentHasALimitOfHosts() {
    String text = Shop.ENVIRONMENT.replace("web[1:4]", "web[1:2001]");
    assertThat(invalid(read(Shop.tree().with("environments/production.yaml", text)), SHOP))
        .contains("more hosts than the limit 'hosts per environment' of 2000");
    String falling = Shop.ENVIRONMENT.replace("web[1:4]", "web[4:1]");
    assertThat(invalid(read(Shop.tree().with("environments/production.yaml", falling)), SHOP))
        .contains("'web[4:1]' is a range without a host");
  }

  @Test
  void aTemplateNamesOnlyWhatHasAValue() {
    String text = Shop.APPLICATION.replace("shop.service", "\"shop@{{colour}}.service\"");
    assertThat(invalid(read(Shop.tree().with("apps/shop.yaml", text)), SHOP))
        .contains("names colour, which has no value here", "{{slot}}");
  }

  private static MapTree two() {
    return Shop.tree()
        .with("apps/api.yaml", Shop.APPLICATION.replace("name: shop", "name: api"))
        .with("environments/production.yaml", Shop.ENVIRONMENT + "    - {name: api, group: web}\n");
  }

  static List<Wanted> read(MapTree tree) {
    var branches = new HashMap<String, Tree>();
    branches.put("main", tree);
    return Shop.wanted(config("refs: [main]"), "shop", tree, branches, Set.of());
  }

  static AgentConfig config(String bounds) {
    String text = Shop.agent("https://git.example.com/shop.git").replace("refs: [main]", bounds);
    return AgentFile.parse(
                text.getBytes(StandardCharsets.UTF_8), Path.of("/etc/slipway/agent.yaml"), Map.of())
            instanceof Parsed.Valid<AgentConfig>(var config)
        ? config
        : org.assertj.core.api.Assertions.fail(text);
  }

  static Deployment deployed(List<Wanted> wanted, Target target) {
    Wanted found = of(wanted, target);
    return found instanceof Wanted.Deploy(var deployment, var _, var _, var _)
        ? deployment
        : org.assertj.core.api.Assertions.fail(found.toString());
  }

  static String invalid(List<Wanted> wanted, Target target) {
    Wanted found = of(wanted, target);
    return found instanceof Wanted.Invalid invalid
        ? invalid.problems().toString()
        : org.assertj.core.api.Assertions.fail(found.toString());
  }

  private static Wanted of(List<Wanted> wanted, Target target) {
    return wanted.stream()
        .filter(each -> each.target().equals(target))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + target + " in " + wanted));
  }
}
