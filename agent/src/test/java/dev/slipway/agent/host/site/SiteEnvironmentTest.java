package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.strings;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a process gets its variables letter by letter, and hosts that share a machine do not share
 * a directory. Method: real shells read what is written; the directories of described places.
 */
class SiteEnvironmentTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Slot BLUE = new Slot("blue", OptionalInt.of(8001));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"DASH", "BASH"})
  void aShellReadsEveryValueAsItWasMeant(Server shell) {
    qt().withExamples(200)
        .forAll(strings().basicMultilingualPlaneAlphabet().ofLengthBetween(0, 30))
        .assuming(value ->
            value.indexOf('\0') < 0 && value.chars().noneMatch(SiteEnvironmentTest::isHalf))
        .check(value -> read(shell, value).equals(value));
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"DASH", "BASH"})
  void nothingInAValueIsRun(Server shell) {
    var sentinel = directory.resolve("sentinel");
    for (var text : List.of("$(touch %s)", "`touch %s`", "\"; touch %s; \"", "\\\"\n touch %s")) {
      var value = text.formatted(sentinel);
      assertThat(read(shell, value)).isEqualTo(value);
    }
    assertThat(sentinel).doesNotExist();
  }

  @Test
  void theHostHasTheLastWordAndThePortComesFromTheSlot() {
    assertThat(
            SiteEnvironment.of(
                release(Map.of("A", "1", "B", "1")), host(Map.of("B", "2")), BLUE, Map.of()))
        .isEqualTo(
            new SiteEnvironment(
                """
                A="1"
                B="2"
                PORT="8001"
                SLIPWAY_RELEASE="%s"
                SLIPWAY_SLOT="blue"
                """
                    .formatted(release(Map.of("A", "1", "B", "1")).id())));
    assertThat(of(Map.of("PORT", "1")).text()).contains("PORT=\"1\"");
  }

  @Test
  void theDigestTellsOneValueFromAnother() {
    assertThat(of(Map.of("A", "1")).digest()).isEqualTo(of(Map.of("A", "1")).digest());
    assertThat(of(Map.of("A", "1")).digest()).isNotEqualTo(of(Map.of("A", "2")).digest());
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThatThrownBy(() -> of(Map.of("A B", "1"))).hasMessageContaining("'A B'");
    assertThatThrownBy(() -> of(Map.of("A=1\nB", "1"))).hasMessageContaining("not the name");
  }

  private static boolean isHalf(int letter) {
    return Character.isSurrogate((char) letter);
  }

  private String read(Server shell, String value) {
    try {
      var file = Files.writeString(directory.resolve("env"), of(Map.of("VALUE", value)).text());
      // A letter at the end, because shells take newlines away there.
      var printed =
          Program.of(shell.require(), "-c", ". \"$1\"; printf '%s.' \"$VALUE\"", "sh", file)
              .output();
      return printed.substring(0, printed.length() - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SiteEnvironment of(Map<String, String> variables) {
    return SiteEnvironment.of(release(variables), host(Map.of()), BLUE, Map.of());
  }

  private static Release release(Map<String, String> variables) {
    return new Release(
        "shop",
        "1",
        Digest.of(""),
        variables,
        Map.of("web", new Service.None()),
        List.of(),
        List.of());
  }

  private static Host host(Map<String, String> variables) {
    return new Host("web1", "127.0.0.1", Optional.empty(), Reach.LOCAL, variables);
  }

  @Test
  void theHostsNameIsAPartOfTheDirectory() {
    assertThat(place("web1", "/srv/{{host.name}}/shop").deployPath()).isEqualTo("/srv/web1/shop");
    assertThat(place("web2", "/srv/{{environment}}/shop").deployPath()).isEqualTo("/srv/demo/shop");
    assertThat(place("web3", "/srv/shop").deployPath()).isEqualTo("/srv/shop");
  }

  private static Place place(String host, String deployPath) {
    var timing = new Health.Timing(SECOND, SECOND, 1, Duration.ZERO, SECOND);
    var role =
        new Role(
            "web",
            List.of(new Slot(Slot.CURRENT, OptionalInt.empty())),
            new Health.Running(timing),
            new DrainPolicy(SECOND, DrainPolicy.OnTimeout.PROCEED),
            SECOND);
    return new Place(
        new Application("shop", deployPath, Optional.empty(), List.of(role), 2),
        role,
        List.of(role),
        new Host(host, "127.0.0.11", Optional.empty(), Reach.LOCAL, Map.of()),
        Map.of("environment", "demo"),
        Become.NONE);
  }
}
