package dev.slipway.agent.balancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: what is written is what was meant, whatever names and files hold. Method: texts alone, no
 * nginx.
 */
final class SectionTest {
  private static final BalancerSpec.Nginx SPEC =
      new BalancerSpec.Nginx("front", List.of(), "/etc/nginx/slipway/shop.conf");
  private static final Route ROUTE =
      new Route(
          "be_shop",
          Map.of(
              Trials.A, new Route.Server("a", "10.0.0.1", 8001),
              Trials.B, new Route.Server("b", "2001:db8::23", 8001)));

  private static Section section(int weight, Optional<Epoch> by) {
    var traffic =
        new FlatTraffic(
            Map.of(Trials.A, new FlatMember(weight, MemberState.SERVING)), new Nobody.Refuse());
    return Section.of(Upstream.of(ROUTE, traffic), SPEC, by);
  }

  private static OwnedFile file(String text) {
    return new OwnedFile(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"be_shop}", "be;shop", "be shop", "be:80", "", "-be", "$be", "be\\n", "x{"})
  void input65AnUpstreamsNameThatWouldBeginAnotherLineIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> opens(new Route(name, Map.of())))
        .withMessageContaining("an upstream's name");
  }

  @ParameterizedTest
  @CsvSource({
    "a;b, 10.0.0.1, 80, a server's name",
    "a b, 10.0.0.1, 80, a server's name",
    "'a\"b', 10.0.0.1, 80, a server's name",
    "${a}, 10.0.0.1, 80, a server's name",
    "a, 10.0.0.1{, 80, a server's address",
    "a, 10.0.0.1;, 80, a server's address",
    "a, unix:/tmp/s, 80, a server's address",
    "a, '10.0.0.1 down', 80, a server's address",
    "a, 10.0.0.1, 0, port 0",
    "a, 10.0.0.1, 70000, port 70000"
  })
  void aServerThatWouldBeginAnotherLineIsRefused(
      String name, String address, int port, String what) {
    var route = new Route("be_shop", Map.of(Trials.A, new Route.Server(name, address, port)));

    assertThatIllegalArgumentException().isThrownBy(() -> opens(route)).withMessageContaining(what);
  }

  @Test
  void twoMembersOfOneNameAreRefused() {
    var one = new Route.Server("a", "10.0.0.1", 80);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> opens(new Route("be_shop", Map.of(Trials.A, one, Trials.B, one))))
        .withMessageContaining("two members");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/nginx/*.conf", "/etc/a b", "relative.conf", "/etc/a;b", "/etc/{x}"})
  void aFileThatNginxWouldTakeForSomethingElseIsRefused(String path) {
    try (var machines = Machines.open(Optional.empty())) {
      var spec = new BalancerSpec.Nginx("front", List.of(), path);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> NginxBalancers.open(spec, ROUTE, machines, Become.NONE))
          .withMessageContaining("a file for nginx");
    }
  }

  private static boolean opens(Route route) {
    try (var machines = Machines.open(Optional.empty())) {
      return NginxBalancers.open(SPEC, route, machines, Become.NONE).size() == 1;
    }
  }

  @Test
  void defect20NoWeightIsEverZero() {
    assertThat(section(0, Optional.empty()).text())
        .contains("server 10.0.0.1:8001 down;", "server [2001:db8::23]:8001 down;")
        .doesNotContain("weight");
    assertThat(section(7, Optional.empty()).text())
        .contains("server 10.0.0.1:8001 weight=7 max_fails=3;");
  }

  @Test
  void anEpochIsForPeopleAndChangesNoDigest() {
    var one = section(1, Optional.of(new Epoch("store", 1)));
    var two = section(1, Optional.of(new Epoch("store", 2)));

    assertThat(one.text()).contains("epoch store 1").isNotEqualTo(two.text());
    assertThat(one.digest()).isPresent().isEqualTo(two.digest());
    assertThat(section(2, Optional.empty()).digest()).isNotEqualTo(one.digest());
  }

  @Test
  void anyEditIsSeen() {
    var written = section(1, Optional.empty());
    assertThat(written.isIntact()).isTrue();

    for (String line : written.lines()) {
      if (!line.startsWith("#")) {
        assertThat(new Section(written.text().replace(line, line + " ")).isIntact())
            .as(line)
            .isFalse();
      }
    }
  }

  @Test
  void whatIsToldIsReadAsItWasWritten() throws IOException {
    var told =
        Told.read(
            """
            slipway-fedcba9876543210 be_shop 0123456789abcdef 42
            a 10.0.0.1 8001 SERVING 7
            b 2001:db8::23 8001 DRAINING 0
            """);

    assertThat(told).isPresent();
    assertThat(told.get().worker()).isEqualTo(42);
    assertThat(told.get().upstream().members())
        .containsExactly(
            new Upstream.Member("a", "10.0.0.1", 8001, new FlatMember(7, MemberState.SERVING)),
            new Upstream.Member(
                "b", "2001:db8::23", 8001, new FlatMember(0, MemberState.DRAINING)));
    assertThat(Told.read("<html>404</html>")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a 10.0.0.1 8001 GONE 0", "a", "a 10.0.0.1 8001 OUT 7", ""})
  void whatCannotBeIsNoMember(String line) {
    var body = "slipway-fedcba9876543210 be_shop 0123456789abcdef 42\n" + line + "\n";

    assertThatIOException().isThrownBy(() -> Told.read(body));
  }

  @Test
  void defect17OneUpstreamIsPutInItsPlaceAndEveryOtherByteStays() {
    var first = section(1, Optional.empty());
    var second = section(2, Optional.empty());
    String around = "# slipway begins: be_shop2\nx\n# slipway ends: be_shop2\n\n  # mine\r\n";
    var file = file(around).with("be_shop", first);

    assertThat(file.text()).startsWith(around);
    assertThat(file.section("be_shop")).contains(first);
    assertThat(file.section("be_shop2")).contains(new Section("x\n"));
    assertThat(file.with("be_shop", second).with("be_shop", first)).isEqualTo(file);
    assertThat(file.objection("be_shop")).isEmpty();
    assertThat(file.section("shop")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# slipway begins: s\n",
        "# slipway ends: s\n",
        "# slipway ends: s\n# slipway begins: s\n",
        "# slipway begins: s\n# slipway ends: s\n# slipway begins: s\n# slipway ends: s\n"
      })
  void aFileWhoseBoundsAreNotClearIsNotChanged(String text) {
    assertThat(file(text).objection("s")).isPresent();
    assertThat(file(text).objection("other")).isEmpty();
  }

  @Test
  void aFileOfOtherBytesThanTextIsNotChanged() {
    assertThat(file("# \uFFFD\n").objection("s"))
        .hasValueSatisfying(it -> assertThat(it).contains("UTF-8"));
  }
}
