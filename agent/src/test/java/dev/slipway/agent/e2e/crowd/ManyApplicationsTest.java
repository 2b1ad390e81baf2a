package dev.slipway.agent.e2e.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: among 50 applications of one environment, one that cannot be read and one that cannot be
 * reached disturb no other.
 *
 * <p>Method: real releases of a small web server on 49 local addresses, one agent, one repository;
 * a fiftieth application lives on a host where nothing listens.
 */
final class ManyApplicationsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration OFTEN = Duration.ofSeconds(1);

  @Test
  void fortyEightOfFiftyDeployThoughOneIsUnreadableAndOneHostIsGone(@TempDir Path directory) {
    try (var crowd = new Crowd(directory, "127.0.48")) {
      crowd.describe().start();

      awaitPhases(crowd, Set.of(crowd.unreadable(), crowd.gone()));

      assertThat(crowd.good()).hasSize(48).allMatch(name -> crowd.answer(name).equals("1"));
      assertThat(crowd.status(crowd.unreadable()).phase()).isEqualTo(Phase.INVALID);
      assertThat(texts(crowd.status(crowd.unreadable())))
          .contains("apps/%s.yaml".formatted(crowd.unreadable()));
      ApplicationStatus gone = crowd.status(crowd.gone());
      assertThat(gone.phase()).isEqualTo(Phase.DEGRADED);
      assertThat(texts(gone)).contains(crowd.gone());
      assertThat(gone.stable()).as("nothing runs there").isEmpty();
      assertThat(crowd.answers(crowd.unreadable())).isFalse();

      oneChangeRollsOneApplication(crowd);
      await().atMost(PATIENCE).pollInterval(OFTEN).until(() -> crowd.statusFiles().size() == 50);
      assertThat(crowd.statusFiles()).contains("environments/test/%s.yaml".formatted(crowd.gone()));
    }
  }

  private static void oneChangeRollsOneApplication(Crowd crowd) {
    var before = rollouts(crowd);
    String changed = crowd.good().get(7);
    crowd.release(changed, "2");
    crowd.commit("Release %s 2".formatted(changed));

    await()
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .ignoreExceptions()
        .until(() -> crowd.answer(changed).equals("2"));
    await()
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .until(() -> crowd.status(changed).phase() == Phase.HEALTHY);

    var after = rollouts(crowd);
    after.removeAll(before);
    assertThat(after).hasSize(1).allMatch(id -> id.contains("/" + changed + "#"));
    assertThat(crowd.good())
        .allMatch(name -> crowd.answer(name).equals(name.equals(changed) ? "2" : "1"));
  }

  private static void awaitPhases(Crowd crowd, Set<String> bad) {
    await()
        .atMost(PATIENCE)
        .pollInterval(OFTEN)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(crowd.status())
                .hasSize(50)
                .allMatch(one ->
                    bad.contains(one.application())
                        ? one.phase() != Phase.UNKNOWN && !one.conditions().isEmpty()
                        : one.phase() == Phase.HEALTHY));
  }

  private static String texts(ApplicationStatus status) {
    return status.conditions().stream().map(Condition::toString).collect(Collectors.joining("\n"));
  }

  /** Every rollout that there ever was, by its name. */
  private static Set<String> rollouts(Crowd crowd) {
    var ids = new TreeSet<String>();
    for (ApplicationStatus one : crowd.status()) {
      List<RolloutStatus> history =
          crowd.history(new Target(one.repository(), one.environment(), one.application()));
      history.forEach(rollout -> ids.add(rollout.id()));
    }
    return ids;
  }
}
