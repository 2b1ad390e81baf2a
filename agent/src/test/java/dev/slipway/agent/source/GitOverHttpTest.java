package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.FaultProxy;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.git.GitHttpServer;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Note;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: over HTTP the agent reads and writes as anywhere else, and says clearly what a server got
 * wrong. Method: Git's own CGI program behind a server, a network and a gateway that misbehave.
 */
final class GitOverHttpTest {
  private static final RemoteSpec.Limits HURRIED = new RemoteSpec.Limits(1 << 20, 1_000, 50, 1);

  @TempDir Path directory;
  private GitServerFixture server;
  private GitHttpServer http;
  private Path clone;

  @BeforeEach
  void serve() {
    server = GitServerFixture.in(directory.resolve("server"));
    http = server.serveOverHttp();
    clone = directory.resolve("clone");
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void pushesAreSeenAndStatusIsWritten() {
    var person = server.cloned();
    try (var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(Agents.tips(agent, "main")).containsValue(server.commitOf("main"));
      var commit = person.write("apps/shop.yaml", "x".repeat(300_000)).commitAndPush("Two");

      assertThat(Agents.tips(agent, "main")).containsValue(commit);
      assertThat(Agents.text(agent.tree(commit), "apps/shop.yaml")).hasSize(300_000);
      assertThat(agent.publish(update(1, commit))).isInstanceOf(Published.Pushed.class);
      assertThat(server.read("slipway/status", "shop.yaml")).isEqualTo("number: 1\n");
      assertThat(server.git("notes", "--ref=slipway", "show", commit)).isEqualTo("deployed\n");
    }
  }

  @Test
  void ofThousandsOfRefsOnlyTheWantedOnesCrossTheNetwork() {
    Agents.addRefs(server, "refs/pull/%d/head", 2_000);
    Agents.addRefs(server, "refs/heads/other/%d", 1_000);
    try (var proxy = proxy();
        var agent = Agents.open(Agents.spec(through(proxy)), clone)) {
      assertThat(Agents.tips(agent, "main", "feature/*")).containsOnlyKeys("main");
      assertThat(proxy.bytesToClient()).isLessThan(10_000);
    }
  }

  @Test
  void aServerWithoutAtomicPushesGetsBothRefsAllTheSame() {
    server.configure("receive.advertiseAtomic", "false");
    try (var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(agent.publish(update(1, server.commitOf("main"))))
          .isInstanceOf(Published.Pushed.class);
      assertThat(server.has("refs/notes/slipway")).isTrue();
      assertThat(server.has("refs/heads/slipway/status")).isTrue();
    }
  }

  @Test
  void userAndPasswordFromAFileLogIn() throws IOException {
    http.requireLogin("ada", "hunter2");
    try (var agent = Agents.open(Agents.withToken(http.url(), token("ada:hunter2\n")), clone)) {
      assertThat(Agents.tips(agent, "main")).isNotEmpty();
      assertThat(agent.publish(update(1))).isInstanceOf(Published.Pushed.class);
    }
  }

  @Test
  void fault31ExpiredCredentialsAreNamedWithoutThePassword() throws IOException {
    http.requireLogin("ada", "correct");
    var token = token("ada:hunter2");
    try (var agent = Agents.open(Agents.withToken(http.url(), token), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main"))
          .contains("(401)", http.url(), "token")
          .doesNotContain("hunter2");

      Files.writeString(token, "ada:correct");
      assertThat(Agents.tips(agent, "main")).isNotEmpty();

      http.breakWith(403, "text/plain", "no");
      assertThat(Agents.whyUnavailable(agent, "main")).contains("(403)", http.url());
      assertThat(agent.publish(update(1)))
          .isInstanceOfSatisfying(
              Published.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("(403)"));
    }
  }

  @Test
  void fault31AMissingLoginIsNamed() {
    http.requireLogin("ada", "hunter2");
    try (var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("(401)");
    }
  }

  @Test
  void aTokenFileThatCannotBeUsedIsNamed() throws IOException {
    var missing = directory.resolve("missing");
    try (var agent = Agents.open(Agents.withToken(http.url(), missing), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains(missing.toString());
    }
    try (var agent = Agents.open(Agents.withToken(http.url(), token("a:b\nc:d")), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("must hold one line");
    }
  }

  @Test
  void fault22ADeadServerIsUnavailableAndWhatWasKnownStays() {
    var commit = server.commitOf("main");
    try (var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(Agents.tips(agent, "main")).containsValue(commit);
      http.close();

      assertThat(Agents.whyUnavailable(agent, "main")).contains("refused").contains(http.url());
      assertThat(Agents.text(agent.tree(commit), "README.md")).isEqualTo("Deployments.\n");
      assertThat(agent.publish(update(1))).isInstanceOf(Published.Rejected.class);
    }
  }

  @Test
  void fault22OneByteASecondIsGivenUp() {
    try (var proxy = proxy();
        var agent = Agents.open(Agents.spec(through(proxy), HURRIED), clone)) {
      proxy.drip(20);

      assertThat(Agents.whyUnavailable(agent, "main")).contains("within 1 s");

      proxy.heal();
      assertThat(Agents.tips(agent, "main")).isNotEmpty();
    }
  }

  @Test
  void fault22ASilentServerIsGivenUp() {
    try (var proxy = proxy();
        var agent = Agents.open(Agents.spec(through(proxy), HURRIED), clone)) {
      proxy.silence();

      assertThat(Agents.whyUnavailable(agent, "main")).contains("within 1 s");
    }
  }

  @Test
  void fault23AnHtmlPageIsNamedWithItsAddress() {
    http.breakWith(200, "text/html; charset=utf-8", "<html>Please log in</html>");
    try (var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main"))
          .contains(http.url() + "/info/refs answered with text/html")
          .doesNotContain("Please log in");
    }
  }

  @Test
  void fault23ATruncatedPackChangesNothing() {
    var person = server.cloned();
    var before = server.commitOf("main");
    try (var proxy = proxy();
        var agent = Agents.open(Agents.spec(through(proxy)), clone)) {
      assertThat(Agents.tips(agent, "main")).containsValue(before);
      var commit = person.write("big", noise()).commitAndPush("Big");

      proxy.cutAfter(proxy.bytesToClient() + 50_000);
      assertThat(Agents.whyUnavailable(agent, "main")).startsWith("shop (" + through(proxy));
      assertThat(Agents.text(agent.tree(before), "README.md")).isEqualTo("Deployments.\n");

      proxy.heal();
      assertThat(Agents.tips(agent, "main")).containsValue(commit);
    }
  }

  @Test
  void aRedirectIsNotFollowedAndGetsNoPassword() throws IOException {
    var seen = new CopyOnWriteArrayList<String>();
    var other = HttpServer.create(Loopback.at("127.0.0.2", 0), 0);
    other.createContext("/", exchange -> seen.add(exchange.getRequestURI().toString()));
    other.start();
    var target = "http://127.0.0.2:" + other.getAddress().getPort() + "/config.git";
    var first = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
    first.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", target + "/info/refs?service=x");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    first.start();
    var url = "http://127.0.0.1:" + first.getAddress().getPort() + "/config.git";
    try (var agent = Agents.open(Agents.withToken(url, token("ada:hunter2")), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main"))
          .contains("redirects (302)", target)
          .doesNotContain("hunter2");
      assertThat(seen).isEmpty();
    } finally {
      first.stop(0);
      other.stop(0);
    }
  }

  private FaultProxy proxy() {
    return FaultProxy.to(Loopback.at("127.0.0.1", URI.create(http.url()).getPort()));
  }

  private String through(FaultProxy proxy) {
    int own = URI.create(http.url()).getPort();
    return http.url().replace(":" + own, ":" + proxy.address().getPort());
  }

  private Path token(String text) throws IOException {
    var file = Files.writeString(directory.resolve("token"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static String noise() {
    var text = new StringBuilder();
    new Random(7).ints(60_000).forEach(number -> text.append(number));
    return text.toString();
  }

  private static StatusUpdate update(long sequence, String... noted) {
    var notes = List.of(noted).stream().map(commit -> new Note(commit, "deployed\n")).toList();
    var files = Map.of("shop.yaml", "number: " + sequence + "\n");
    return new StatusUpdate(sequence, "Update " + sequence, files, notes);
  }
}
