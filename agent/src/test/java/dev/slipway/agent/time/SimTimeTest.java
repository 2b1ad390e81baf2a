package dev.slipway.agent.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Goal: the time that rollouts are tested with passes like the real one. Method: the contract of
 * both, and what only a made-up time has: a wall clock that agrees with it to the nanosecond.
 */
class SimTimeTest extends WaiterContract {
  private final SimTime time = new SimTime(() -> {});

  @Override
  protected Waiter waiter() {
    return time;
  }

  @Override
  protected Thread thread(Runnable work) {
    return time.newThread(work);
  }

  @Test
  void theWallClockGoesWithTheTimeThatHasPassed() {
    var before = time.instant();
    var day = Duration.ofDays(1);

    assertThat(time.await(day, new Signal())).isEqualTo(Waiter.End.ELAPSED);

    assertThat(Duration.between(before, time.instant())).isEqualTo(day);
  }
}
