package dev.slipway.agent.manifest.reading;

import static dev.slipway.agent.manifest.reading.DesiredTest.SHOP;
import static dev.slipway.agent.manifest.reading.DesiredTest.deployed;
import static dev.slipway.agent.manifest.reading.DesiredTest.invalid;
import static dev.slipway.agent.manifest.reading.DesiredTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Instance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: servers are named as written. Method: a small repository, one reference at a time. */
final class FrontsTest {
  @ParameterizedTest
  @CsvSource({
    "'{{host.name}}-{{port}}', web2-8001",
    "'{{environment}}:{{role}}.{{slot}}_{{host.name}}', production:shop.current_web2",
    "'{{host.address}}', web2.example.com"
  })
  void aServersNameFollowsItsPattern(String pattern, String name) {
    String server = "{name: front, backend: be_shop, server: \"%s\"}".formatted(pattern);
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT.replace("[{name: front}]", "[" + server + "]"));

    var route = deployed(read(tree), SHOP).fronts().getFirst().route();

    assertThat(route.backend()).isEqualTo("be_shop");
    assertThat(route.servers().get(new Instance("web2", "shop", "current")))
        .extracting(Route.Server::name)
        .isEqualTo(name);
  }

  @Test
  void aServersNameThatNoBalancerCouldHaveIsAProblem() {
    String server = "{name: front, server: \"%s\"}".formatted("{{host.address}}".repeat(12));
    String address = "{{host.name}}.a-rather-long-domain.example.com";
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT
                    .replace("[{name: front}]", "[" + server + "]")
                    .replace("{{host.name}}.example.com", address));

    assertThat(invalid(read(tree), SHOP)).contains("is not a server name");
  }

  private static final String HAPROXY = "haproxy: {socket: /run/haproxy.sock}";

  private static MapTree behind(String balancer, String front) {
    return Shop.tree()
        .with(
            "environments/production.yaml",
            Shop.ENVIRONMENT
                .replace("{name: front, " + HAPROXY + "}", "{name: front, " + balancer + "}")
                .replace("[{name: front}]", "[" + front + "]"));
  }

  private static BalancerSpec balancer(String nginx) {
    return deployed(read(behind("nginx: " + nginx, "{name: front}")), SHOP)
        .fronts()
        .getFirst()
        .balancer();
  }

  @Test
  void anNginxIsReadWithWhatIsUsualAndWithAllThatCanBeSaid() {
    assertThat(balancer("{file: /etc/nginx/slipway/shop.conf}"))
        .isEqualTo(
            new BalancerSpec.Nginx(
                "front",
                List.of(),
                "/etc/nginx/slipway/shop.conf",
                Optional.empty(),
                "127.0.0.1:8079",
                3,
                Optional.empty()));
    assertThat(
            balancer(
                "{group: web, file: /srv/a.conf, config: /srv/n.conf, status: \"127.0.0.2:81\","
                    + " maxFails: 0, accessLog: /var/log/shop.log}"))
        .isInstanceOfSatisfying(
            BalancerSpec.Nginx.class,
            nginx -> {
              assertThat(nginx.hosts()).hasSize(4);
              assertThat(nginx.config()).contains("/srv/n.conf");
              assertThat(nginx.status()).isEqualTo("127.0.0.2:81");
              assertThat(nginx.maxFails()).isZero();
              assertThat(nginx.accessLog()).contains("/var/log/shop.log");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{file: shop.conf} | is not a file that nginx can include",
        "{file: /etc/nginx/../passwd} | is not a file that nginx can include",
        "{file: /etc/nginx/*.conf} | is not a file that nginx can include",
        "{file: \"/etc/a;b\"} | is not a file that nginx can include",
        "{file: /a.conf, config: \"/b c\"} | is not a configuration of nginx",
        "{file: /a.conf, status: \"10.0.0.1:80\"} | is not a port that only the machine itself",
        "{file: /a.conf, status: \"127.0.0.1:70000\"} | is not a port that only the machine itself",
        "{file: /a.conf, status: \"127.0.0.1:0\"} | is not a port that only the machine itself",
        "{file: /a.conf, maxFails: -1} | is not a number of failures in range",
        "{file: /a.conf, accessLog: \"/b c\"} | is not a log of nginx",
        "{group: lb, file: /a.conf} | lb",
        "{} | file",
        "{file: /a.conf, weight: 1} | weight"
      })
  void whatNginxCannotDoWithIsAProblem(String nginx, String fact) {
    var problems = Validation.tree(behind("nginx: " + nginx, "{name: front}")).problems();

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().toString()).contains(fact);
  }

  private static final String SITE =
      Shop.APPLICATION
          .replace("{systemd: {unit: shop.service}}", "none")
          .replace("port: 8001", "slots: [{name: blue}, {name: green}]");

  private static MapTree linked(String symlink, String front) {
    return behind("symlink: " + symlink, front).with("apps/shop.yaml", SITE);
  }

  @Test
  void aLinkIsOneForEachHostAndLeadsToSlotsWithoutPorts() {
    var front =
        deployed(read(linked("{link: \"/srv/shop/live-{{host.name}}\"}", "{name: front}")), SHOP)
            .fronts()
            .getFirst();

    assertThat(front.balancer())
        .isInstanceOfSatisfying(
            BalancerSpec.Symlink.class,
            symlink ->
                assertThat(symlink.links())
                    .hasSize(4)
                    .extracting(BalancerSpec.Link::path)
                    .contains("/srv/shop/live-web2"));
    assertThat(front.route().servers().get(new Instance("web2", "shop", "green")))
        .extracting(Route.Server::name)
        .isEqualTo("/srv/shop/green");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{link: /srv/shop/../../etc} | {name: front} | is outside allowed base",
        "{link: /srv/shop/green} | {name: front} | is the link of a slot itself",
        "{link: \"/srv/{{port}}/live\"} | {name: front} | names port, which has no value here",
        "{link: /srv/shop/live} | {name: front, backend: be} | a link has no backends",
        "{link: /srv/shop/live} | {name: front, server: web} | a link has no backends",
        "{link: live} | {name: front} | is outside allowed base",
        "{} | {name: front} | link"
      })
  void whatALinkCannotBeIsAProblem(String symlink, String front, String fact) {
    assertThat(Validation.tree(linked(symlink, front)).problems())
        .anySatisfy(problem -> assertThat(problem.toString()).contains(fact));
  }

  @Test
  void aLinkThatTheAgentsOwnFileDoesNotAllowIsAProblem() {
    assertThat(invalid(read(linked("{link: /etc/passwd}", "{name: front}")), SHOP))
        .contains("is outside allowed base /srv");
  }

  @ParameterizedTest
  @CsvSource({"-be", "_be", "'be:shop'"})
  void input65AnUpstreamThatNginxCouldNotHaveIsAProblem(String backend) {
    var tree =
        behind("nginx: {file: /a.conf}", "{name: front, backend: \"%s\"}".formatted(backend));

    assertThat(invalid(read(tree), SHOP)).contains("upstream of nginx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_web1.example.com", "web1:80.example.com", ".web1.example.com"})
  void input66AnAddressThatNginxWouldTakeForSomethingElseIsAProblem(String address) {
    String environment =
        Shop.ENVIRONMENT
            .replace(HAPROXY, "nginx: {file: /a.conf}")
            .replace("{{host.name}}.example.com", address)
            .replace("web[1:4]", "web1");
    var tree = Shop.tree().with("environments/production.yaml", environment);

    assertThat(invalid(read(tree), SHOP)).contains("cannot stand in a file of nginx");
  }

  @Test
  void anUpstreamBelongsToOneApplication() {
    String nginx = "nginx: {file: /a.conf}";
    String environment =
        Shop.ENVIRONMENT
                .replace(HAPROXY, nginx)
                .replace("[{name: front}]", "[{name: front, backend: all}]")
            + "    - {name: api, group: web, balancers: [{name: front, backend: All}]}\n";
    var tree =
        Shop.tree()
            .with("environments/production.yaml", environment)
            .with("apps/api.yaml", Shop.APPLICATION.replace("shop", "api").replace("8001", "8002"))
            .with("releases/api/index.html", "hello");

    assertThat(invalid(read(tree), new Target("shop", "production", "api")))
        .contains("upstream 'all'", "'shop'");
  }

  @Test
  void aBalancersMasterAndStateDirectoryAreRead() {
    var tree =
        Shop.tree()
            .with(
                "environments/production.yaml",
                Shop.ENVIRONMENT.replace(
                    "{socket: /run/haproxy.sock}",
                    "{socket: /run/haproxy.sock, master: /run/m.sock, stateDirectory:"
                        + " /var/lib/s}"));

    assertThat(deployed(read(tree), SHOP).fronts().getFirst().balancer())
        .isEqualTo(
            new BalancerSpec.Haproxy(
                "front",
                List.of(),
                "/run/haproxy.sock",
                Optional.of("/run/m.sock"),
                Optional.of("/var/lib/s")));
  }

  private static final String ISTIO =
      "istio: {namespace: shops, virtualService: shop, secretRef: {name: kube}%s}";

  @Test
  void aRouteOfIstioIsFoundByTheSecretAndTheNamesOfItsObjects() {
    var front = deployed(read(behind(ISTIO.formatted(""), "{name: front}")), SHOP).fronts();

    assertThat(front.getFirst().balancer())
        .isInstanceOfSatisfying(
            BalancerSpec.Istio.class,
            istio -> {
              assertThat(istio.kubeconfig().toString()).endsWith("/production/kube");
              assertThat(istio.namespace()).isEqualTo("shops");
              assertThat(istio.virtualService()).isEqualTo("shop");
              assertThat(istio.destinationRule()).isEqualTo("shop");
            });
    assertThat(front.getFirst().route().backend()).isEqualTo("shop");
  }

  @ParameterizedTest
  @CsvSource({"{name: front}, primary", "'{name: front, backend: second}', second"})
  void theRouteOfIstioIsNamedByTheBalancerOrByWhoStandsBehindIt(String front, String route) {
    var balancer = ISTIO.formatted(", route: primary, destinationRule: members");
    var read = deployed(read(behind(balancer, front)), SHOP).fronts().getFirst();

    assertThat(read.route().backend()).isEqualTo(route);
    assertThat(read.balancer())
        .isInstanceOfSatisfying(
            BalancerSpec.Istio.class,
            istio -> assertThat(istio.destinationRule()).isEqualTo("members"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{virtualService: shop, secretRef: {name: k}} | namespace",
        "{namespace: shops, virtualService: shop} | secretRef",
        "{namespace: ../x, virtualService: shop, secretRef: {name: k}} | is not a name of"
            + " Kubernetes",
        "{namespace: s, virtualService: Shop, secretRef: {name: k}} | is not a name of Kubernetes",
        "{namespace: s, virtualService: shop, secretRef: {name: /etc/k}} | not the name of a"
            + " secret",
        "{namespace: s, virtualService: shop, secretRef: {name: k}, token: x} | token"
      })
  void whatIstioCannotBeFoundByIsAProblem(String istio, String fact) {
    assertThat(Validation.tree(behind("istio: " + istio, "{name: front}")).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains(fact));
  }

  @Test
  void aRouteOfIstioBelongsToOneApplication() {
    var tree =
        behind(ISTIO.formatted(", route: primary"), "{name: front}")
            .with(
                "apps/api.yaml",
                Shop.APPLICATION
                    .replace("name: shop", "name: api")
                    .replace("/srv/shop", "/srv/api")
                    .replace("8001", "8002")
                    .replace("shop.service", "api.service"));
    String environment =
        Shop.ENVIRONMENT.replace(
            "{name: front, " + HAPROXY + "}",
            "{name: front, " + ISTIO.formatted(", route: primary") + "}");

    var problems =
        Validation.tree(
                tree.with(
                    "environments/production.yaml",
                    environment + "    - {name: api, group: web, balancers: [{name: front}]}\n"))
            .problems();

    assertThat(problems.toString()).contains("http route 'primary'", "is claimed by");
  }
}
