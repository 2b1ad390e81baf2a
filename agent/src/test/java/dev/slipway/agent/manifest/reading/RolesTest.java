package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: an application with several roles is read whole, and roles that would get in each other's
 * way are refused with the place and a way out.
 *
 * <p>Method: a small repository that is right, made wrong in one place at a time.
 */
class RolesTest {
  private static final String ROLES =
      """
      roles:
        web:
          service: {systemd: {unit: shop.service}}
          port: 8001
          drain: {timeout: 7s}
        worker:
          service: {systemd: {unit: shop-worker.service}}
          stop: {timeout: 10m}
      """;

  private static final String PLACED =
      """
          - {name: "job[1:2]", address: "{{host.name}}.example.com", groups: [job]}
        balancers:
          - {name: front, haproxy: {socket: /run/haproxy.sock}}
        applications:
          - name: shop
            roles:
              web: {group: web, balancers: [{name: front}]}
              worker: {group: job}
      """;

  private static String application(String roles) {
    return Shop.APPLICATION
            .replace("  service: {systemd: {unit: shop.service}}\n", "")
            .replace("  port: 8001\n", "")
        + roles.indent(2);
  }

  private static String environment(String placed) {
    int end = Shop.ENVIRONMENT.indexOf("  balancers:");
    return Shop.ENVIRONMENT.substring(0, end) + placed;
  }

  private static MapTree tree(String roles, String placed) {
    return Shop.tree()
        .with("apps/shop.yaml", application(roles))
        .with("environments/production.yaml", environment(placed));
  }

  private static Wanted read(MapTree tree) {
    var branches = new HashMap<String, Tree>();
    branches.put("main", tree);
    return Shop.wanted(DesiredTest.config("refs: [main]"), "shop", tree, branches, Set.of())
        .getFirst();
  }

  private static Deployment deployed(MapTree tree) {
    return read(tree) instanceof Wanted.Deploy(var deployment, var _, var _, var _)
        ? deployment
        : fail(read(tree).toString());
  }

  private static String invalid(MapTree tree) {
    return read(tree) instanceof Wanted.Invalid invalid
        ? invalid.problems().toString()
        : fail(read(tree).toString());
  }

  @Test
  void eachRoleHasItsHostsItsServiceAndItsTimes() {
    Deployment shop = deployed(tree(ROLES, PLACED));
    Fleet fleet = shop.fleet();
    Role web = fleet.application().roles().getFirst();
    Role worker = fleet.application().roles().getLast();

    assertThat(fleet.application().judged().name()).isEqualTo("web");
    assertThat(fleet.hosts(web)).extracting(Host::name).hasSize(4).contains("web1");
    assertThat(fleet.hosts(worker)).extracting(Host::name).containsExactly("job1", "job2");
    assertThat(web.drain().timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(worker.stopTimeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(worker.health()).isInstanceOf(Health.Running.class);
    assertThat(shop.release().services())
        .containsExactly(
            Map.entry("web", new Service.Systemd("shop.service")),
            Map.entry("worker", new Service.Systemd("shop-worker.service")));
    assertThat(shop.fronts()).extracting(Deployment.Front::role).containsExactly("web");
  }

  @Test
  void groupsMayOverlapAndOneLinkMayBeShared() {
    Deployment shop = deployed(tree(ROLES, PLACED.replace("group: job}", "group: web}")));

    assertThat(shop.fleet().oneOfEachHost()).hasSize(4);
    Role worker = shop.fleet().application().roles().getLast();
    assertThat(shop.fleet().rolesOn(shop.fleet().hosts(worker).getFirst()))
        .extracting(Role::name)
        .containsExactly("web", "worker");
  }

  @Test
  void aRoleWithoutHostsIsRefused() {
    assertThat(invalid(tree(ROLES, PLACED.replace("        worker: {group: job}\n", ""))))
        .contains("role 'worker' of 'shop' has no hosts here")
        .contains("write roles, with a group for each of web, worker");
    assertThat(
            invalid(
                tree(
                    ROLES,
                    PLACED.substring(0, PLACED.indexOf("    - name: shop"))
                        + "    - {name: shop, group: web}\n")))
        .contains("role 'web' of 'shop' has no hosts here");
  }

  @Test
  void aRoleThatTheApplicationDoesNotHaveIsRefused() {
    assertThat(invalid(tree(ROLES, PLACED + "        cron: {group: job}\n")))
        .contains("'shop' has no role 'cron'")
        .contains("use web, worker");
    var one = Shop.tree().with("environments/production.yaml", environment(PLACED));
    assertThat(invalid(one)).contains("'shop' has one role, and more are placed here");
  }

  @Test
  void rolesThatClaimTheSameThingOnAHostAreRefused() {
    String onWeb = PLACED.replace("group: job}", "group: web}");
    assertThat(invalid(tree(ROLES.replace("shop-worker.service", "shop.service"), onWeb)))
        .contains("unit shop.service on web1.example.com is claimed by 'shop' (role worker,")
        .contains("'shop' (role web, host web1)");
    assertThat(invalid(tree(ROLES.replace("  stop: {timeout: 10m}", "  port: 8001"), onWeb)))
        .contains("port 8001 on web1.example.com is claimed by 'shop' (role worker, host web1)");
  }

  @Test
  void aLinkIsSharedOnlyWhereItCanMoveAtOnce() {
    String onWeb = PLACED.replace("group: job}", "group: web}");
    String slots =
        ROLES
            .replace("port: 8001", "slots: [{name: blue, port: 1}, {name: green, port: 2}]")
            .replace("stop: {timeout: 10m}", "slots: [{name: green}]")
            .replace("shop.service", "\"shop@{{slot}}.service\"");
    assertThat(invalid(tree(slots, onWeb)))
        .contains("roles 'web' and 'worker' use the same link 'green' on host web1")
        .contains("give the slots other names");
    assertThat(invalid(tree(ROLES.replace("  stop: {timeout: 10m}", "  port: 8002"), onWeb)))
        .contains("and have two ports, but one PORT among their variables");
    assertThat(deployed(tree(slots.replace("[{name: green}]", "[{name: jobs}]"), onWeb)).fleet())
        .satisfies(fleet -> assertThat(fleet.application().roles()).hasSize(2));
  }

  @Test
  void rolesDoNotShareABackend() {
    String both =
        PLACED.replace(
            "worker: {group: job}",
            "worker: {group: job, balancers: [{name: front, server: \"w-{{host.name}}\"}]}");
    String ports = ROLES.replace("  stop: {timeout: 10m}", "  port: 8002");

    assertThat(invalid(tree(ports, both)))
        .contains("backend 'shop' of balancer 'front' is role 'web''s already")
        .contains("write backend: with another name");
    assertThat(
            deployed(tree(ports, both.replace("server: \"w", "backend: jobs, server: \"w")))
                .fronts())
        .extracting(Deployment.Front::role, front -> front.route().backend())
        .containsExactly(tuple("web", "shop"), tuple("worker", "jobs"));
  }

  @Test
  void whatStandsBesideRolesIsRefused() {
    assertThat(invalid(tree(ROLES + "port: 1\n", PLACED)))
        .contains("'port' stands beside roles")
        .contains("move it into the role");
  }

  @Test
  void defaultsLieUnderEveryRole() {
    var tree =
        tree(ROLES, PLACED)
            .with("slipway.yaml", Shop.PROJECT + "  defaults: {stop: {timeout: 3s}}\n");

    assertThat(deployed(tree).fleet().application().roles())
        .extracting(Role::stopTimeout)
        .isEqualTo(List.of(Duration.ofSeconds(3), Duration.ofMinutes(10)));
  }
}
