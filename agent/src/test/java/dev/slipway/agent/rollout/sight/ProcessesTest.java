package dev.slipway.agent.rollout.sight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Goal: only what was proven and answered well just now, in the same process, is spared a question.
 * Method: one instance, which is proven, heard, and then something of that is no more so.
 */
class ProcessesTest {
  private static final Instance WEB1 = new Instance("web1", "shop", "blue");
  private static final ReleaseId RELEASE = new ReleaseId("1", Digest.of("1"));
  private static final Duration THEN = Duration.ofMinutes(1);
  private static final Duration NOW = THEN.plusMillis(100);

  private final Processes processes = new Processes();

  private boolean isWarm(Duration now) {
    return processes.warm(WEB1, now).isPresent();
  }

  private void proveAndHear(String proven, String heard) {
    processes.prove(WEB1, RELEASE, proven);
    processes.hear(WEB1, heard, THEN);
  }

  @Test
  void whatWasProvenAndHeardJustNowIsWarm() {
    proveAndHear("a", "a");

    assertThat(processes.warm(WEB1, NOW)).contains(new Processes.Proven(RELEASE, "a"));
  }

  @Test
  void anAnswerOfAWhileAgoSaysNothing() {
    proveAndHear("a", "a");

    assertThat(isWarm(THEN.plusSeconds(3))).isFalse();
  }

  @Test
  void anotherProcessIsNotWarm() {
    proveAndHear("a", "b");

    assertThat(isWarm(NOW)).isFalse();
  }

  @Test
  void whatWasNeverProvenIsNotWarm() {
    processes.hear(WEB1, "a", THEN);

    assertThat(isWarm(NOW)).isFalse();
  }

  @Test
  void whatIsChangedOrAnswersBadlyIsNotWarmButProvenStill() {
    proveAndHear("a", "a");
    processes.doubt(WEB1);

    assertThat(isWarm(NOW)).isFalse();
    assertThat(processes.knows(WEB1, RELEASE, "a")).isTrue();
  }

  @Test
  void whatIsStoppedIsForgotten() {
    proveAndHear("a", "a");
    processes.forget(WEB1);
    processes.prove(WEB1, RELEASE, "a");

    assertThat(isWarm(NOW)).isFalse();
  }
}
