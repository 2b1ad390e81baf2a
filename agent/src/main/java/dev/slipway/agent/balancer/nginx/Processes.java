package dev.slipway.agent.balancer.nginx;

import java.util.List;

/**
 * The processes of one nginx.
 *
 * @param master its process id
 * @param born when the master began, in ticks of the machine's clock
 * @param now the tick of the look
 */
record Processes(int master, long born, long now, List<Worker> workers) {
  /** Workers of one load begin together; a former load's that still accept began long before. */
  private static final long TOGETHER_TICKS = 20;

  /** After a reload the master lets former workers go on accepting for a tenth of this. */
  private static final long SETTLED_TICKS = 100;

  Processes {
    workers = List.copyOf(workers);
  }

  /** One that answers requests. */
  record Worker(int pid, long born, Duty duty) {}

  /** What a worker still does. */
  enum Duty {
    WORKING,
    /** It finishes what it has begun, by the configuration of before. */
    LEAVING
  }

  /** Returns what tells this nginx from the one before a restart and the one after. */
  String generation() {
    return master + ":" + born;
  }

  /** Returns when a worker began; that of one that has ended is before all others. */
  long born(int pid) {
    return workers.stream()
        .filter(worker -> worker.pid() == pid)
        .mapToLong(Worker::born)
        .findFirst()
        .orElse(0);
  }

  /** Returns whether nobody answers by a former configuration any more. */
  boolean areOfOneLoad() {
    var working = workers.stream().filter(one -> one.duty() == Duty.WORKING).toList();
    if (working.isEmpty() || working.size() < workers.size()) {
      return false;
    }
    long first = working.stream().mapToLong(Worker::born).min().orElseThrow();
    long last = working.stream().mapToLong(Worker::born).max().orElseThrow();
    return last - first <= TOGETHER_TICKS || now - last >= SETTLED_TICKS;
  }
}
