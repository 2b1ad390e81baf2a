package dev.slipway.agent.schedule;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schedule on Quartz' store in memory.
 *
 * <p>Each run plans the next one when it ends, so that there is never more than one trigger for a
 * task: nothing can pile up, and a misfire has nothing to repeat. Jobs carry no data; a name leads
 * to the task.
 */
final class QuartzSchedule implements Schedule {
  private static final Logger LOG = LoggerFactory.getLogger(QuartzSchedule.class);
  private static final AtomicLong COUNT = new AtomicLong();

  private final Scheduler quartz;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration patience;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual()
              .name("task-", 0)
              .uncaughtExceptionHandler(QuartzSchedule::bug)
              .factory());

  QuartzSchedule(InstantSource clock, RandomGenerator random, Duration patience) {
    this.clock = clock;
    this.random = random;
    this.patience = patience;
    try {
      quartz = new StdSchedulerFactory(settings()).getScheduler();
      quartz.setJobFactory((fired, _) -> job(fired.getJobDetail().getKey().getName()));
      quartz.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the schedule cannot be started", e);
    }
  }

  @Override
  public Registration every(String name, Duration interval, Duration jitter, Task task) {
    var entry = new Entry(this, name, new Pace(interval, jitter), task);
    if (entries.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException("'%s' is scheduled already".formatted(name));
    }
    add(name);
    entry.begin();
    return entry;
  }

  @Override
  public void close() {
    try {
      quartz.shutdown(false);
    } catch (SchedulerException e) {
      LOG.warn("The schedule did not end in order", e);
    }
    threads.shutdown();
    if (!ended()) {
      threads.shutdownNow();
      if (!ended()) {
        LOG.warn("Tasks go on although they were interrupted");
      }
    }
  }

  private void add(String name) {
    try {
      quartz.addJob(JobBuilder.newJob(Job.class).withIdentity(name).storeDurably().build(), true);
    } catch (SchedulerException e) {
      throw new IllegalStateException("'%s' cannot be scheduled".formatted(name), e);
    }
  }

  /** Runs the entry's task after a delay, in place of any time that was planned before. */
  void plan(String name, Duration delay) {
    var trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(name)
            .forJob(name)
            .startAt(Date.from(clock.instant().plus(delay)))
            // Late is better than never: with one trigger, never would be for ever.
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
            .build();
    try {
      if (quartz.rescheduleJob(TriggerKey.triggerKey(name), trigger) == null) {
        quartz.scheduleJob(trigger);
      }
    } catch (SchedulerException e) {
      if (!hasShutDown()) {
        throw new IllegalStateException("'%s' cannot be scheduled".formatted(name), e);
      }
    }
  }

  void remove(String name, Entry entry) {
    if (entries.remove(name, entry)) {
      try {
        quartz.deleteJob(JobKey.jobKey(name));
      } catch (SchedulerException e) {
        LOG.debug("The schedule has ended before '{}' was cancelled", name, e);
      }
    }
  }

  double chance() {
    return random.nextDouble();
  }

  private Job job(String name) {
    var entry = entries.get(name);
    return _ -> {
      if (entry != null && !threads.isShutdown()) {
        threads.execute(entry::run);
      }
    };
  }

  private boolean hasShutDown() {
    try {
      return quartz.isShutdown();
    } catch (SchedulerException e) {
      return true;
    }
  }

  private boolean ended() {
    try {
      return threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void bug(Thread thread, Throwable failure) {
    LOG.error("{} has failed; it will run again", thread.getName(), failure);
  }

  private static Properties settings() {
    var settings = new Properties();
    // Quartz keeps schedulers by name, for the whole process.
    settings.setProperty("org.quartz.scheduler.instanceName", "slipway-" + COUNT.incrementAndGet());
    settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    settings.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    settings.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    settings.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    // They only hand over.
    settings.setProperty("org.quartz.threadPool.threadCount", "2");
    settings.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    return settings;
  }
}
