package dev.slipway.agent.balancer.haproxy.cfg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.fleet.Instance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: exactly the lines that are lacking are named. Method: a file that has all of them, and one
 * thing wrong at a time.
 */
class NeedsTest {
  private static final String WHOLE =
      """
      global
        stats socket ipv4@127.0.0.1:9999 level user
        stats socket /run/haproxy/admin.sock mode 660 level admin   # ours
        server-state-base /run/haproxy/admin.sock.slipway/state
      defaults
        load-server-state-from-file local
      defaults
        option redispatch
        load-server-state-from-file local
      backend be_other
        server web1 10.0.0.1:80
      backend be_shop
        balance roundrobin
        server web1-blue 10.0.0.1:8001 check
        server "web1-green" 10.0.0.1:8002 check disabled
      """;

  private static final BalancerSpec.Haproxy SPEC =
      new BalancerSpec.Haproxy("front", List.of(), "/run/haproxy/admin.sock");

  private static List<String> lacking(String text) {
    var servers =
        Map.of(
            new Instance("web1", "web", "blue"),
            new Route.Server("web1-blue", "10.0.0.1", 8001),
            new Instance("web1", "web", "green"),
            new Route.Server("web1-green", "2001:db8::1", 8002));
    return new Needs(SPEC, new Route("be_shop", servers)).lacking(HaproxyCfg.parse(text));
  }

  @Test
  void aFileThatHasEverythingLacksNothing() {
    assertThat(lacking(WHOLE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "660 level admin|660|global|stats socket /run/haproxy/admin.sock mode 660 level admin",
        "server-state-base|#server-state-base|global"
            + "|server-state-base /run/haproxy/admin.sock.slipway/state",
        "balance roundrobin|balance hdr(host)|backend be_shop|balance roundrobin",
        "balance roundrobin|retry-on none|backend be_shop|retry-on conn-failure",
        "balance roundrobin|load-server-state-from-file global|backend be_shop"
            + "|load-server-state-from-file local",
        "option redispatch|no option redispatch|backend be_shop|option redispatch",
        "server web1-blue|server web1-blues|backend be_shop"
            + "|server web1-blue 10.0.0.1:8001 check disabled",
        "\"web1-green\"|web1|backend be_shop|server web1-green [2001:db8::1]:8002 check disabled"
      })
  void oneThingThatIsWrongIsOneLine(String right, String wrong, String section, String line) {
    assertThat(lacking(WHOLE.replace(right, wrong))).containsExactly(section, "  " + line);
  }

  @Test
  void aHashThatIsConsistentTakesWeights() {
    assertThat(
            lacking(WHOLE.replace("balance roundrobin", "balance source\n  hash-type consistent")))
        .isEmpty();
  }

  @Test
  void aBackendThatIsNotThereLacksAllOfIt() {
    assertThat(lacking("global\n"))
        .contains("global", "backend be_shop", "  load-server-state-from-file local")
        .hasSize(8);
  }

  @Test
  void wordsAreThoseOfHaproxy() {
    assertThat(Words.of("  server a b # c")).containsExactly("server", "a", "b");
    assertThat(Words.of("server a\\ b")).containsExactly("server", "a b");
    assertThat(Words.of("log \"a # b\" 'c\\'")).containsExactly("log", "a # b", "c\\");
    assertThat(Words.of("# all")).isEmpty();
    assertThat(Words.of("x \"\"")).containsExactly("x", "");
  }

  @Test
  void whoeverHasOneLineOfRulesNeedsTheOther() {
    var lines = Needs.rules(SPEC.states(), "be_shop");
    assertThat(lacking(WHOLE + "  " + String.join("\n  ", lines))).isEmpty();

    for (int line = 0; line < 2; line++) {
      assertThat(lacking(WHOLE + "  " + lines.get(line)))
          .containsExactly("backend be_shop", "  " + lines.get(1 - line));
    }
  }
}
