package dev.slipway.agent.host.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.IdentityRefusedException;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Probers;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a host is reached, pinned and asked by an address of any kind.
 *
 * <p>Method: a real sshd and an HTTP server on loopback addresses of IPv4 and IPv6, on which nobody
 * else listens.
 */
final class AddressesTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final Health.Timing TIMING =
      new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, SECONDS);

  private final BlockingQueue<String> hostsAsked = new LinkedBlockingQueue<>();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"127.0.61.5, HOST", "127.0.61.5, AGENT", "::1, HOST", "::1, AGENT"})
  void anInstanceIsAskedAtItsAddress(String address, Health.From from) throws IOException {
    try (var sshd = SshdFixture.in(directory).listenOn(address).start();
        var machines = machines(sshd, sshd.knownHosts())) {
      var server = server(address);
      try {
        var slot = new Slot(Slot.CURRENT, OptionalInt.of(server.getAddress().getPort()));
        var question = new Health.Http("/up", "http", Optional.empty(), 200, from, TIMING);

        var answer =
            Probers.open()
                .check(question, machines.machine(host(address)), host(address), slot, Map.of());

        assertThat(answer).isInstanceOf(Checked.Good.class);
        assertThat(hostsAsked)
            .containsExactly(
                (address.contains(":") ? "[0:0:0:0:0:0:0:1]" : address)
                    + ":"
                    + slot.port().orElseThrow());
      } finally {
        server.stop(0);
      }
    }
  }

  @Test
  void aReleaseIsStagedOverAnAddressOfIpv6WhoseKeyIsPinnedInBrackets() throws IOException {
    try (var sshd = SshdFixture.in(directory).listenOn("::1").start();
        var machines = machines(sshd, sshd.knownHosts())) {
      assertThat(Files.readString(sshd.knownHosts())).startsWith("[::1]:" + sshd.port() + " ");
      var artifact = new Archives().file("version", "1").artifact(directory.resolve("agent"));
      var release =
          new Release(
              "shop",
              "1",
              artifact.content(),
              Map.of(),
              Map.of("web", new Service.None()),
              List.of(),
              List.of());

      var act =
          Sites.scripted()
              .open(machines.machine(host("::1")), place(), new Epoch("store-a", 1))
              .stage(release, artifact);

      assertThat(act).isInstanceOf(Act.Done.class);
    }
  }

  @Test
  void anotherAddressOfIpv6IsNotPinnedByIt() throws IOException {
    try (var sshd = SshdFixture.in(directory).listenOn("::1").start()) {
      var other = directory.resolve("others");
      Files.writeString(other, Files.readString(sshd.knownHosts()).replace("[::1]", "[::2]"));
      try (var machines = machines(sshd, other)) {
        var target = Loopback.at("::1", sshd.port());
        assertThat(catchThrowable(() -> machines.machine(host("::1")).tunnel(target)))
            .isInstanceOf(IdentityRefusedException.class)
            .hasMessageContaining("[::1]");
      }
    }
  }

  private HttpServer server(String address) throws IOException {
    var server =
        HttpServer.create(
            Loopback.at(address, Loopback.freePort(List.of(address, "127.0.0.1"))), 0);
    server.createContext(
        "/up",
        exchange -> {
          hostsAsked.add(exchange.getRequestHeaders().getFirst("Host"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static Machines machines(SshdFixture sshd, Path knownHosts) {
    return Machines.open(
        Optional.of(
            new SshSettings(
                sshd.user(),
                sshd.port(),
                Optional.empty(),
                knownHosts,
                sshd.userKey(),
                SshSettings.Become.NONE,
                SECONDS)));
  }

  private static Host host(String address) {
    return new Host("web1", address, Optional.empty(), Reach.SSH, Map.of());
  }

  private Place place() {
    var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
    var slot = new Slot(Slot.CURRENT, OptionalInt.empty());
    var role = new Role("web", List.of(slot), new Health.Running(TIMING), drain, SECONDS);
    var path = directory.resolve("srv").toString();
    var application = new Application("shop", path, Optional.empty(), List.of(role), 5);
    return new Place(
        application, role, List.of(role), host("::1"), Map.of(), SshSettings.Become.NONE);
  }
}
