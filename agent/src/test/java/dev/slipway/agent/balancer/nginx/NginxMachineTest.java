package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.seen;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.bootstrap.Access;
import dev.slipway.agent.host.bootstrap.Bootstrap;
import dev.slipway.agent.host.bootstrap.HostNeeds;
import dev.slipway.agent.host.bootstrap.NginxNeeds;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: Debian's nginx on another machine is steered by a user who has the rights that bootstrap
 * gives and no others. Method: a real machine, reached over SSH.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NginxMachineTest {
  private static final String FILE = "/etc/nginx/slipway/shop.conf";
  private static final Epoch AGENT = new Epoch("store", 2);
  private static final Epoch OLDER = new Epoch("store", 1);
  private static final Traffic BOTH = Traffic.stable(Map.of(A, SERVING, B, SERVING));
  private static final Traffic A_DRAINS = Traffic.stable(Map.of(A, DRAINING, B, SERVING));
  private static final Route ROUTE =
      new Route(
          "be_shop",
          Map.of(
              A, new Route.Server("a", "127.0.0.1", 9001),
              B, new Route.Server("b", "127.0.0.1", 9002)));

  /** What people have: members, and a server that passes requests on. */
  private static final String OWN =
      """
      rm -f /etc/nginx/sites-enabled/default /etc/sudoers.d/deploy
      cat >/etc/nginx/conf.d/shop.conf <<'END'
      include /etc/nginx/slipway/*.conf;
      server { listen 127.0.0.1:8080; location / { proxy_pass http://be_shop; } }
      server { listen 127.0.0.1:9001; location / { return 200 a; } }
      server { listen 127.0.0.1:9002; location / { return 200 b; } }
      END
      """;

  private final DockerHosts hosts;
  private final Machines machines;
  private final BalancerSpec.Nginx spec;

  NginxMachineTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("lb1"), 1, "SYS_ADMIN");
    machines = Machines.open(Optional.of(hosts.login()));
    spec = new BalancerSpec.Nginx("front", List.of(host()), FILE);
    run(OWN);
    var needs =
        new HostNeeds(
            "test",
            host(),
            Optional.of(hosts.login()),
            List.of(),
            List.of(),
            List.of(new NginxNeeds(spec.file(), spec.config(), spec.status())));
    run(
        "cat >/root/b.sh <<'BOOTSTRAP'\n%s\nBOOTSTRAP\nsh /root/b.sh"
            .formatted(Bootstrap.of(needs, Access.UNCHANGED).text()));
    run("cat >%s <<'END'\n%sEND\nsystemctl restart nginx".formatted(FILE, first()));
  }

  @AfterAll
  void removeHosts() {
    machines.close();
    hosts.close();
  }

  private Host host() {
    return new Host("lb1", hosts.host("lb1").address(), Optional.empty(), Reach.SSH, Map.of());
  }

  private String run(String script) {
    var ended = hosts.host("lb1").run(script);
    assertThat(ended.status()).as("%s: %s", script, ended.output()).isZero();
    return ended.output().strip();
  }

  private String first() {
    var lacking = NginxBalancers.lacking(spec, ROUTE, machines);
    assertThat(lacking).containsOnlyKeys("front@lb1");
    return lacking.getOrDefault("front@lb1", List.of()).stream()
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .map(line -> line.substring(2) + "\n")
        .collect(Collectors.joining());
  }

  private Balancer balancer() {
    return NginxBalancers.open(spec, ROUTE, machines, Become.SUDO).getFirst();
  }

  private String asked() {
    return run("curl -s 127.0.0.1:8080");
  }

  @Test
  void aUserWithThoseRightsSteersIt() {
    assertThat(balancer().name()).isEqualTo("front@lb1");
    now(balancer().make(BOTH, AGENT));
    assertThat(List.of(asked(), asked())).containsExactlyInAnyOrder("a", "b");

    var drained = now(balancer().make(A_DRAINS, AGENT));

    assertThat(seen(drained, A).state()).isEqualTo(DRAINING);
    assertThat(List.of(asked(), asked())).containsOnly("b");
    await().until(() -> seen(now(balancer().observe()), A).sessions().equals(OptionalInt.of(0)));
    assertThat(Trials.refusal(balancer().make(BOTH, OLDER))).contains("epoch");
    now(balancer().make(BOTH, AGENT));
  }

  @Test
  void oneThatIsStoppedProvablyCarriesNothingAndComesBackAsItWas() {
    now(balancer().make(A_DRAINS, AGENT));
    run("systemctl stop nginx");

    assertThat(balancer().observe())
        .isInstanceOfSatisfying(
            Answer.Unreachable.class,
            gone ->
                assertThat(gone.still())
                    .hasValueSatisfying(proof -> assertThat(proof).contains("lb1", "no nginx")));
    run("systemctl start nginx");

    assertThat(seen(now(balancer().observe()), A).state()).isEqualTo(DRAINING);
    assertThat(asked()).isEqualTo("b");
    now(balancer().make(BOTH, AGENT));
  }
}
