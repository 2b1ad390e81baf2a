package dev.slipway.agent.e2e.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Nexus;
import dev.slipway.agent.e2e.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What happens to an application whose releases are for those who log in, and what is told. */
record Story(World world, Nexus nexus) {
  /** Everybody who is told of what happens, as an environment has it. */
  static final String RECEIVERS =
      "[{slack: {secretRef: {name: slack-url}},"
          + " on: [started, succeeded, rolledBack, aborted, needsHelp]}]";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A first deploy. */
  void begin() {
    assertThat(release("1", new Behaviour.Sound())).contains("succeeded");
  }

  /** A failure, a login that is refused, and a rollback. */
  void goOn() {
    assertThat(release("2", new Behaviour.WillNotStart())).contains("rolled back");
    assertThat(release("3", new Behaviour.Sound())).contains("succeeded");
    nexus.expect("ada:another");
    world
        .source(nexus.packed("4", new Behaviour.Sound(), "nexus"))
        .push("4", new Behaviour.Sound());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(world.status().conditions().toString())
                .contains("401", "secret 'nexus' of environment 'test'"));
    var typed = world.type("rollback", "shop", "-m", "it is slow", "--as", "Ada <ada@example.org>");
    assertThat(typed.exitCode()).isEqualTo(ExitCode.OK);
    world.assertEverywhere("1");
    await().atMost(PATIENCE).until(() -> nexus.notices().size() == 8);
  }

  private Optional<String> release(String version, Behaviour behaviour) {
    world.source(nexus.packed(version, behaviour, "nexus"));
    return world.release(version, behaviour).ending();
  }

  /** Returns all that the agent answers, and all that it has told. */
  String told() throws IOException {
    var client = world.client();
    return String.join(
        "\n",
        List.of(
            client.status().toString(),
            client.repositories().toString(),
            client.history(World.SHOP, 100).toString(),
            client.plan(World.SHOP).toString(),
            world.type("status", "-o", "json").out(),
            world.type("history", "shop").out(),
            scraped()));
  }

  private String scraped() throws IOException {
    var address = URI.create("http://%s/metrics".formatted(world.config().listen()));
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(address).build();
      var text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(text).contains("slipway_notices_total");
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Returns all that was ever committed to any branch, and all that hangs loose, unpacked. */
  String everyObject() {
    assertThat(world.git().subjects("slipway/status")).isNotEmpty();
    return Program.of("git", "cat-file", "--batch-all-objects", "--batch", "--unordered")
        .in(world.git().repository())
        .output();
  }
}
