package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Goal: scripts can rely on what commands print and on the numbers that they end with.
 *
 * <p>Method: real commands, typed while a real agent deploys to two local hosts.
 */
final class CommandLineTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ESCAPE = "\u001b[";

  private static JsonNode json(Typed typed) {
    assertThat(typed.exitCode()).as(typed.err()).isZero();
    return JsonMapper.shared().readTree(typed.out());
  }

  private static CompletableFuture<Typed> watching(World world) {
    return CompletableFuture.supplyAsync(() -> world.type("status", "-w", "shop"));
  }

  private static void awaitPhase(World world, Phase phase) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> world.status().phase() == phase);
  }

  @Test
  void everyAnswerIsForPeopleOrForMachines(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.56").describe().start()) {
      String first = world.push("1", SOUND);
      world.ended(first);
      awaitPhase(world, Phase.HEALTHY);

      JsonNode status = json(world.type("status", "shop", "-o", "json")).get(0);
      assertThat(status.get("application").asString()).isEqualTo("shop");
      assertThat(status.get("phase").asString()).isEqualTo("Healthy");
      assertThat(status.get("revision").asString()).isEqualTo(first);
      assertThat(status.at("/instances/0/health").asString()).isEqualTo("healthy");
      assertThat(status.at("/rollout/ending").asString()).isEqualTo("succeeded");

      JsonNode history = json(world.type("history", "shop", "-o", "json")).get(0);
      assertThat(history.get("id").asString()).isEqualTo("config/test/shop#1");
      assertThat(history.get("ending").asString()).isEqualTo("succeeded");
      assertThat(history.get("revision").asString()).isEqualTo(first);

      JsonNode plan = json(world.type("plan", "shop", "-o", "json"));
      assertThat(plan.get("kind").asString()).isEqualTo("Plan");
      assertThat(plan.at("/plan/target/version").asString()).isEqualTo("1");
      assertThat(plan.at("/plan/phases").isArray()).isTrue();

      assertThat(world.type("plan", "shop").out()).contains("shop").doesNotContain(ESCAPE);
      assertThat(world.typeInColour("plan", "shop").out()).contains(ESCAPE);
    }
  }

  @Test
  void watchingEndsWithTheNumberOfTheEnding(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.57").describe().start()) {
      world.ended(world.push("1", SOUND));
      assertThat(world.type("status", "shop").exitCode()).isEqualTo(ExitCode.OK);

      world.push("2", new Behaviour.StartsSlowly(Duration.ofSeconds(4)));
      awaitPhase(world, Phase.PROGRESSING);
      CompletableFuture<Typed> watching = watching(world);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> world.type("abort", "shop").exitCode() == ExitCode.OK);
      Typed aborted = watching.join();
      assertThat(aborted.exitCode()).isEqualTo(ExitCode.ABORTED);
      assertThat(aborted.out()).contains("PROGRESSING", "aborted");
      assertThat(world.type("abort", "shop").exitCode()).isEqualTo(ExitCode.CONFLICT);

      world.ended(world.push("3", new Behaviour.Unhealthy()));
      assertThat(world.type("status", "shop").exitCode()).isEqualTo(ExitCode.ROLLED_BACK);
      assertThat(json(world.type("history", "shop", "-o", "json")))
          .extracting(rollout -> rollout.get("ending").asString())
          .containsExactly("rolled back", "aborted", "succeeded");
    }
  }

  private static Typed await(World world, String commit) {
    return world.type("status", "-w", "--timeout", "90s", "--revision", commit, "config/test/shop");
  }

  @Test
  void whoWaitsForACommitIsToldOfThatCommit(@TempDir Path directory) {
    try (var world = new World(directory, 2, "127.0.59").describe().start()) {
      // Asked at once after each push, before the agent can know of it.
      String first = world.push("1", SOUND);
      Typed begun = await(world, first);
      assertThat(begun.exitCode()).as("%s", begun).isEqualTo(ExitCode.OK);

      String second = world.push("2", new Behaviour.Unhealthy());
      Typed failed = await(world, second.substring(0, 12));
      assertThat(failed.exitCode()).isEqualTo(ExitCode.ROLLED_BACK);
      assertThat(failed.out()).contains("commit " + second.substring(0, 10) + "  rolled back");

      String third = world.push("3", SOUND);
      Typed mended = await(world, third);
      assertThat(mended.exitCode()).as("%s", mended).isEqualTo(ExitCode.OK);

      world.checkout().write("README.md", "nothing of the application");
      String fourth = world.checkout().commitAndPush("Say nothing");
      JsonNode same =
          json(
              world.type("status", "-o", "json", "--timeout", "90s", "--revision", fourth, "shop"));
      assertThat(same.get("commit").asString()).isEqualTo(fourth);
      assertThat(same.get("ending").asString()).isEqualTo("succeeded");

      world.checkout().write("README.md", "skipped");
      String fifth = world.checkout().commit("Be overtaken");
      String sixth = world.push("4", SOUND);
      Typed skipped = await(world, fifth);
      assertThat(skipped.exitCode()).isEqualTo(ExitCode.SUPERSEDED);
      assertThat(skipped.out()).contains("superseded: '" + sixth + "' took its place");

      world.checkout().write("apps/shop.yaml", "kind: Nonsense");
      String seventh = world.checkout().commitAndPush("Break it");
      assertThat(await(world, seventh).exitCode()).isEqualTo(ExitCode.INVALID);
      Typed never = world.type("status", "--timeout", "1s", "--revision", "0".repeat(40), "shop");
      assertThat(never.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(never.err()).contains("not over after 1s", "no branch that is followed has it");
    }
  }

  @Test
  void whatStandsInTheWayHasANumber(@TempDir Path directory) throws IOException {
    try (var world = new World(directory, 1, "127.0.58").describe().start()) {
      world.ended(world.push("1", SOUND));
      Path token = directory.resolve("state/token");
      String right = Files.readString(token);

      assertThat(world.type("status", "other").exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(world.type("status", "-o", "xml").exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(Typed.intoClosedPipe("status", "-w", "--config", world.configFile().toString()))
          .isEqualTo(ExitCode.OK);
      assertThat(world.type("rollback", "shop").exitCode()).isEqualTo(ExitCode.CONFLICT);
      Files.writeString(token, "slipway_wrong\n");
      Typed stranger = world.type("status");
      assertThat(stranger.exitCode()).isEqualTo(ExitCode.AUTH);
      assertThat(stranger.err()).contains("token");
      Files.writeString(token, right);
      world.stopAgent();
      assertThat(world.type("status").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
  }
}
