package dev.slipway.agent.e2e.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Nexus;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.e2e.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a secret is found nowhere but in its own file, whatever happened with it.
 *
 * <p>Method: one word unlike any other logs in to Git and to where releases come from, and is part
 * of the address of a webhook. After a deploy, a broken release, a login that is refused by a
 * server that repeats it, and a rollback, it is looked for in every byte that was left anywhere.
 */
class CanarySecretTest {
  private static final String CANARY = "canary-Xq7tR2mZ9vKd-sings";
  private static final String LOGIN = "ada:" + CANARY;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The word as it is, and as headers and the like carry it. */
  private static final List<String> FORMS =
      List.of(CANARY, encoded(LOGIN), encoded(CANARY), encoded(LOGIN + "\n"));

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)).replaceAll("..?=*$", "");
  }

  @TempDir Path directory;

  @Test
  void aSecretIsFoundNowhereButInItsFile() throws IOException {
    var secrets = new SecretFiles(directory).put("git-token", LOGIN + "\n");
    secrets.put("test/nexus", LOGIN + "\n");
    try (var nexus = new Nexus(directory.resolve("nexus"), LOGIN);
        var world =
            new World(directory, 2, "127.0.73")
                .overHttp("ada", CANARY, "git-token")
                .receivers(
                    "[{slack: {secretRef: {name: slack-url}},"
                        + " on: [started, succeeded, rolledBack, aborted, needsHelp]}]")
                .describe()) {
      secrets.put("test/slack-url", nexus.url("/hooks/" + CANARY));
      try (var agent = AgentProcess.start(world)) {
        live(world, nexus);
        assertThat(found(answers(world))).isEmpty();
        assertThat(foundInProcesses()).isEmpty();
        assertThat(agent.log()).contains("401");
      }
      assertThat(found(everyObject(world.git().repository()))).isEmpty();
      assertThat(world.git().subjects("slipway/status")).isNotEmpty();
    }
    assertThat(foundInFiles()).containsExactly("git-token", "nexus", "slack-url");
  }

  /** A deploy, a failure, a login that is refused, and a rollback. */
  private static void live(World world, Nexus nexus) {
    assertThat(release(world, nexus, "1", new Behaviour.Sound())).contains("succeeded");
    assertThat(release(world, nexus, "2", new Behaviour.WillNotStart())).contains("rolled back");
    assertThat(release(world, nexus, "3", new Behaviour.Sound())).contains("succeeded");
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

  private static Optional<String> release(
      World world, Nexus nexus, String version, Behaviour behaviour) {
    world.source(nexus.packed(version, behaviour, "nexus"));
    return world.release(version, behaviour).ending();
  }

  private static String answers(World world) throws IOException {
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
            scraped(world)));
  }

  private static String scraped(World world) throws IOException {
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
  private static String everyObject(Path repository) {
    return Program.of("git", "cat-file", "--batch-all-objects", "--batch", "--unordered")
        .in(repository)
        .output();
  }

  private static List<String> found(String text) {
    return FORMS.stream().filter(text::contains).toList();
  }

  /** Looks through the arguments and variables of everything that runs on this machine. */
  private static List<String> foundInProcesses() throws IOException {
    var found = new ArrayList<String>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .flatMap(process -> Stream.of("cmdline", "environ").map(process::resolve))
          .filter(file -> !found(text(file)).isEmpty())
          .forEach(file -> found.add(file.toString()));
    }
    return found;
  }

  /** Returns the names of all files that hold it: journal, clones, cache, hosts, logs, and all. */
  private List<String> foundInFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !found(text(file)).isEmpty())
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** A process that is gone, or is nobody's business, shows nothing. */
  private static String text(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
