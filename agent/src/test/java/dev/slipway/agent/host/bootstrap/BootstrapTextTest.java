package dev.slipway.agent.host.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the printed script asks for what is needed, and a value from a manifest stays a value in
 * it. Method: scripts for described hosts are read, checked by shellcheck, and run where nobody is
 * root.
 */
final class BootstrapTextTest {
  private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 agent@ci";

  @Test
  void aHostWithSocketsPortsAndOddNamesIsFineForShellcheck(@TempDir Path directory)
      throws IOException {
    var place =
        new PlaceNeeds(
            "shop",
            "/srv/it's $HOME/shop",
            Optional.of(new Owner("shop", "www")),
            List.of("a b/c", "log"),
            List.of("config/master.key"),
            new TreeMap<>(Map.of("shop@blue.service", Service.OnActivate.RESTART)),
            new TreeSet<>(List.of("shop@blue.service")),
            new TreeSet<>(List.of(8001)),
            PlaceNeeds.Runs.AS_OWNER);
    var script =
        Bootstrap.of(needs(SshSettings.Become.SUDO, place, "/run/haproxy/admin.sock"), key());

    var file = Files.writeString(directory.resolve("script.sh"), script.text());

    // A dollar in single quotes is what a path may hold.
    Program.of(Server.SHELLCHECK.require(), "-s", "sh", "-S", "style", "-e", "SC2016", file)
        .output();
    assertThat(script.text())
        .contains("'/srv/it'\\''s $HOME/shop/shared/a b/c'")
        .contains("deploy ALL=(shop:www) NOPASSWD: ALL")
        .contains("/shop/.slipway/units/shop@blue.service /etc/systemd/system/shop@blue.service")
        .contains("/usr/bin/rm -f -- /etc/systemd/system/shop@blue.service")
        .contains("/usr/bin/systemctl --no-ask-password daemon-reload")
        .doesNotContain("  unit shop@blue.service")
        .contains("permitopen=\"[2001:db8::7]:8001\"")
        .contains("permitopen=\"[/run/haproxy/admin.sock]:*\"")
        .contains("socket_user deploy /run/haproxy/admin.sock");
  }

  @Test
  void anNginxNeedsADirectoryThreeLinesOfSudoersAndAPort() {
    var plain = needs(SshSettings.Become.SUDO, unit("shop.service"));
    var nginx =
        new NginxNeeds(
            "/etc/nginx/slipway/shop.conf", Optional.of("/etc/nginx/a.conf"), "127.0.0.1:8079");
    var needs =
        new HostNeeds(
            plain.environment(),
            plain.host(),
            plain.ssh(),
            plain.places(),
            List.of(),
            List.of(nginx));

    assertThat(Bootstrap.of(needs, key()).text())
        .contains("directory deploy \"$(group_of deploy)\" 755 /etc/nginx/slipway\n")
        .contains("NOPASSWD: /usr/sbin/nginx -t -q -c /etc/nginx/a.conf\n")
        .contains("NOPASSWD: /usr/sbin/nginx -T -q -c /etc/nginx/a.conf\n")
        .contains("NOPASSWD: /usr/sbin/nginx -c /etc/nginx/a.conf -s reload\n")
        .contains("permitopen=\"127.0.0.1:8079\"");
  }

  @Test
  void withoutSudoThereAreNoLinesForIt() {
    assertThat(Bootstrap.of(needs(SshSettings.Become.NONE, unit("shop.service")), key()).text())
        .doesNotContain("NOPASSWD: /usr");
  }

  @Test
  void theKeyIsRestrictedToItsSourcesAndToNoPortAtAllWhereNoneIsAsked() {
    var access = new Access(Optional.of(KEY), List.of("10.0.0.0/8", "2001:db8::/32"));

    assertThat(access.line(needs(SshSettings.Become.SUDO, unit("shop.service"))))
        .contains("restrict,from=\"10.0.0.0/8,2001:db8::/32\" " + KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not a key", "ssh-ed25519 AAAA\nssh-rsa BBBB", "-----BEGIN KEY-----"})
  void whatIsNoPublicKeyIsRefused(String text) {
    assertThatThrownBy(() -> new Access(Optional.of(text), List.of()))
        .hasMessageContaining("is no public key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1\",command=\"sh", "a b", "10.0.0.1,*"})
  void whatIsNoSourceIsRefused(String text) {
    assertThatThrownBy(() -> new Access(Optional.of(KEY), List.of(text)))
        .hasMessageContaining("is no address");
  }

  @Test
  void aUnitThatSudoersCannotHoldIsRefused() {
    var needs = needs(SshSettings.Become.SUDO, unit("srv-a\\x2db.service"));

    assertThatThrownBy(() -> Bootstrap.of(needs, Access.UNCHANGED))
        .hasMessageContaining("backslash");
  }

  @Test
  void halfAScriptDoesNothing(@TempDir Path directory) throws IOException {
    var text =
        Bootstrap.of(needs(SshSettings.Become.SUDO, unit("shop.service")), Access.UNCHANGED).text();
    for (int length : List.of(text.length() / 2, text.lastIndexOf("finish"))) {
      var file = Files.writeString(directory.resolve("half.sh"), text.substring(0, length));

      assertThat(Program.of("sh", file).run().output()).doesNotContain("change");
    }
  }

  private static Access key() {
    return new Access(Optional.of(KEY), List.of());
  }

  private static PlaceNeeds unit(String unit) {
    return new PlaceNeeds(
        "shop",
        "/srv/shop",
        Optional.empty(),
        List.of(),
        List.of(),
        new TreeMap<>(Map.of(unit, Service.OnActivate.RESTART)),
        new TreeSet<>(),
        new TreeSet<>(),
        PlaceNeeds.Runs.BY_ITSELF);
  }

  private static HostNeeds needs(SshSettings.Become become, PlaceNeeds place, String... sockets) {
    var ssh =
        new SshSettings(
            "deploy",
            22,
            Optional.empty(),
            Path.of("/known_hosts"),
            Path.of("/key"),
            become,
            Duration.ofSeconds(5));
    var host = new Host("web1", "2001:db8::7", Optional.empty(), Reach.SSH, Map.of());
    return new HostNeeds("test", host, Optional.of(ssh), List.of(place), List.of(sockets));
  }
}
