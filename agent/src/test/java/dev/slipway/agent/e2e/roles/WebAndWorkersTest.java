package dev.slipway.agent.e2e.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: web and workers of one application are deployed, replaced and taken back together, and no
 * request is lost.
 *
 * <p>Method: a real agent, repository and edge; the demo application on two local hosts, and a
 * worker without port beside one of them and on a third host.
 */
final class WebAndWorkersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static void assertEverywhere(Troupe troupe, String version) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(troupe.status().instances())
                .extracting(one -> "%s %s".formatted(one.role().orElse(""), one.host()))
                .containsExactlyInAnyOrder("web web1", "web web2", "worker web2", "worker job1"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(troupe.status().instances())
                .allMatch(one -> one.health().equals("healthy"))
                .allMatch(one -> one.release().startsWith(version + "@")));
    Troupe.WORKERS.forEach(
        host -> await().atMost(PATIENCE).until(() -> troupe.works(host).equals(version)));
  }

  @Test
  void theyAreDeployedReplacedAndTakenBackTogether(@TempDir Path directory) {
    try (var troupe = new Troupe(directory, "127.0.97").describe()) {
      String first = troupe.push("1");
      troupe.start();
      assertThat(troupe.ended(first).ending()).contains("succeeded");
      assertEverywhere(troupe, "1");

      try (LoadClient load = troupe.load()) {
        assertThat(troupe.ended(troupe.push("2")).ending()).contains("succeeded");
        assertEverywhere(troupe, "2");

        RolloutStatus broken = troupe.ended(troupe.pushBrokenWorker("3"));
        assertThat(broken.ending()).contains("rolled back");
        assertThat(broken.reason()).contains("web on web2", "the process ended at once");
        assertThat(broken.log()).contains("no queue can be reached");
        assertEverywhere(troupe, "2");

        assertThat(troupe.ended(troupe.revertTo("1")).ending()).contains("succeeded");
        assertEverywhere(troupe, "1");

        var report = load.stop();
        assertThat(report.lost()).as(report.render()).isZero();
        assertThat(report.byVersion()).containsKeys("1", "2");
      }
    }
  }
}
