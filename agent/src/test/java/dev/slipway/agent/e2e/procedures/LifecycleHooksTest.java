package dev.slipway.agent.e2e.procedures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: hooks run under CodeDeploy's names, in its order, in the release that they belong to and
 * told for what they run, while no request is lost.
 *
 * <p>Method: real agents on two local hosts behind the edge. Each hook is a script of its release,
 * and writes down what it was told.
 */
@Timeout(300)
final class LifecycleHooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> WAY_THERE =
      List.of(
          "beforeInstall 2",
          "afterInstall 2",
          "beforeBlockTraffic 1",
          "afterBlockTraffic 1",
          "applicationStop 1",
          "applicationStart 2",
          "validateService 2",
          "beforeAllowTraffic 2",
          "afterAllowTraffic 2");

  @TempDir private Path directory;
  private Path told;

  @BeforeEach
  void makeTheBook() {
    told = directory.resolve("told");
  }

  private World world(String network, String timeout) {
    String hooks =
        Stream.of(Lifecycle.values())
            .map(
                hook -> "%s: [[sh, bin/%s, \"{{host.name}}\"]]".formatted(hook.text(), hook.text()))
            .collect(Collectors.joining(", ", "hooks: {", ", timeout: " + timeout + "}\n"));
    return new World(directory, 2, network)
        .behind(Front.edge(directory))
        .procedures(hooks)
        .describe();
  }

  /** What one hook was told. */
  private record Line(String hook, String host, String version, String rollout, String step) {
    private static Line of(String text) {
      String[] words = text.split("\\|", -1);
      return new Line(words[0], words[1], words[2].split("@", -1)[0], words[3], words[4]);
    }

    private String shown() {
      return hook + " " + version;
    }
  }

  /** Returns a script for every hook, with something to do after it has written for some. */
  private Map<String, String> scripts(Map<Lifecycle, String> after) {
    var scripts = new HashMap<String, String>();
    for (Lifecycle hook : Lifecycle.values()) {
      String line = "%s|$1|$SLIPWAY_RELEASE|$SLIPWAY_ROLLOUT|$SLIPWAY_STEP".formatted(hook.text());
      scripts.put(
          "bin/" + hook.text(),
          "echo \"%s\" >>%s\n%s\n".formatted(line, told, after.getOrDefault(hook, "exit 0")));
    }
    return scripts;
  }

  private List<Line> told(Predicate<Line> which) {
    try {
      return Files.exists(told)
          ? Files.readAllLines(told).stream().map(Line::of).filter(which).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Predicate<Line> of(RolloutStatus rollout) {
    return line -> line.rollout().equals(rollout.id());
  }

  @Test
  void theyRunAroundEveryInstanceAndNoRequestIsLost() {
    try (var world = world("127.0.161", "1m").start()) {
      assertThat(Migrations.release(world, "1", scripts(Map.of())).ending()).contains("succeeded");
      LoadReport report;
      RolloutStatus ended;
      try (var load = world.load()) {
        ended = Migrations.release(world, "2", scripts(Map.of()));
        await().atMost(PATIENCE).until(() -> load.report().byVersion().containsKey("2"));
        report = load.stop();
      }

      assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
      assertThat(List.of("web1", "web2"))
          .allSatisfy(host ->
              assertThat(told(of(ended).and(line -> line.host().equals(host))))
                  .extracting(Line::shown)
                  .containsExactlyElementsOf(WAY_THERE));
      assertThat(told(of(ended).and(line -> !line.hook().endsWith("Install"))))
          .extracting(Line::step)
          .doesNotHaveDuplicates();
      assertThat(report.lost()).as(report.render()).isZero();
      assertThat(report.byVersion()).containsOnlyKeys("1", "2");
    }
  }

  @Test
  void oneThatFindsTheReleaseBadTakesItBack() {
    try (var world = world("127.0.162", "1m").start()) {
      assertThat(Migrations.release(world, "1", scripts(Map.of())).ending()).contains("succeeded");

      var bad = scripts(Map.of(Lifecycle.VALIDATE_SERVICE, "echo the basket is empty; exit 3"));
      var ended = Migrations.release(world, "2", bad);

      assertThat(ended.ending()).as(ended.toString()).contains("rolled back");
      assertThat(ended.reason()).contains("validateService: 'sh' ended with status 3");
      assertThat(ended.log()).isEqualTo("the basket is empty");
      world.assertEverywhere("1");
      assertThat(told(of(ended).and(line -> line.host().equals("web1"))))
          .extracting(Line::shown)
          .endsWith(
              "validateService 2",
              "applicationStop 2",
              "applicationStart 1",
              "validateService 1",
              "beforeAllowTraffic 1",
              "afterAllowTraffic 1");
    }
  }

  @Test
  void aReleaseThatLeavesHoldsUpNothingByFailingOrByHanging() {
    try (var world = world("127.0.163", "5s").start()) {
      var unruly =
          scripts(
              Map.of(
                  Lifecycle.BEFORE_BLOCK_TRAFFIC, "echo no; exit 9",
                  Lifecycle.APPLICATION_STOP, "sleep 1000"));
      assertThat(Migrations.release(world, "1", unruly).ending()).contains("succeeded");

      var ended = Migrations.release(world, "2", scripts(Map.of()));

      assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
      assertThat(Arrays.asList(ended.reason().split("; ", -1)))
          .containsExactlyInAnyOrderElementsOf(
              Stream.of("web1", "web2")
                  .flatMap(host ->
                      Stream.of(
                              "passed over on %s: beforeBlockTraffic: 'sh' ended with status 9",
                              "passed over on %s: applicationStop: 'sh' did not end within 5 s and"
                                  + " was killed")
                          .map(text -> text.formatted(host)))
                  .toList());
      world.assertEverywhere("2");
    }
  }

  @Test
  void oneThatWasCutOffRunsAgainForTheSameStep() {
    Path go = directory.resolve("go");
    String waiting = "until [ -e %s ]; do sleep 0.1; done".formatted(go);
    try (var world = world("127.0.164", "2m")) {
      String commit;
      Predicate<Line> validations = line -> line.hook().equals("validateService");
      try (var agent = AgentProcess.start(world)) {
        commit = Migrations.push(world, "1", scripts(Map.of(Lifecycle.VALIDATE_SERVICE, waiting)));
        await().atMost(PATIENCE).until(() -> told(validations).size() == 2);
        agent.kill();
      }
      List<Line> former = told(validations);
      assertThat(former).extracting(Line::step).doesNotHaveDuplicates();
      try (var _ = AgentProcess.start(world)) {
        await().atMost(PATIENCE).until(() -> told(validations).size() == 4);
        Files.createFile(go);

        var ended = world.ended(commit);
        assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
        assertThat(told(validations).subList(2, 4)).containsExactlyInAnyOrderElementsOf(former);
        assertThat(told(validations)).hasSize(4);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
