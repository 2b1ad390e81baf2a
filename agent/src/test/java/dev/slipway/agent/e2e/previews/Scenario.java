package dev.slipway.agent.e2e.previews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.status.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Three branches at once, of which the third must not notice what becomes of the others. */
record Scenario(Branches branches, Ground ground) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REQUESTS = 100;

  void oneIsDeletedAndOneExpires() {
    branches.trunk("ttl: 1h").start();
    branches.push("feature/a", "1").push("feature/b", "2").push("feature/C", "3");
    String third = third();
    branches.awaitRelease("feature-a", "1");
    branches.awaitRelease("feature-b", "2");
    branches.awaitRelease(third, "3");
    Map<String, Integer> ports = ground.ports();
    assertThat(ports.values()).doesNotHaveDuplicates().hasSize(3);
    List<String> processes = ground.processes(third);
    assertThat(processes).isNotEmpty();

    try (var load = branches.load(third)) {
      awaitMore(load);
      deleteFirst();
      expireSecond(third);
      branches.trunk("ttl: 1h");
      awaitMore(load);
      assertNothingLost(load.stop());
    }
    assertThat(ground.processes(third)).isEqualTo(processes);
    assertThat(ground.ports()).isEqualTo(Map.of(third, ports.getOrDefault(third, 0)));

    branches.push("feature/b", "4");
    branches.awaitRelease("feature-b", "4");
  }

  private String third() {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> branches.status().size() == 3);
    return branches.status().keySet().stream()
        .map(environment -> environment.replace("preview.", ""))
        .filter(slug -> slug.startsWith("feature-c-"))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitMore(LoadClient load) {
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + REQUESTS);
  }

  private void deleteFirst() {
    branches.delete("feature/a");
    branches.awaitNoStatus("feature-a");
    ground.assertNothingLeft("feature-a");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(branches.statusFiles("feature-a")).isEmpty());
  }

  private void expireSecond(String third) {
    // The third may have been pushed long ago too, where a deploy takes its time.
    String pushed = branches.touch("feature/C");
    await().atMost(PATIENCE).until(() -> branches.of(third).revision().equals(pushed));
    branches.trunk("ttl: 20s");
    await("the end of its time")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(3))
        .until(() -> {
          branches.touch("feature/C");
          return branches.of("feature-b").phase() == Phase.ABSENT;
        });
    branches.awaitCondition("feature-b", "Preview", "Expired", "push to bring it back");
    ground.assertNothingLeft("feature-b");
  }

  private static void assertNothingLost(LoadReport report) {
    assertThat(report.lost()).as(report.render()).isZero();
    assertThat(report.sent()).isGreaterThan(2 * REQUESTS);
    assertThat(report.byVersion()).containsOnlyKeys("3");
    assertThat(report.byStatus()).containsOnlyKeys(200);
  }
}
