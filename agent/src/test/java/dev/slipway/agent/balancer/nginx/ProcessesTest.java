package dev.slipway.agent.balancer.nginx;

import static dev.slipway.agent.balancer.nginx.Processes.Duty.LEAVING;
import static dev.slipway.agent.balancer.nginx.Processes.Duty.WORKING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.nginx.Processes.Duty;
import dev.slipway.agent.balancer.nginx.Processes.Worker;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Goal: nobody is taken for gone who may still answer. Method: workers at the moments of a load.
 */
final class ProcessesTest {
  private static final long NOW = 100_000;

  private static Worker aged(long ticks, Duty duty) {
    return new Worker(1, NOW - ticks, duty);
  }

  private static boolean areOfOneLoad(Worker... workers) {
    return new Processes(1, 1, NOW, List.of(workers)).areOfOneLoad();
  }

  @Test
  void workersThatBeganTogetherAreOfOneLoad() {
    assertThat(areOfOneLoad(aged(3, WORKING), aged(2, WORKING))).isTrue();
  }

  @Test
  void oneThatStillFinishesIsOfAFormerLoad() {
    assertThat(areOfOneLoad(aged(3, WORKING), aged(5_000, LEAVING))).isFalse();
  }

  /** For a moment after a reload the former workers go on accepting beside the new ones. */
  @Test
  void aYoungWorkerBesideAnOldOneMayBeTheBeginningOfAReload() {
    assertThat(areOfOneLoad(aged(3, WORKING), aged(5_000, WORKING))).isFalse();
    assertThat(areOfOneLoad(aged(300, WORKING), aged(5_000, WORKING)))
        .as("one that took the place of another that died")
        .isTrue();
  }

  @Test
  void whereNoWorkerIsSeenNothingIsKnown() {
    assertThat(areOfOneLoad()).isFalse();
  }
}
