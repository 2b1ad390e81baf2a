package dev.slipway.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Health.From;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: an answer is good only if the application itself gave it.
 *
 * <p>Method: a real server on loopback, asked through the local machine.
 */
class NetworkProberTest {
  private static final Health.Timing TIMING =
      new Health.Timing(
          Duration.ofMillis(100), Duration.ofMillis(500), 1, Duration.ZERO, Duration.ofSeconds(5));
  private static final Host HERE =
      new Host("here", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());

  private final HttpServer server;
  private final Machines machines = Machines.open(Optional.empty());

  NetworkProberTest() throws IOException {
    server = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    server.createContext(
        "/up",
        exchange -> {
          exchange.sendResponseHeaders(
              exchange.getRequestHeaders().getFirst("Host").equals("shop.example.com") ? 204 : 200,
              -1);
          exchange.close();
        });
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/up");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext("/never", _ -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    machines.close();
  }

  private Checked check(Health health, int port) {
    Machine machine = machines.machine(HERE);
    return Probers.open()
        .check(health, machine, HERE, new Slot("current", OptionalInt.of(port)), Map.of());
  }

  private Checked http(String path, Optional<String> host, int expected) {
    return check(
        new Health.Http(path, "http", host, expected, From.HOST, TIMING),
        server.getAddress().getPort());
  }

  private Checked exec(String... words) {
    return check(new Health.Exec(List.of(words), TIMING), 1);
  }

  @Test
  void theExpectedStatusIsGood() {
    assertThat(http("/up", Optional.empty(), 200)).isInstanceOf(Checked.Good.class);
  }

  @Test
  void theHostHeaderIsTheOneThatIsAskedFor() {
    assertThat(http("/up", Optional.of("shop.example.com"), 204)).isInstanceOf(Checked.Good.class);
  }

  @Test
  void anotherStatusIsBadAndARedirectIsNotFollowed() {
    assertThat(http("/nothing", Optional.empty(), 200)).isInstanceOf(Checked.Bad.class);
    assertThat(http("/moved", Optional.empty(), 200))
        .isEqualTo(new Checked.Bad("/moved answers 302, expected 200"));
  }

  @Test
  void silenceIsBadOnceTheTimeIsUp() {
    assertThat(http("/never", Optional.empty(), 200)).isInstanceOf(Checked.Bad.class);
  }

  @Test
  void aPortThatNobodyListensOnIsBad() {
    int port = Loopback.freePort();

    assertThat(check(new Health.Tcp(From.HOST, TIMING), port)).isInstanceOf(Checked.Bad.class);
    assertThat(
            check(new Health.Http("/up", "http", Optional.empty(), 200, From.AGENT, TIMING), port))
        .isInstanceOf(Checked.Bad.class);
  }

  @Test
  void aPortThatAcceptsIsGood() {
    assertThat(check(new Health.Tcp(From.AGENT, TIMING), server.getAddress().getPort()))
        .isInstanceOf(Checked.Good.class);
  }

  @Test
  void aCommandIsGoodIfItExitsWithZero() {
    assertThat(exec("true")).isInstanceOf(Checked.Good.class);
    assertThat(exec("sh", "-c", "echo broken; exit 3"))
        .isEqualTo(new Checked.Bad("sh exits 3: broken"));
    assertThat(exec("sleep", "30")).isInstanceOf(Checked.Bad.class);
  }
}
