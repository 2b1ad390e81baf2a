package dev.slipway.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.http.Downloads.Downloaded;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a login goes to the server that the address names and to nobody else, and comes back in no
 * reason.
 *
 * <p>Method: real servers over HTTP and HTTPS write down what they were told; they redirect to each
 * other, refuse, and repeat what they heard.
 */
class PrivateDownloadsTest {
  private static final String TOKEN = "t0ken-of-nobody-else";
  private static final String BEARER = "Bearer " + TOKEN;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> toldElsewhere = new CopyOnWriteArrayList<>();
  private TlsServer tls;
  private HttpServer plain;
  private HttpServer other;

  @BeforeEach
  void serve() throws IOException {
    tls = TlsServer.start(Loopback.at("127.0.0.1", 0));
    plain = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    other = HttpServer.create(Loopback.at("127.0.0.2", 0), 0);
    for (var server : List.of(tls.server(), plain)) {
      server.createContext("/shop.tar", exchange -> guarded(exchange, told));
    }
    other.createContext("/", exchange -> guarded(exchange, toldElsewhere));
    plain.start();
    other.start();
  }

  @AfterEach
  void stop() {
    List.of(tls.server(), plain, other).forEach(server -> server.stop(0));
  }

  private void guarded(HttpExchange exchange, List<String> hearing) throws IOException {
    var given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    hearing.add(given);
    answer(exchange, given.equals(BEARER) ? 200 : 401, "files");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, text.length());
      exchange.getResponseBody().write(text.getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void aLoginLetsIn(String scheme) {
    assertThat(get(address(scheme, "/shop.tar"))).isEqualTo("files");
    assertThat(told).containsExactly(BEARER);
  }

  @Test
  void withoutALoginNothingIsShown() {
    assertThat(outcome(address("https", "/shop.tar"), Optional.empty()))
        .isInstanceOfSatisfying(
            Downloaded.Denied.class, denied -> assertThat(denied.reason()).contains("401"));
    assertThat(told).containsExactly("null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void aRedirectOnTheSameServerKeepsTheLogin(String scheme) {
    redirect(scheme, "/moved", "/shop.tar");

    assertThat(get(address(scheme, "/moved"))).isEqualTo("files");
    assertThat(told).containsExactly(BEARER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void aRedirectToAnotherHostIsNotFollowed(String scheme) {
    redirect(scheme, "/moved", at("http", other, "/shop.tar"));

    assertThat(refusal(address(scheme, "/moved"))).contains("redirects to");
    assertThat(toldElsewhere).isEmpty();
  }

  @Test
  void aRedirectFromHttpsToHttpIsNotFollowed() {
    redirect("https", "/moved", at("http", plain, "/shop.tar"));

    assertThat(refusal(address("https", "/moved"))).contains("redirects to");
    assertThat(told).isEmpty();
  }

  @Test
  void aRedirectToAnotherPortIsFollowedWithoutTheLogin() throws IOException {
    var neighbour = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    neighbour.createContext("/", exchange -> guarded(exchange, toldElsewhere));
    neighbour.start();
    redirect("http", "/moved", at("http", neighbour, "/shop.tar"));

    assertThat(outcome(address("http", "/moved"), login(TOKEN)))
        .isInstanceOf(Downloaded.Denied.class);
    neighbour.stop(0);
    assertThat(toldElsewhere).containsExactly("null");
  }

  @Test
  void aNetrcOfAnotherHostIsNotShown() {
    var netrc = login("machine other.example.com login ada password " + TOKEN);

    assertThat(outcome(address("https", "/shop.tar"), netrc))
        .isInstanceOfSatisfying(
            Downloaded.Denied.class,
            denied -> assertThat(denied.reason()).contains("'127.0.0.1'").doesNotContain(TOKEN));
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 500})
  void whatAServerRepeatsIsNotPassedOn(int status) {
    plain.createContext("/parrot", exchange -> answer(exchange, status, BEARER));
    redirect("http", "/echo", "http://127.0.0.2:1/" + TOKEN);
    redirect("http", "/loud", "http://" + TOKEN + ".example.com/");

    for (var path : List.of("/parrot", "/echo", "/loud")) {
      assertThat(outcome(address("http", path), login(TOKEN)).toString()).doesNotContain(TOKEN);
    }
  }

  private void redirect(String scheme, String from, String to) {
    HttpServer server = scheme.equals("https") ? tls.server() : plain;
    server.createContext(
        from,
        exchange -> {
          exchange.getResponseHeaders().add("Location", to);
          answer(exchange, 302, "moved");
        });
  }

  private String address(String scheme, String path) {
    return at(scheme, scheme.equals("https") ? tls.server() : plain, path);
  }

  private static String at(String scheme, HttpServer server, String path) {
    var address = server.getAddress();
    return "%s://%s:%d%s"
        .formatted(scheme, address.getAddress().getHostAddress(), address.getPort(), path);
  }

  private String get(String url) {
    var bytes = new ByteArrayOutputStream();
    var downloaded = downloads().get(url, login(TOKEN), in -> in.transferTo(bytes));
    assertThat(downloaded).isInstanceOf(Downloaded.Complete.class);
    return bytes.toString(UTF_8);
  }

  private String refusal(String url) {
    return switch (outcome(url, login(TOKEN))) {
      case Downloaded.Refused(var reason) -> reason;
      case Downloaded other -> throw new AssertionError(other.toString());
    };
  }

  private Downloaded outcome(String url, Optional<Login> login) {
    return downloads().get(url, login, in -> assertThat(in.readAllBytes()).isEmpty());
  }

  private Downloads downloads() {
    return new CheckedDownloads(Downloads.Limits.DEFAULT, tls.trusting());
  }

  private static Optional<Login> login(String text) {
    return switch (Login.of(new Secret(text))) {
      case Login.Parsed.Usable(var login) -> Optional.of(login);
      case Login.Parsed.Unusable(var reason) -> throw new AssertionError(reason);
    };
  }
}
