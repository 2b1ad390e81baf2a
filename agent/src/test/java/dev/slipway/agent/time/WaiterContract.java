package dev.slipway.agent.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: every waiter waits as long as it should, and every wait can be ended.
 *
 * <p>Method: real threads; how much time has passed is what the waiter itself says.
 */
public abstract class WaiterContract {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofHours(1);

  /** Returns the waiter, the same one each time. */
  protected abstract Waiter waiter();

  /** Returns a thread that works while another one waits; it is not started yet. */
  protected abstract Thread thread(Runnable work);

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void aWaitThatNothingDisturbsTakesTheWholeTime() {
    var before = waiter().uptime();

    assertThat(waiter().await(SHORT, new Signal())).isEqualTo(Waiter.End.ELAPSED);

    assertThat(waiter().uptime().minus(before)).isGreaterThanOrEqualTo(SHORT);
  }

  @Test
  void aWaitForNothingOrLessIsOverAndTimeNeverGoesBack() {
    var before = waiter().uptime();

    assertThat(waiter().await(Duration.ZERO, new Signal())).isEqualTo(Waiter.End.ELAPSED);
    assertThat(waiter().await(LONG.negated(), new Signal())).isEqualTo(Waiter.End.ELAPSED);

    assertThat(waiter().uptime()).isBetween(before, before.plus(LONG));
  }

  @Test
  void aSignalThatIsRaisedAlreadyEndsAWaitAtOnce() {
    var signal = new Signal();
    signal.raise("enough");
    var before = waiter().uptime();

    assertThat(waiter().await(LONG, signal)).isEqualTo(Waiter.End.SIGNALLED);
    assertThat(waiter().await(Duration.ZERO, signal)).isEqualTo(Waiter.End.SIGNALLED);

    assertThat(waiter().uptime()).isLessThan(before.plus(LONG));
  }

  @Test
  void aSignalEndsAWaitBeforeItsTime() throws InterruptedException {
    assertSignalled(LONG);
  }

  @Test
  void aWaitMayBeLongerThanAnyClockCounts() throws InterruptedException {
    assertSignalled(Duration.ofSeconds(Long.MAX_VALUE));
  }

  private void assertSignalled(Duration time) throws InterruptedException {
    var signal = new Signal();
    var before = waiter().uptime();
    var other = thread(() -> signal.raise("enough"));
    other.start();

    assertThat(waiter().await(time, signal)).isEqualTo(Waiter.End.SIGNALLED);

    other.join();
    assertThat(waiter().uptime()).isLessThan(before.plus(LONG));
    assertThat(signal.reason()).contains("enough");
  }

  @Test
  void anInterruptEndsAWaitRaisesTheSignalAndIsNotForgotten() {
    var signal = new Signal();
    var before = waiter().uptime();
    Thread.currentThread().interrupt();

    assertThat(waiter().await(LONG, signal)).isEqualTo(Waiter.End.SIGNALLED);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(signal.reason()).isPresent();
    assertThat(waiter().uptime()).isLessThan(before.plus(LONG));
  }

  @Test
  void anInterruptFromOutsideEndsAWaitToo() throws InterruptedException {
    var signal = new Signal();
    var waiting = Thread.currentThread();
    var other = thread(waiting::interrupt);
    other.start();

    assertThat(waiter().await(LONG, signal)).isEqualTo(Waiter.End.SIGNALLED);

    assertThat(Thread.interrupted()).isTrue();
    other.join();
    assertThat(signal.reason()).isPresent();
  }

  @Test
  void aSignalEndsEveryWaitThatHearsIt() throws InterruptedException {
    var signal = new Signal();
    var raiser = thread(() -> signal.raise("enough"));
    var other = thread(() -> waiter().await(LONG, signal));
    other.start();
    raiser.start();

    assertThat(waiter().await(LONG, signal)).isEqualTo(Waiter.End.SIGNALLED);

    other.join();
    raiser.join();
  }
}
