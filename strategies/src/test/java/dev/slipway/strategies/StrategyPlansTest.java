package dev.slipway.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: the page of each strategy shows the plan as the planner makes it. */
class StrategyPlansTest {
  record Page(String name, Plan plan) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Canary canary() {
    return new Canary(
        Canary.stages(List.of(5, 50), Duration.ofMinutes(5)),
        Optional.of(Analysis.DEFAULT),
        Optional.empty(),
        new Amount.Count(1),
        Duration.ofMinutes(10));
  }

  private static Ramped ramped() {
    return new Ramped(
        10,
        50,
        Duration.ofMinutes(30),
        Duration.ofMinutes(10),
        Ramped.Curve.LINEAR,
        Optional.empty(),
        new Amount.Count(1),
        Duration.ofMinutes(10));
  }

  private static Stream<Page> pages() {
    return Stream.of(
        new Page("rolling.md", Scene.of(2).plan(Rolling.DEFAULT)),
        new Page("recreate.md", Scene.of(2).plan(Recreate.DEFAULT)),
        new Page("canary.md", Scene.withSlots(2).plan(canary())),
        new Page("ramped.md", Scene.withSlots(2).plan(ramped())),
        new Page(
            "shadow.md",
            Scene.withSlots(2)
                .able(Capability.MIRROR, Capability.ONE_SHOT_SWITCH)
                .plan(Shadow.DEFAULT)),
        new Page(
            "ab-test.md",
            Scene.withSlots(2).able(Capability.WEIGHTS, Capability.STICKY).plan(AbTest.DEFAULT)));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void thePageShowsThePlanAsItIs(Page page) throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", page.name())))
        .contains("```\n" + page.plan().render().strip() + "\n```");
  }
}
