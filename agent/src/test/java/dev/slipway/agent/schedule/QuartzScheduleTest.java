package dev.slipway.agent.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.schedule.Schedule.Result;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: tasks run again and again, one after the other, until they are cancelled. Method: a real
 * Quartz with intervals of milliseconds, or of hours where a run would be a mistake.
 */
final class QuartzScheduleTest {
  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration NEVER = Duration.ofHours(10);

  private final Schedule schedule =
      Schedules.inMemory(Waiter.wallClock(), new Random(1), Duration.ofSeconds(2));
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    schedule.close();
  }

  @Test
  void aTaskRunsAtOnceAndAgain() {
    schedule.every("poll", SOON, SOON, this::count);

    await().until(() -> runs.get() >= 5);
  }

  @Test
  void tasksRunOnVirtualThreadsAndSideBySide() {
    var together = new CountDownLatch(20);
    var virtual = new CopyOnWriteArrayList<Boolean>();
    for (int number = 0; number < 20; number++) {
      schedule.every(
          "poll " + number,
          NEVER,
          Duration.ZERO,
          () -> {
            virtual.add(Thread.currentThread().isVirtual());
            together.countDown();
            return awaited(together);
          });
    }

    await().until(() -> together.getCount() == 0);
    assertThat(virtual).containsOnly(true);
  }

  @Test
  void aTaskNeverRunsBesideItself() {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var registration =
        schedule.every(
            "poll",
            SOON,
            Duration.ZERO,
            () -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              inside.decrementAndGet();
              return count();
            });

    await()
        .until(() -> {
          registration.wake();
          return runs.get() >= 50;
        });
    assertThat(most).hasValue(1);
  }

  @Test
  void aTaskThatFailsIsCalledLessOften() {
    var good = new AtomicInteger();
    schedule.every("good", SOON, Duration.ZERO, () -> counted(good));
    schedule.every(
        "bad",
        SOON,
        Duration.ZERO,
        () -> {
          runs.incrementAndGet();
          return Result.FAILED;
        });

    await().until(() -> good.get() >= 50);
    assertThat(runs.get()).isPositive().isLessThan(good.get());
  }

  @Test
  void aTaskThatThrowsRunsAgain() {
    schedule.every(
        "poll",
        SOON,
        Duration.ZERO,
        () -> {
          runs.incrementAndGet();
          throw new IllegalStateException("on purpose");
        });

    await().until(() -> runs.get() >= 2);
  }

  @Test
  void aCancelledTaskRunsNoMoreAndItsNameIsFree() {
    var first = schedule.every("poll", SOON, Duration.ZERO, this::count);
    await().until(() -> runs.get() >= 1);
    assertThatThrownBy(() -> schedule.every("poll", SOON, SOON, this::count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'poll' is scheduled already");

    first.cancel();
    first.wake();
    var again = new AtomicInteger();
    schedule.every("poll", SOON, Duration.ZERO, () -> counted(again));
    await().until(() -> again.get() >= 10);
    int before = runs.get();
    await().until(() -> again.get() >= 20);

    assertThat(runs).hasValue(before);
  }

  @Test
  void aWokenTaskRunsBeforeItsTime() {
    var registration = schedule.every("poll", NEVER, Duration.ZERO, this::count);
    await().until(() -> runs.get() == 1);

    await()
        .until(() -> {
          registration.wake();
          return runs.get() >= 2;
        });
  }

  @Test
  void aWishDuringARunIsKept() {
    var running = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var registration =
        schedule.every(
            "poll",
            NEVER,
            Duration.ZERO,
            () -> {
              running.countDown();
              awaited(end);
              return count();
            });
    await().until(() -> running.getCount() == 0);

    registration.wake();
    end.countDown();

    await().until(() -> runs.get() == 2);
  }

  @Test
  void closingEndsTasksThatHang() {
    var hangs = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();
    var own = Schedules.inMemory(Waiter.wallClock(), new Random(1), Duration.ofMillis(100));
    own.every(
        "poll",
        NEVER,
        Duration.ZERO,
        () -> {
          hangs.countDown();
          interrupted.set(awaited(new CountDownLatch(1)) == Result.FAILED);
          return Result.FAILED;
        });
    await().until(() -> hangs.getCount() == 0);

    own.close();

    assertThat(interrupted).isTrue();
  }

  private Result count() {
    return counted(runs);
  }

  private static Result counted(AtomicInteger counter) {
    counter.incrementAndGet();
    return Result.SUCCEEDED;
  }

  private static Result awaited(CountDownLatch latch) {
    try {
      latch.await();
      return Result.SUCCEEDED;
    } catch (InterruptedException e) {
      return Result.FAILED;
    }
  }
}
